"""Films of high dynamic range on a screen of the standard one.

PQ or HLG signal -> light in cd/m² -> what is above white rolled off -> BT.709's primaries -> signal, 0..255

The roll-off is the EETF of ITU-R BT.2390, from 1000 cd/m² down to the reference white of ITU-R BT.2408; it is
applied to the largest of the three colours, and the others follow, so that hues stay.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Canvas
from dreamstream.sources.cover import Levels

PQ, HLG = "pq", "hlg"
_PEAK, _WHITE = 1000.0, 203.0  # cd/m²
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128  # of SMPTE ST 2084
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073  # of ITU-R BT.2100's HLG
_LUMINANCE = np.array([0.2627, 0.6780, 0.0593], np.float32)  # of BT.2020
_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)
_GAMMA = 2.4  # of ITU-R BT.1886, the standard range's screen
_FINE = 4096  # steps of a signal whose roll-off is worked out


def tone_mapped(pixels: Levels | Canvas, curve: str) -> Canvas:
    """Return a picture (H×W×3, signal of BT.2020 and a curve, 0..65535) for a standard screen: 0..255."""
    signal = np.clip(np.asarray(pixels, np.float32) / np.float32(65535), 0, 1)
    light = _light_of_pq(signal) if curve == PQ else _light_of_hlg(signal)
    largest = light.max(axis=2, keepdims=True)
    light *= np.interp(_pq_of_light(largest), *_ROLL_OFF).astype(np.float32)
    shown = np.clip(light @ _TO_709.T / _WHITE, 0, 1)
    return np.asarray(255 * shown ** (1 / _GAMMA), np.float32)


def _light_of_pq(signal: NDArray[Any]) -> Canvas:
    power = signal ** (1 / _M2)
    return np.asarray(10000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1), np.float32)


def _pq_of_light(light: NDArray[Any]) -> Canvas:
    power = (np.minimum(light, 10000) / 10000) ** _M1
    return np.asarray(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2, np.float32)


def _light_of_hlg(signal: NDArray[Any]) -> Canvas:
    """Return the light of a screen that has 1000 cd/m² at its peak."""
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - _C) / _A) + _B) / 12)
    return np.asarray(_PEAK * (scene @ _LUMINANCE)[..., None] ** 0.2 * scene, np.float32)


def _roll_off() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return PQ signals, and what light of each is multiplied by: BT.2390's spline, on from its knee."""
    signal = np.linspace(0, 1, _FINE)
    peak, white = _pq_of_light(np.array([_PEAK, _WHITE])).tolist()
    part, most = np.minimum(signal / peak, 1), white / peak
    knee = 1.5 * most - 0.5
    t = np.maximum(part - knee, 0) / (1 - knee)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    )
    before, after = (_light_of_pq(each) for each in (signal, peak * np.where(part < knee, part, spline)))
    return signal, np.where(part < knee, 1, after / np.maximum(before, 1e-9))


_ROLL_OFF = _roll_off()
