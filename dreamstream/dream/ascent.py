"""The ascent of one frame: gradient steps at several octaves, small to large.

    canvas -> octaves -> (base + details of the smaller octave -> steps -> details) ... -> canvas

It is the algorithm of Google's DeepDream notebook (2015): at each octave the picture is rolled by a
random offset, moved along the gradient by `step` / mean |gradient|, rolled back and clipped.
"""

from collections.abc import Callable

import numpy as np

from dreamstream.dream.octaves import octave_sizes, resize
from dreamstream.errors import DreamError
from dreamstream.nets import Image, Network, Objective
from dreamstream.params import Params


def ascend(
    network: Network,
    canvas: Image,
    objective: Objective,
    params: Params,
    rng: np.random.Generator,
    check: Callable[[], None] = lambda: None,
) -> Image:
    """Return the canvas after one dream; same size, 0..255.

    `check` is called before each gradient step, and may raise to end the dream early.
    Raises DreamError when the gradient is empty or not a number.
    """
    height, width = canvas.shape[:2]
    sizes = octave_sizes(height, width, params.octaves, params.octave_scale)
    bases = [canvas]
    for size in sizes[1:]:
        bases.append(resize(bases[-1], size))
    details = np.zeros_like(bases[-1])
    for size, base in zip(reversed(sizes), reversed(bases), strict=True):
        picture = base + resize(details, size)
        for _ in range(params.iterations):
            check()
            picture = _climb(network, picture, objective, params, rng)
        details = picture - base
    return picture


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
    rolled += gradient * np.float32(params.step / mean)
    np.clip(rolled, 0, 255, out=rolled)
    return np.roll(rolled, -offset, (0, 1))
