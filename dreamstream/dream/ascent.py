"""The ascent of one frame: gradient steps at several octaves, small to large.

    canvas -> octaves -> (base + details of the smaller octave -> steps -> details) ... -> canvas

It is the algorithm of Google's DeepDream notebook (2015): at each octave the picture is rolled by a
random offset, moved along the gradient by `step` / mean |gradient|, rolled back and clipped. With
`smooth` above 0 the gradient's own octaves are first made more equal, which draws larger shapes.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.dream.octaves import octave_sizes, resize, scaled
from dreamstream.errors import DreamError
from dreamstream.nets import Image, Network, Objective
from dreamstream.params import Params

_BANDS = 4
_FAINTEST = 1e-3  # of its level's deviation: a band that has less is not made louder than one that has this
_TWICE = np.array([1, 28, 70, 28, 1], np.float32) / 128  # the pyramid's kernel on itself, each second value


def ascend(
    network: Network,
    canvas: Image,
    objective: Objective | Callable[[tuple[int, int]], Objective],
    params: Params,
    rng: np.random.Generator,
    check: Callable[[], None] = lambda: None,
    scale: float = 1.0,
) -> Image:
    """Return the canvas after one dream; same size, 0..255.

    `objective` may be a function of an octave's size (height, width): a small one may not reach a layer.
    `check` is called before each gradient step, and may raise to end the dream early.
    Below 1, `scale` is the largest octave's share of the canvas's sides: its details are enlarged onto it.
    Raises DreamError when the gradient is empty or not a number.
    """
    height, width = canvas.shape[:2]
    sizes = octave_sizes(*scaled((height, width), scale), params.octaves, params.octave_scale)
    bases = [resize(canvas, sizes[0])]
    for size in sizes[1:]:
        bases.append(resize(bases[-1], size))
    picture = smaller = bases[-1]
    for size, base in zip(reversed(sizes), reversed(bases), strict=True):
        if base is not smaller:
            picture = resize(picture - smaller, size) + base
        wanted = objective(size) if callable(objective) else objective
        for _ in range(params.iterations):
            check()
            picture = _climb(network, picture, wanted, params, rng)
        smaller = base
    if scale == 1:
        return picture
    whole = resize(picture - smaller, (height, width)) + canvas
    return np.asarray(np.clip(whole, 0, 255, out=whole))


def _climb(
    network: Network, picture: Image, objective: Objective, params: Params, rng: np.random.Generator
) -> Image:
    offset = rng.integers(-params.jitter, params.jitter, size=2, endpoint=True)
    rolled = np.roll(picture, offset, (0, 1))
    gradient = _interleaved(network.input_gradient(rolled, objective)[0])
    mean = _mean(gradient)
    if not np.isfinite(mean) or mean == 0:
        what = "empty" if mean == 0 else "not a number"
        raise DreamError(f"the gradient of {'+'.join(objective.layers)} is {what}")
    if params.smooth:
        gradient = _evened(gradient, params.smooth)
        mean = _mean(gradient)
    cv2.scaleAdd(gradient, params.step / mean, rolled, rolled)
    return _rolled_and_clipped(rolled, -offset)


def _interleaved(gradient: Image) -> Image:
    """Return the gradient pixel by pixel in memory: an engine may give a view of its planes.

    OpenCV and NumPy would copy such a view at each call, slowly; this does it once, if at all.
    """
    if gradient.flags.c_contiguous:
        return gradient
    return np.asarray(cv2.merge([gradient[..., channel] for channel in range(3)]), np.float32)


def _mean(gradient: Image) -> float:
    """Return the mean of the absolute values."""
    return float(cv2.norm(gradient, cv2.NORM_L1)) / gradient.size


def _rolled_and_clipped(picture: Image, offset: NDArray[np.int64]) -> Image:
    """Return what np.roll does, held to 0..255 on the way."""
    height, width = picture.shape[:2]
    down, across = (int(by) % side for by, side in zip(offset, (height, width), strict=True))
    result = np.empty_like(picture)
    for top, bottom, to in ((0, height - down, down), (height - down, height, 0)):
        for left, right, beside in ((0, width - across, across), (width - across, width, 0)):
            part = result[to : to + bottom - top, beside : beside + right - left]
            np.clip(picture[top:bottom, left:right], 0, 255, out=part)
    return result


def _evened(gradient: Image, share: float) -> Image:
    """Return the gradient with each band divided by its deviation to the power `share`: 1 makes them equal.

    Laplacian pyramid gradient normalisation, after TensorFlow's DeepDream tutorial (Mordvintsev, 2016).
    No band is ever made. The sum of all gain · (level - enlarged(next)) is gathered from the coarse end
    as gain · level + enlarged(what is there - gain · next).
    """
    levels = [gradient]
    for _ in range(_BANDS):
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.float32))
    gains = _gains(levels, share)
    result = levels[-1] * np.float32(gains[-1])
    for level, smaller, gain in zip(levels[-2::-1], levels[:0:-1], gains[-2::-1], strict=True):
        cv2.scaleAdd(smaller, -gain, result, result)
        result = np.asarray(cv2.pyrUp(result, dstsize=(level.shape[1], level.shape[0])), np.float32)
        cv2.scaleAdd(level, gain, result, result)
    return result


def _gains(levels: list[Image], share: float) -> list[float]:
    """Return for each band of a Gaussian pyramid, and what is left, its deviation to the power -`share`.

    To enlarge is four times the adjoint of to shrink, so a band's power needs only its level L and the next,
    S: |L - enlarged(S)|² = |L|² - 8 |S|² + 16 S·(shrunk enlarged S), exact but for what the borders do.
    """
    powers = [_product(level, level) for level in levels]
    variances = []
    for at, smaller in enumerate(levels[1:]):
        there_and_back = cv2.sepFilter2D(smaller, cv2.CV_32F, _TWICE, _TWICE, borderType=cv2.BORDER_REFLECT)
        variances.append(powers[at] - 2 * powers[at + 1] + _product(smaller, np.asarray(there_and_back)))
    variances.append(float(levels[-1].var()))
    least = [max(power * _FAINTEST**2, 1e-36) for power in powers]
    return [float(max(pair)) ** (-share / 2) for pair in zip(variances, least, strict=True)]


def _product(one: Image, other: Image) -> float:
    """Return the mean of the products of two pictures."""
    return float(np.vdot(one, other)) / one.size
