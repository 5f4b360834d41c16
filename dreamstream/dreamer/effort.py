"""Effort: how much of what the params ask for is done in a frame, and what less of it would cost and change.

    params, canvas -> ladder: all of it -> fewer iterations -> more and smaller tiles, one of them a frame
                              -> fewer octaves -> a smaller largest octave

Gradient steps go first, as their number is seen least, once each is made larger for those that are left out;
then most of the gradient, which is remembered from frames before; then small octaves, the large shapes; and
last the fine details, where there is no room for tiles.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from dreamstream.dream.ascent import SMALLEST, octave_sizes
from dreamstream.dream.tile_memory import windows_of
from dreamstream.nets.tiles import window_size
from dreamstream.params import Params
from dreamstream.size import Size

SCALES = (0.841, 0.707, 0.595, 0.5)
"""Powers of 2^(-1/4). Few, and always the same: at each size a net has to get ready anew."""

_MOST_TILES = 4  # a side: what is remembered for longer is grit
_FEW_TILES = 3  # a side, which are hardly told from one
_LEAST_WINDOW = 96  # px of a tile's smaller side: with less around them things are not known
_ENLARGED = 0.79  # of a change is left when it is enlarged, at any of these scales
_BOUND = 2.0  # beyond this a step shows as such


@dataclass(frozen=True)
class Effort:
    """What is done: octaves, gradient steps at each, the largest octave's share of the canvas's sides.

    It has `tiles` a side, of which a step computes one. They may be fewer than are asked for: see `held`.
    """

    octaves: int
    iterations: int
    scale: float = 1.0
    tiles: int = 1

    @classmethod
    def asked(cls, params: Params) -> "Effort":
        """Return all that the params ask for."""
        return cls(params.octaves, params.iterations, tiles=params.tile_memory)

    def sizes(self, params: Params, canvas: Size) -> list[Size]:
        """Return the sizes of the pictures whose gradient is computed, that of the largest octave first."""
        octaves = octave_sizes(canvas.scaled_even(self.scale), self.octaves, params.octave_scale)
        return windows_of(octaves, self.tiles)

    def work(self, params: Params, canvas: Size) -> int:
        """Return pixels × gradient steps."""
        return self.iterations * sum(size.area for size in self.sizes(params, canvas))

    def fine(self, params: Params) -> bool:
        """Whether it is hardly told from all that is asked: each octave at its own size, with few tiles."""
        return (
            self.octaves == params.octaves
            and self.scale == 1
            and self.tiles <= max(_FEW_TILES, params.tile_memory)
        )

    def applied(self, params: Params, canvas: Size) -> Params:
        """Return the params of a frame dreamt with this effort: the same object where it is all of it.

        The step is larger, up to twice, so that a frame changes the picture about as much as was asked.
        """
        asked = Effort.asked(params)
        if self == asked:
            return params
        louder = asked._change(params, canvas) / self._change(params, canvas)
        step = params.step * min(louder, _BOUND)
        return params.model_copy(
            update={"octaves": self.octaves, "iterations": self.iterations, "step": step}
        )

    def describe(self, params: Params) -> str:
        """Return what is done of what the params ask for: `1 of 2 octaves, 71 % size for 20 fps`."""
        parts = []
        if self.iterations < params.iterations:
            parts.append(f"{self.iterations} of {params.iterations} iterations")
        if self.tiles > params.tile_memory:
            parts.append(f"1 of {self.tiles}×{self.tiles} tiles a frame")
        if self.octaves < params.octaves:
            parts.append(f"{self.octaves} of {params.octaves} octaves")
        if self.scale < 1:
            parts.append(f"{self.scale:.0%} size".replace("%", " %"))
        less = f"{', '.join(parts)} for {params.fps_target:g} fps" if parts else ""
        few = f"{self.tiles} of {params.tile_memory} tiles a side, as smaller ones would see too little"
        return ", ".join(filter(None, (less, few if self.tiles < params.tile_memory else "")))

    def _change(self, params: Params, canvas: Size) -> float:
        """Return how much an ascent changes the picture, in steps.

        Measured as the mean |change| of a whole ascent with the default net at block5 and block9: the root of
        the steps within 3 % (steps of one octave are jittered and as good as independent), and the cube root
        of the octaves within 2 %, for 1 to 4 octaves of 1 to 5 steps.
        """
        octaves = len(self.sizes(params, canvas))
        return float(self.iterations**0.5 * octaves ** (1 / 3) * (_ENLARGED if self.scale < 1 else 1))


def ladder(params: Params, canvas: Size, reached: Callable[[Size], bool] = lambda size: True) -> list[Effort]:
    """Return all efforts for these params, the most first: each does less than the one before.

    Those are left out that dream on pictures of a size at which not all that is dreamt is `reached`.
    """
    octaves = len(octave_sizes(canvas, params.octaves, params.octave_scale))  # fewer on a small canvas
    asked = held(Effort.asked(params), params, canvas, reached).tiles
    rungs = [Effort(params.octaves, count, tiles=asked) for count in range(params.iterations, 0, -1)]
    for n in range(asked + 1, _MOST_TILES + 1):
        rung = Effort(params.octaves, 1, tiles=n)
        if min(window_size(canvas, n)) >= _LEAST_WINDOW and rung == held(rung, params, canvas, reached):
            rungs.append(rung)
    rungs += [Effort(count, 1, tiles=rungs[-1].tiles) for count in range(octaves - 1, 0, -1)]
    rungs += enlarged(canvas, reached)
    works = [rung.work(params, canvas) for rung in rungs]
    return [rung for at, rung in enumerate(rungs) if at == 0 or works[at] < min(works[:at])]


def held(effort: Effort, params: Params, canvas: Size, reached: Callable[[Size], bool]) -> Effort:
    """Return the effort with as many of its tiles as can be: where an octave is `reached`, its windows are.

    A canvas, a layer or a number that a hand chooses live must not fail each frame.
    """
    octaves = replace(effort, tiles=1).sizes(params, canvas)
    for n in range(effort.tiles, 1, -1):
        fewer = replace(effort, tiles=n)
        windows = fewer.sizes(params, canvas)
        if all(reached(window) or not reached(size) for size, window in zip(octaves, windows, strict=True)):
            return fewer
    return replace(effort, tiles=1)


def enlarged(canvas: Size, reached: Callable[[Size], bool]) -> list[Effort]:
    """Return the efforts of one octave, smaller than the canvas, at which all that is dreamt is `reached`."""
    sizes = {scale: canvas.scaled_even(scale) for scale in SCALES}
    return [Effort(1, 1, scale) for scale, size in sizes.items() if min(size) >= SMALLEST and reached(size)]
