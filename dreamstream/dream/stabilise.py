"""Stabilise: keep an endless feedback alive by holding the picture's spectrum, not its pixels.

    canvas -> luma, warmth, tint -> bands, fine to coarse -> each band's colour covariance is pulled
    towards the look's -> canvas

A dream adds energy at the few scales and colours that its layer likes, and a warp blurs: fed back,
one texture swallows everything, or the picture goes dark. Natural pictures have about the same
contrast in every octave, and most of their colour in large shapes; here each band returns to that.
Fine bands return fast, so that texture cannot pile up; coarse ones slowly, so that shapes may travel.

Promises: same size and range out; finite for any finite canvas (a black one recovers, from its grain);
the same `rng` gives the same picture; cost grows as the number of pixels.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.nets import Image
from dreamstream.params import Params

Matrix = NDArray[np.float64]

_AXES = np.array([[0.299, 0.587, 0.114], [0.5, 0, -0.5], [-0.25, 0.5, -0.25]])
_BACK = np.linalg.inv(_AXES)
_COARSEST = 5  # px of the smaller side, about, at which the pyramid ends
_PLACES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # fine to coarse; the tables below are read by interpolation
_NATURAL = (  # deviations of luma, warmth and tint
    (7, 8, 9.5, 12, 15, 17),
    (1, 1.6, 3, 5.5, 10, 13),
    (0.6, 1, 1.8, 3, 4.5, 6),
)
_LAYOUT = (22, 20, 8)
_SPEED = (5, 5, 4, 3, 2, 1.5)  # in units of `hold`
_MID_GREY = 115
_EXCESS = 1.5  # a source counts as at most this many times as contrasty as nature
_GROWTH = 1.15  # the most that a band may be amplified in one frame, while it has its share
_RESCUE = 2.0  # and when it has less than this part of it, say after an edge filter
_SHARE = 0.4
_LEASH = 45  # grey levels that the mean may be away from the look's
_ROWS = 90  # about as many are looked at to measure a band
_PEAK = 5.0  # deviations of its luma beyond which a band is cut: lone lines are texture too
_WANDERING = 2  # as many of the coarsest bands are kept moving by noise


@dataclass(frozen=True, eq=False)
class Look:
    """What is remembered of the source: how much of which colours it has at each scale.

    `mean` is the mean colour (3), `layout` the covariance (3×3) of what is left below the coarsest band,
    `bands` those of the bands, fine to coarse (N×3×3); all in luma, warmth, tint, in grey levels.
    """

    mean: NDArray[np.float64]
    layout: Matrix
    bands: Matrix

    @staticmethod
    def of(source: Image) -> "Look":
        """Return the look of a source of the canvas's size (H×W×3, 0..255), halfway to a natural one."""
        depth = max(2, int(np.log2(max(min(source.shape[:2]) / _COARSEST, 1))))
        bands, rest = _split(source, depth)
        places = np.linspace(0, 1, depth)
        natural = np.stack([np.interp(places, _PLACES, axis) for axis in _NATURAL], axis=1)
        mean = rest.mean((0, 1), dtype=np.float64)
        return Look(
            mean=mean * [0.4, 0.8, 0.8] + [0.6 * _MID_GREY, 0, 0],
            layout=_tempered(_covariance(rest - mean.astype(np.float32)), _LAYOUT),
            bands=np.stack([_tempered(_covariance(b), n) for b, n in zip(bands, natural, strict=True)]),
        )


