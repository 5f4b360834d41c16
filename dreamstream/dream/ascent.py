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
_FAINTEST = 1e-6  # deviation of a band, in parts of the greatest value, that is no longer made louder


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
    """
    least = _FAINTEST * float(cv2.norm(gradient, cv2.NORM_INF))
    levels = [gradient]
    for _ in range(_BANDS):
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.float32))
    result = levels[-1] * np.float32(max(float(levels[-1].std()), least) ** -share)
    for fine, coarse in zip(levels[-2::-1], levels[:0:-1], strict=True):
        size = (fine.shape[1], fine.shape[0])
        band = np.asarray(cv2.pyrUp(coarse, dstsize=size), np.float32)
        np.subtract(fine, band, out=band)
        deviation = cv2.norm(band, cv2.NORM_L2) / band.size**0.5  # a band's mean is 0
        result = np.asarray(cv2.pyrUp(result, dstsize=size), np.float32)
        cv2.scaleAdd(band, max(deviation, least) ** -share, result, result)
    return result
