"""The ascent of one frame: gradient steps at several octaves, small to large.

    canvas -> octaves -> (base + details of the smaller octave -> steps -> details) ... -> canvas

It is the algorithm of Google's DeepDream notebook (2015): at each octave the picture is rolled by a
random offset, moved along the gradient by `step` / mean |gradient|, rolled back and clipped. With
`smooth` above 0 the gradient's own octaves are first made more equal, which draws larger shapes.
"""

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np

from dreamstream.dream.octaves import octave_sizes, resize, scaled
from dreamstream.errors import DreamError
from dreamstream.nets import Image, Network, Objective
from dreamstream.params import Params

_BANDS = 4


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
    details = np.zeros_like(bases[-1])
    for size, base in zip(reversed(sizes), reversed(bases), strict=True):
        picture = base + resize(details, size)
        wanted = objective(size) if callable(objective) else objective
        for _ in range(params.iterations):
            check()
            picture = _climb(network, picture, wanted, params, rng)
        details = picture - base
    if scale == 1:
        return picture
    whole = canvas + resize(details, (height, width))
    return np.clip(whole, 0, 255, out=whole)


def _climb(
    network: Network, picture: Image, objective: Objective, params: Params, rng: np.random.Generator
) -> Image:
    offset = rng.integers(-params.jitter, params.jitter, size=2, endpoint=True)
    rolled = np.roll(picture, offset, (0, 1))
    gradient, _ = network.input_gradient(rolled, objective)
    mean = float(np.abs(gradient).mean())
    if not np.isfinite(mean) or mean == 0:
        what = "empty" if mean == 0 else "not a number"
        raise DreamError(f"the gradient of {'+'.join(objective.layers)} is {what}")
    if params.smooth:
        gradient = _evened(gradient, params.smooth)
        mean = float(np.abs(gradient).mean())
    rolled += gradient * np.float32(params.step / mean)
    np.clip(rolled, 0, 255, out=rolled)
    return np.roll(rolled, -offset, (0, 1))


def _evened(gradient: Image, share: float) -> Image:
    """Return the gradient with each band divided by its deviation to the power `share`: 1 makes them equal.

    Laplacian pyramid gradient normalisation, after TensorFlow's DeepDream tutorial (Mordvintsev, 2016).
    """
    levels = [gradient / np.float32(np.abs(gradient).max())]
    for _ in range(_BANDS):
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.float32))
    result = _scaled(levels[-1], share)
    for fine, coarse in reversed(list(pairwise(levels))):
        size = (fine.shape[1], fine.shape[0])
        result = cv2.pyrUp(result, dstsize=size) + _scaled(fine - cv2.pyrUp(coarse, dstsize=size), share)
    return np.asarray(result)


def _scaled(band: Image, share: float) -> Image:
    return np.asarray(band * np.float32(1 / max(float(band.std()), 1e-6) ** share))
