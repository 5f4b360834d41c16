"""Shaping: what the step is made of, between the net's gradient and the canvas.

    gradient -> scales (evened, weighted) -> blurred -> coloured -> gradient

Each part is left out where its params say nothing; the notebook's gradient goes through untouched.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamstream.params import Params
from dreamstream.pictures import Picture, on
from dreamstream.size import Size

BANDS = 5
"""The scales that a gradient has: four bands of the pyramid, and what is left below them."""

_FAINTEST = 1e-6  # deviation of a band, in parts of the greatest value, that is no longer made louder
_NATURAL = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
"""A root of the covariance of ImageNet's colours (R, G, B): Lucid's `color_correlation_svd_sqrt`."""


def shaped(gradient: Picture, params: Params) -> Picture:
    """Return the gradient (H×W×3) as the params want it; its size of values is arbitrary."""
    given = params.scales or (1.0,)  # fine to coarse; the last one holds for those behind it
    own = np.array([given[min(at, len(given) - 1)] for at in range(BANDS)])
    gains = own * 2.0 ** (params.scale_tilt * np.linspace(-1, 1, BANDS))
    p = on(gradient)
    if params.smooth or np.any(gains != 1):
        gradient = _evened(gradient, params.smooth, gains.tolist())
    if params.soften:
        gradient = p.blur(gradient, params.soften)
    if params.decorrelate:
        gradient = p.recolour(gradient, _colours(params.decorrelate))
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


def _evened(gradient: Picture, share: float, gains: Sequence[float]) -> Picture:
    """Return the gradient with each scale divided by its deviation to the power `share`, times its gain.

    At share 1 all are equal: Laplacian pyramid gradient normalisation, after TensorFlow's DeepDream tutorial
    (Mordvintsev, 2016).
    """
    p = on(gradient)
    least = _FAINTEST * p.most(gradient)
    levels = [gradient]
    for _ in range(BANDS - 1):
        levels.append(p.pyramid_down(levels[-1]))
    result = levels[-1] * p.single(gains[-1] * p.larger(p.deviation(levels[-1]), least) ** -share)
    for fine, coarse, gain in zip(levels[-2::-1], levels[:0:-1], gains[-2::-1], strict=True):
        size = Size.of(fine)
        band = fine - p.pyramid_up(coarse, size)
        deviation = p.norm(band) / (3 * size.area) ** 0.5  # a band's mean is 0
        factor = gain * p.larger(deviation, least) ** -share
        result = p.add_scaled(p.pyramid_up(result, size), band, factor)
    return result
