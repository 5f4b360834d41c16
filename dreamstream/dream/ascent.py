"""The ascent of one frame: gradient steps at several octaves, small to large.

    canvas -> octaves -> (base + details of the smaller octave -> steps -> details) ... -> canvas

It is the algorithm of Google's DeepDream notebook (2015): at each octave the picture is rolled by a
random offset, moved along the gradient by `step` / mean |gradient|, rolled back and clipped. What the
gradient is first made into (`shaping.py`) is the params'. Sizes shrink by `octave_scale`, as in the notebook;
resizing is linear, and looks at pixel centres.
"""

from collections.abc import Callable

import numpy as np

from dreamstream.dream.faults import Faults
from dreamstream.dream.paint import Weights
from dreamstream.dream.shaping import octave_gain, shaped
from dreamstream.dream.tile_memory import TileMemory
from dreamstream.errors import NetError
from dreamstream.nets import Network, Objective
from dreamstream.nets.tiles import window_size
from dreamstream.params import Params
from dreamstream.pictures import Picture, on
from dreamstream.size import Size

SMALLEST = 32
"""Pixels of the smaller side: below this a net's deeper layers see nothing but their own padding."""


def ascend(
    network: Network,
    canvas: Picture,
    objective: Objective | Callable[[Size], Objective],
    params: Params,
    rng: np.random.Generator,
    check: Callable[[], None] = lambda: None,
    scale: float = 1.0,
    memory: TileMemory | None = None,
    faults: Faults | None = None,
    paint: Weights | None = None,
) -> Picture:
    """Return the canvas after one dream; same size, 0..255.

    `objective` may be a function of an octave's size: a small one may not reach a layer.
    `check` is called before each gradient step, and may raise to end the dream early.
    Below 1, `scale` is the largest octave's share of the canvas's sides: its details are enlarged onto it.
    With a `memory` most of a large octave's gradient is remembered; its objective is that of a tile's window.
    Each step is multiplied by the weights of `paint`, if given.
    Raises DreamError when a gradient is empty or not a number, or notes it among the `faults`.
    """
    p, whole, faults = on(canvas), Size.of(canvas), faults or Faults()
    sizes = octave_sizes(whole.scaled_even(scale), params.octaves, params.octave_scale)
    bases = [p.resize(canvas, sizes[0])]
    for size in sizes[1:]:
        bases.append(p.resize(bases[-1], size))
    picture = smaller = bases[-1]
    for octave in reversed(range(len(sizes))):
        size, base = sizes[octave], bases[octave]
        if base is not smaller:
            picture = p.resize(picture - smaller, size) + base
        n = memory.tiles(octave) if memory is not None else 1
        goal = objective(window_size(size, n)) if callable(objective) else objective
        step = params.step * octave_gain(params, octave, len(sizes))
        weights = paint(size) if paint is not None else None
        for _ in range(params.iterations):
            check()
            if memory is not None and n > 1:
                field = memory.gradient(network, picture, goal, n, rng)
                picture = p.clip(_stepped(p.copy(picture), field, goal, params, step, faults, weights))
            else:
                picture = _climb(network, picture, goal, params, rng, step, faults, weights)
        smaller = base
    if scale == 1:
        return picture
    return p.clip(p.resize(picture - smaller, whole) + canvas)


def _climb(
    network: Network,
    picture: Picture,
    objective: Objective,
    params: Params,
    rng: np.random.Generator,
    step: float,
    faults: Faults,
    weights: Picture | None,
) -> Picture:
    p = on(picture)
    down, across = (int(by) for by in rng.integers(-params.jitter, params.jitter, size=2, endpoint=True))
    rolled = p.roll(picture, (down, across))
    gradient, _ = network.input_gradient(rolled, objective)
    if weights is not None:
        weights = p.roll(weights, (down, across))
    stepped = _stepped(rolled, p.dense(gradient), objective, params, step, faults, weights)
    return p.roll(stepped, (-down, -across), clip=True)


def _stepped(
    picture: Picture,
    gradient: Picture,
    objective: Objective,
    params: Params,
    step: float,
    faults: Faults,
    weights: Picture | None,
) -> Picture:
    """Return the picture, written over, a step further along what is made of its gradient."""
    p = on(picture)
    mean = p.mean_abs(gradient)
    faults.note(mean, objective.layers)
    made = shaped(gradient, params)
    if made is not gradient:
        mean = p.either(p.mean_abs(made), mean)  # nothing is left where all scales are at 0: no step
    if weights is not None:  # where all of it counts a step is as large as without them
        made = made * weights
    return p.add_scaled(picture, made, step / mean)


def try_gradient(network: Network, objective: Objective, picture: Picture) -> None:
    """Raise NetError where a net gives no gradient that could be climbed at a picture (H×W×3, 0..255)."""
    gradient, _ = network.input_gradient(picture, objective)
    found = on(gradient).host(gradient)
    if not (np.isfinite(found).all() and found.any()):
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