def stabilise(canvas: Image, look: Look, params: Params, rng: np.random.Generator) -> Image:
    """Return the canvas (H×W×3, RGB, 0..255) pulled towards the look at the speed `params.hold`.

    At 0 it is left alone, without grain: plain feedback. The look may be of another size.
    The map that gives a band its new covariance is the linear Monge-Kantorovich one (Pitié and Kokaram,
    2007, 'The linear Monge-Kantorovitch linear colour mapping'): it moves colours the least.
    """
    if params.hold == 0:
        return canvas
    bands, rest = _split(canvas, len(look.bands))
    mean = rest.mean((0, 1), dtype=np.float64)
    picture = _pulled(rest - mean.astype(np.float32), look.layout, params.hold)
    away = (mean - look.mean) * (1 - params.hold)
    picture += look.mean + np.clip(away, -_LEASH, _LEASH) + _wander(picture, look.layout, params.drift, rng)
    speeds = np.interp(np.linspace(0, 1, len(bands)), _PLACES, _SPEED) * params.hold
    for at in reversed(range(len(bands))):
        picture = _enlarged(picture, bands[at])
        picture += _pulled(bands[at], look.bands[at], min(speeds[at], 1.0))
        if at >= len(bands) - _WANDERING:
            picture += _wander(picture, look.bands[at], params.drift, rng)
    if params.grain:
        picture[..., 0] += _noise(picture.shape[:2], rng) * np.float32(params.grain)
    colours = np.asarray(cv2.transform(picture, _BACK.astype(np.float32)), np.float32)
    return np.clip(colours, 0, 255, out=colours)


def _split(canvas: Image, depth: int) -> tuple[list[Image], Image]:
    """Return the bands of the Laplacian pyramid (Burt and Adelson, 1983), fine to coarse, and the rest."""
    levels = [np.asarray(cv2.transform(canvas, _AXES.astype(np.float32)), np.float32)]
    for _ in range(depth):
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.float32))
    bands = [fine - _enlarged(coarse, fine) for fine, coarse in pairwise(levels)]
    return bands, levels[-1]


def _enlarged(coarse: Image, like: Image) -> Image:
    return np.asarray(cv2.pyrUp(coarse, dstsize=(like.shape[1], like.shape[0])), np.float32)


def _covariance(band: Image) -> Matrix:
    pixels = band[:: max(1, len(band) // _ROWS)].reshape(-1, 3)
    return (pixels.T @ pixels).astype(np.float64) / len(pixels)


def _tempered(measured: Matrix, deviations: tuple[float, ...] | NDArray[np.float64]) -> Matrix:
    natural = np.diag(np.square(np.asarray(deviations, np.float64)))
    excess = np.trace(measured) / (_EXCESS**2 * np.trace(natural))
    mixed: Matrix = (measured / max(excess, 1.0) + natural) / 2
    return mixed


def _pulled(band: Image, wanted: Matrix, speed: float) -> Image:
    """Return the band with its covariance moved part of the way to the wanted one."""
    root = _root(_covariance(band) + 0.01 * np.eye(3))
    inverse = np.linalg.inv(root)
    move = inverse @ _root(root @ wanted @ root) @ inverse
    gains, axes = np.linalg.eigh((move + move.T) / 2)
    steady = np.minimum(1 + speed * (gains - 1), _GROWTH)
    part = (axes * np.maximum(steady, np.minimum(gains * _SHARE, _RESCUE))) @ axes.T
    peak = _PEAK * np.sqrt(wanted[0, 0])
    return np.asarray(cv2.transform(np.clip(band, -peak, peak, out=band), part.astype(np.float32)))


def _wander(like: Image, covariance: Matrix, drift: float, rng: np.random.Generator) -> Image:
    noise = rng.standard_normal(like.shape, dtype=np.float32)
    return np.asarray(noise * (drift * np.sqrt(np.diag(covariance))).astype(np.float32))


def _root(matrix: Matrix) -> Matrix:
    values, axes = np.linalg.eigh(matrix)
    root: Matrix = (axes * np.sqrt(np.maximum(values, 1e-6))) @ axes.T
    return root


def _noise(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return uniform noise of deviation 1: bytes are several times cheaper than a normal distribution."""
    noise = np.frombuffer(rng.bytes(size[0] * size[1]), np.int8).reshape(size)
    return noise * np.float32(1 / 73.9)
