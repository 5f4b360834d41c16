"""The spectrum of what was heard last, in the critical bands of hearing.

samples of a hop -> the last four hops, windowed -> FFT -> power -> amplitudes of bands
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

EDGES = (
    *(20, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150),
    *(3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500),
)
"""Hz, where the 24 critical bands meet (Zwicker 1961)."""
_HOPS = 4  # of a window
_LOUDEST = 2.0  # samples beyond are cut


class Spectrum:
    """Bands of the last four hops.

    The window rises over three hops and falls over the newest one: what begins is heard within a hop, and low
    tones are told apart all the same.
    """

    def __init__(self, rate: int, hop: int) -> None:
        size = _HOPS * hop
        rise, fall = np.arange(size - hop) / (size - hop), np.arange(hop) / hop
        window = np.concatenate([np.sin(np.pi / 2 * rise) ** 2, np.cos(np.pi / 2 * fall) ** 2])
        self._window = window.astype(np.float32)
        self._mean = (window / window.sum()).astype(np.float32)
        self._power = np.float32(2 / (size * (window**2).sum()))  # a full sine has a power of a half
        self._heard = np.zeros(size, np.float32)
        bins = np.arange(size // 2 + 1) * rate / size
        starts = np.searchsorted(bins, EDGES)
        self._there = starts[:-1] < starts[1:]
        self._stop = int(starts[-1])
        self._starts = starts[:-1][self._there]

    def take(self, samples: Floats) -> Floats:
        """Return the amplitude (RMS) of each band with one hop more; a steady offset is in none."""
        heard, hop = self._heard, len(samples)
        heard[:-hop] = heard[hop:]
        heard[-hop:] = np.clip(np.where(np.isfinite(samples), samples, 0), -_LOUDEST, _LOUDEST)
        lines = np.fft.rfft((heard - self._mean @ heard) * self._window)[: self._stop]
        power = lines.real**2 + lines.imag**2
        bands = np.zeros(len(EDGES) - 1, np.float32)
        bands[self._there] = np.sqrt(self._power * np.add.reduceat(power, self._starts))
        return bands
