"""Shaping: what the step is made of, between the net's gradient and the canvas.

    gradient -> scales (evened, weighted) -> blurred -> coloured -> gradient

Each part is left out where its params say nothing; the notebook's gradient goes through untouched.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.nets import Image
from dreamstream.params import Params
from dreamstream.size import Size

BANDS = 5
"""The scales that a gradient has: four bands of the pyramid, and what is left below them."""

_FAINTEST = 1e-6  # deviation of a band, in parts of the greatest value, that is no longer made louder
_NATURAL = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
"""A root of the covariance of ImageNet's colours (R, G, B): Lucid's `color_correlation_svd_sqrt`."""


def shaped(gradient: Image, params: Params) -> Image:
    """Return the gradient (H×W×3) as the params want it; its size of values is arbitrary."""
    given = params.scales or (1.0,)  # fine to coarse; the last one holds for those behind it
    own = np.array([given[min(at, len(given) - 1)] for at in range(BANDS)])
    gains = own * 2.0 ** (params.scale_tilt * np.linspace(-1, 1, BANDS))
    if params.smooth or np.any(gains != 1):
        gradient = _evened(gradient, params.smooth, gains)
    if params.soften:
        gradient = np.asarray(cv2.GaussianBlur(gradient, (0, 0), params.soften), np.float32)
    if params.decorrelate:
        gradient = np.asarray(cv2.transform(gradient, _colours(params.decorrelate)), np.float32)
    return gradient


def octave_gain(params: Params, octave: int, count: int) -> float:
    """Return what the step is multiplied by at an octave (0: the largest of `count`); their mean is 1."""
    if params.octave_tilt == 0 or count < 2:
        return 1.0
    gains = 2.0 ** (params.octave_tilt * (np.arange(count) / (count - 1) - 0.5) * 2)
    return float(gains[octave] / gains.mean())


def _colours(share: float) -> NDArray[np.float64]:
    """Return the 3×3 map of a gradient whose step goes that share of the way to decorrelated colour.

    The canvas is C·z with z decorrelated; a step along z's gradient, Cᵀg, moves it along C·Cᵀ·g (Olah,
    Mordvintsev and Schubert, 2017, 'Feature visualization', preconditioning). Greys keep their length.
    """
    whole = _NATURAL @ _NATURAL.T
    whole *= 3 / whole.sum()
    return np.asarray((1 - share) * np.eye(3) + share * whole)


def _evened(gradient: Image, share: float, gains: NDArray[np.float64]) -> Image:
    """Return the gradient with each scale divided by its deviation to the power `share`, times its gain.

    At share 1 all are equal: Laplacian pyramid gradient normalisation, after TensorFlow's DeepDream tutorial
    (Mordvintsev, 2016).
    """
    least = _FAINTEST * float(cv2.norm(gradient, cv2.NORM_INF))
    levels = [gradient]
    for _ in range(BANDS - 1):
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.float32))
    result = levels[-1] * np.float32(gains[-1] * max(float(levels[-1].std()), least) ** -share)
    for fine, coarse, gain in zip(levels[-2::-1], levels[:0:-1], gains[-2::-1], strict=True):
        size = Size.of(fine)
        band = np.asarray(cv2.pyrUp(coarse, dstsize=size), np.float32)
        np.subtract(fine, band, out=band)
        deviation = cv2.norm(band, cv2.NORM_L2) / band.size**0.5  # a band's mean is 0
        result = np.asarray(cv2.pyrUp(result, dstsize=size), np.float32)
        cv2.scaleAdd(band, gain * max(deviation, least) ** -share, result, result)
    return result
