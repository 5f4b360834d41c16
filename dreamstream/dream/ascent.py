"""The ascent of one frame: gradient steps at several octaves, small to large.

    canvas -> octaves -> (base + details of the smaller octave -> steps -> details) ... -> canvas

It is the algorithm of Google's DeepDream notebook (2015): at each octave the picture is rolled by a
random offset, moved along the gradient by `step` / mean |gradient|, rolled back and clipped. What the
gradient is first made into (`shaping.py`) is the params'. Sizes shrink by `octave_scale`, as in the notebook;
resizing is linear, and looks at pixel centres.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.dream.shaping import octave_gain, shaped
from dreamstream.dream.tile_memory import TileMemory
from dreamstream.errors import DreamError, NetError
from dreamstream.nets import Image, Network, Objective
from dreamstream.nets.tiles import window_size
from dreamstream.params import Params
from dreamstream.size import Size

SMALLEST = 32
"""Pixels of the smaller side: below this a net's deeper layers see nothing but their own padding."""


def ascend(
    network: Network,
    canvas: Image,
    objective: Objective | Callable[[Size], Objective],
    params: Params,
    rng: np.random.Generator,
    check: Callable[[], None] = lambda: None,
    scale: float = 1.0,
    memory: TileMemory | None = None,
) -> Image:
    """Return the canvas after one dream; same size, 0..255.

    `objective` may be a function of an octave's size: a small one may not reach a layer.
    `check` is called before each gradient step, and may raise to end the dream early.
    Below 1, `scale` is the largest octave's share of the canvas's sides: its details are enlarged onto it.
    With a `memory` most of a large octave's gradient is remembered; its objective is that of a tile's window.
    Raises DreamError when the gradient is empty or not a number.
    """
    whole = Size.of(canvas)
    sizes = octave_sizes(whole.scaled_even(scale), params.octaves, params.octave_scale)
    bases = [resize(canvas, sizes[0])]
    for size in sizes[1:]:
        bases.append(resize(bases[-1], size))
    picture = smaller = bases[-1]
    for octave in reversed(range(len(sizes))):
        size, base = sizes[octave], bases[octave]
        if base is not smaller:
            picture = resize(picture - smaller, size) + base
        n = memory.tiles(octave) if memory is not None else 1
        goal = objective(window_size(size, n)) if callable(objective) else objective
        step = params.step * octave_gain(params, octave, len(sizes))
        for _ in range(params.iterations):
            check()
            if memory is not None and n > 1:
                field = memory.gradient(network, picture, goal, n, rng)
                picture = np.clip(_stepped(picture.copy(), field, goal, params, step), 0, 255)
            else:
                picture = _climb(network, picture, goal, params, rng, step)
        smaller = base
    if scale == 1:
        return picture
    dreamt = resize(picture - smaller, whole) + canvas
    return np.asarray(np.clip(dreamt, 0, 255, out=dreamt))


def _climb(
    network: Network,
    picture: Image,
    objective: Objective,
    params: Params,
    rng: np.random.Generator,
    step: float,
) -> Image:
    offset = rng.integers(-params.jitter, params.jitter, size=2, endpoint=True)
    rolled = np.roll(picture, offset, (0, 1))
    gradient, _ = network.input_gradient(rolled, objective)
    if not gradient.flags.c_contiguous:
        # an engine may give a view of its planes, which OpenCV and NumPy would copy at each call, slowly
        gradient = np.asarray(cv2.merge([gradient[..., channel] for channel in range(3)]), np.float32)
    return rolled_and_clipped(_stepped(rolled, gradient, objective, params, step), -offset)


def _stepped(picture: Image, gradient: Image, objective: Objective, params: Params, step: float) -> Image:
    """Return the picture, written over, a step further along what is made of its gradient."""
    mean = _mean(gradient)
    if not np.isfinite(mean) or mean == 0:
        fault = "empty" if mean == 0 else "not a number"
        raise DreamError(f"the gradient of {'+'.join(objective.layers)} is {fault}")
    made = shaped(gradient, params)
    if made is not gradient:
        mean = _mean(made) or mean  # nothing is left where all scales are at 0: no step
    return np.asarray(cv2.scaleAdd(made, step / mean, picture, picture))


def _mean(gradient: Image) -> float:
    """Return the mean of the absolute values."""
    return float(cv2.norm(gradient, cv2.NORM_L1)) / gradient.size


def rolled_and_clipped(picture: Image, offset: NDArray[np.int64]) -> Image:
    """Return what np.roll does, held to 0..255 on the way."""
    height, width = picture.shape[:2]
    down, across = (int(by) % side for by, side in zip(offset, (height, width), strict=True))
    result = np.empty_like(picture)
    for top, bottom, to in ((0, height - down, down), (height - down, height, 0)):
        for left, right, beside in ((0, width - across, across), (width - across, width, 0)):
            part = result[to : to + bottom - top, beside : beside + right - left]
            np.clip(picture[top:bottom, left:right], 0, 255, out=part)
    return result


def try_gradient(network: Network, objective: Objective, picture: Image) -> None:
    """Raise NetError where a net gives no gradient that could be climbed at a picture (H×W×3, 0..255)."""
    gradient, _ = network.input_gradient(picture, objective)
    if not (np.isfinite(gradient).all() and gradient.any()):
        raise NetError(f"its gradient at {', '.join(objective.layers)} is empty or not finite")


def octave_sizes(canvas: Size, count: int, scale: float) -> list[Size]:
    """Return the size of each octave, largest first; fewer than `count` on a small canvas."""
    sizes = [canvas]
    for i in range(1, count):
        size = Size(round(canvas.width / scale**i), round(canvas.height / scale**i))
        if min(size) < SMALLEST:
            break
        sizes.append(size)
    return sizes


def resize(image: Image, size: Size) -> Image:
    """Return the image at another size, by linear interpolation."""
    if image.shape[:2] == size.shape:
        return image
    resized = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.float32)
