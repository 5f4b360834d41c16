"""The border: what flows in there where a warp draws the picture away from it.

a moved canvas, its warp -> a rim at each border, by the speed of the inflow -> colours of other places

A mirror image of what is at the border would stand there as two halves and a straight line between, which the
dream only sharpens. A rim in which the picture dissolves has none, and the dream makes of it what it will. It
is wider here and narrower there: along a straight rim the dream would find a line, too.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.pictures import Picture, Pictures, on
from dreamstream.size import Size
from dreamstream.transforms.transform import Tick
from dreamstream.transforms.warp import Affine, Field, Vectors, Warp, places_of

_WIDTH = 0.1  # of a rim on average, as a share of the canvas's smaller side
_WAVES, _UNEVEN = (2.7, 4.3, 7.1), 0.75  # along a rim, in its widths; how much wider it is at most
_DISSOLVED = 6.0  # by the time that it is through the rim, exp(-half of this) of what came in is left
_STAYS = 30  # frames in which a colour turns into the next one
_STREAM = 70  # the first of the rims' own streams of randomness


@dataclass(frozen=True, eq=False)
class _Rim:
    """A strip along a border: where it is, in pixels and in cells, and its pixels' places.

    `fall` is the share of what is mixed in for each pixel of speed: from the border it falls to 0 inside, at
    each place of the border over another width.
    """

    axis: int
    outwards: int
    strip: tuple[slice, slice]
    cells: tuple[slice, slice]
    places: Vectors
    fall: Picture

    def speeds(self, warp: Warp, size: Size) -> Picture:
        """Return how fast a warp brings in what is beyond the border, in pixels (below 0: it goes out)."""
        if isinstance(warp, Affine):
            moves = warp.moves(self.places)
        else:
            p = on(self.places)
            moves = p.maths.broadcast_to(warp.vectors_on(p), (*size.shape, 2))[self.strip]
        return moves[..., 1 - self.axis] * self.outwards

    def is_out_of(self, warp: Warp, size: Size) -> bool:
        """Whether a warp brings in nothing there, as far as that is known without waiting."""
        if isinstance(warp, Field):
            return False
        last = size.shape[self.axis] - 1 if self.outwards > 0 else 0
        ends = [[last, end] if self.axis == 1 else [end, last] for end in (0, size.shape[1 - self.axis] - 1)]
        corners = np.array(ends, np.float32)[None]
        return bool((warp.moves(corners)[..., 1 - self.axis] * self.outwards <= 0).all())


def with_fresh_border(moved: Picture, before: Picture, warp: Warp, tick: Tick) -> Picture:
    """Return a canvas that a warp has moved, with fresh colours in the rims where it flows in; written over.

    They are those of other places of the canvas `before`, and turn slowly into others'. What is mixed in
    grows with the speed of the inflow: as much of it comes through whether that is fast or slow. Where
    borders wrap round, or a warp folds, nothing flows in.
    """
    if isinstance(warp, Field) and (warp.wrap or warp.still_motion is not None):
        return moved
    p, size = on(moved), Size.of(moved)
    rims = [rim for rim in _rims(size, p) if not rim.is_out_of(warp, size)]
    colours = _colours(before, _width(size), tick) if rims else before
    for rim in rims:
        strip = moved[rim.strip]
        share = rim.speeds(warp, size) * rim.fall
        share = p.smaller(p.larger(share, 0.0), 1.0)
        fresh = p.resize(colours[rim.cells], Size.of(strip))
        fresh -= strip
        strip += fresh * share[..., None]
    return moved


def _colours(canvas: Picture, width: int, tick: Tick) -> Picture:
    """Return the colours of cells so wide, one a pixel: each that of another cell, and another's in time."""
    some = canvas[width // 2 :: width, width // 2 :: width]
    p, size = on(canvas), Size.of(some)
    every, result = some.reshape(-1, 3), p.zeros(size)
    epoch, part = divmod(tick.index, _STAYS)
    phases, *choices = _cells(tick.seed, epoch, size)
    for number, chosen in enumerate(choices):  # those that any cell is between
        shares = np.maximum(1 - np.abs(part / _STAYS + phases - number), 0)
        result += every[p.of(chosen)] * p.of(shares.astype(np.float32)[..., None])
    return result


@lru_cache(maxsize=4)
def _cells(seed: int, epoch: int, size: Size) -> tuple[NDArray[Any], ...]:
    """Return how far ahead of the others each cell is (0..1), and whose colours it has at three moments."""
    phases = np.random.default_rng((seed, 0, _STREAM)).uniform(0, 1, size.shape)
    rngs = [np.random.default_rng((seed, number, _STREAM + 1)) for number in range(epoch, epoch + 3)]
    return phases, *(rng.integers(0, size.area, size.shape) for rng in rngs)


def _width(size: Size) -> int:
    return max(2, round(_WIDTH * min(size)))


@lru_cache(maxsize=2)
def _rims(size: Size, p: Pictures) -> tuple[_Rim, ...]:
    """Return the rims of a canvas, the upper, the lower, the left and the right one."""
    places, rims = places_of(size, p), []
    widest = min(round((1 + _UNEVEN) * _width(size)), *size.shape)
    rng = np.random.default_rng(_STREAM + 2)
    for axis in (0, 1):
        for outwards in (-1, 1):
            strip, cells = (_along(axis, outwards, count) for count in (widest, 1))
            widths = _widths(size.shape[1 - axis], _width(size), rng)
            falls = np.maximum(1 - np.arange(widest)[::-outwards, None] / widths, 0) * (_DISSOLVED / widths)
            falls = (falls if axis == 0 else falls.T).astype(np.float32)
            rims.append(_Rim(axis, outwards, strip, cells, p.copy(places[strip]), p.of(falls)))
    return tuple(rims)


def _widths(length: int, width: int, rng: np.random.Generator) -> NDArray[Any]:
    """Return how wide a rim is at each pixel along it: a sum of waves about its width."""
    along = np.arange(length) / width
    waves = [np.sin(2 * np.pi * (along / wave + rng.uniform())) for wave in _WAVES]
    return np.asarray(width * (1 + _UNEVEN * np.mean(waves, axis=0)))


def _along(axis: int, outwards: int, count: int) -> tuple[slice, slice]:
    """Return what picks so many rows (axis 0) or columns at a border."""
    part = slice(None, count) if outwards < 0 else slice(-count, None)
    return (part, slice(None)) if axis == 0 else (slice(None), part)
