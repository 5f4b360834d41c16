"""Tile memory: the gradients of a frame's large octaves, of which one tile is new and the rest is remembered.

    remembered field -> moved as the canvas was -> one tile of it computed anew -> field, to be climbed

A gradient changes little from one frame to the next but that it moves along. Each octave has n × n tiles,
fewer in the smaller ones. They come in a shuffled order, each a little off its place: no border stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dreamstream.dream.fatigue import Heard
from dreamstream.dream.objectives import Sum
from dreamstream.nets import Network, Objective
from dreamstream.nets.tiles import lay, window_places, window_size
from dreamstream.pictures import Picture, on
from dreamstream.size import Size
from dreamstream.transforms import IDENTITY, Warp

_JITTER = 8  # pixels that a tile may be off its place, each way


def tiles_at(n: int, octave: int) -> int:
    """Return the number of tiles a side at an octave (0: the largest): their windows are about as large."""
    return max(1, n - octave)


def windows_of(octaves: Sequence[Size], n: int) -> list[Size]:
    """Return the sizes of the pictures whose gradient is computed at octaves that n tiles begin with."""
    return [window_size(size, tiles_at(n, octave)) for octave, size in enumerate(octaves)]


@dataclass(frozen=True, eq=False)
class Remembered:
    """An octave's gradient (H×W×3), each tile with a mean of its absolute values of 1 when it was new.

    `goal` is what was climbed, `queue` has the numbers of the tiles that come next.
    """

    gradient: Picture
    goal: object
    queue: tuple[int, ...] = ()


class TileMemory:
    """What one frame makes of the fields of the frame before, by the size of their octave.

    `warp` is how the canvas was moved between the two. `remembered` is what the next frame gets: what was not
    climbed is forgotten.
    """

    def __init__(
        self, n: int, canvas: Size, warp: Warp = IDENTITY, before: Mapping[Size, Remembered] | None = None
    ):
        self._n, self._canvas, self._warp, self._before = n, canvas, warp, dict(before or {})
        self.remembered: dict[Size, Remembered] = {}

    def tiles(self, octave: int) -> int:
        """Return the number of tiles a side that an octave has (0: the largest)."""
        return tiles_at(self._n, octave)

    def gradient(
        self, network: Network, picture: Picture, objective: Objective, n: int, rng: np.random.Generator
    ) -> Picture:
        """Return an octave's gradient: one of its n × n tiles is new, or all where none is known."""
        places = window_places(Size.of(picture), n)
        known = self._known(Size.of(picture))
        if known is None or known.goal != _goal(objective):
            field = Remembered(on(picture).zeros(Size.of(picture)), _goal(objective))
            for place in places:
                _renew(field, network, picture, objective, n, place, 1.0)
        else:
            queue = known.queue
            if not queue or max(queue) >= len(places):
                queue = tuple(int(number) for number in rng.permutation(len(places)))
            row, column = places[queue[0]] + rng.integers(-_JITTER, _JITTER, 2, endpoint=True)
            field = replace(known, queue=queue[1:])
            # with some of what is there: of several phases of the net's strides, less is grit
            _renew(field, network, picture, objective, n, (int(row), int(column)), 2 / n)
        self.remembered[Size.of(picture)] = field
        return field.gradient

    def _known(self, size: Size) -> Remembered | None:
        """Return what is known of an octave, where it is now; an array of its own."""
        if size in self.remembered:  # of a step before in the same frame
            return self.remembered[size]
        before = self._before.get(size)
        if before is None:
            return None
        return _moved(before, self._warp, self._canvas, size)


def moved_along(before: Mapping[Size, Remembered], warp: Warp, canvas: Size) -> dict[Size, Remembered]:
    """Return fields moved as the canvas was, where a frame climbs none of them."""
    return {size: _moved(field, warp, canvas, size) for size, field in before.items()}


def _moved(before: Remembered, warp: Warp, canvas: Size, size: Size) -> Remembered:
    if warp is IDENTITY:
        gradient = on(before.gradient).copy(before.gradient)
    else:
        gradient = warp.at(canvas, size).apply(before.gradient, cubic=True)
    return replace(before, gradient=gradient)


def _goal(objective: Objective) -> object:
    """Return what tells an objective from another, but for what may ease: weights and variety."""
    if isinstance(objective, Heard):
        return _goal(objective.objective)
    if isinstance(objective, Sum):
        return tuple(_goal(part) for _, part in objective.parts)
    chosen = getattr(objective, "channels", None), getattr(objective, "index", None)
    return type(objective), objective.layers, chosen


def _renew(
    field: Remembered,
    network: Network,
    picture: Picture,
    objective: Objective,
    n: int,
    place: tuple[int, int],
    share: float,
) -> None:
    """Compute the tile whose window begins at a place, and lay it into the field."""
    p, size = on(picture), Size.of(picture)
    gradient, _ = network.input_gradient(p.window(picture, place, window_size(size, n)), objective)
    lay(field.gradient, place, gradient / p.single(p.either(p.mean_abs(p.dense(gradient)), 1.0)), share)
