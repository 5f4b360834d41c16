"""Tiles: a large picture's gradient, a window at a time, laid side by side.

    picture -> windows that overlap -> the gradient of each, less at its rim -> sum

A window sees no further than its own border, and what it sees there is not true: so its rim counts little,
and its neighbour's more, by as much. Beyond its border a picture goes on from its other side.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dreamstream.pictures import Picture, on
from dreamstream.size import Size

RIM = 16
"""Pixels from a window's border in which it passes into its neighbour."""

_MULTIPLE = 16  # of which a window's sides are, where there is room: the strides of most nets divide them


def window_size(picture: Size, n: int) -> Size:
    """Return the size of the windows of n × n tiles, each with a rim around it; of one tile all there is."""
    sides = (-(-side // n) + 2 * RIM for side in picture)
    return Size(
        *(min(-(-side // _MULTIPLE) * _MULTIPLE, most) for side, most in zip(sides, picture, strict=True))
    )


def window_places(picture: Size, n: int) -> list[tuple[int, int]]:
    """Return the first row and the first column of the window of each of n × n tiles, row by row."""
    return places_of(picture, window_size(picture, n), n, n)


def places_of(picture: Size, window: Size, rows: int, columns: int, step: int = 1) -> list[tuple[int, int]]:
    """Return where each of rows × columns of windows begins, at multiples of `step`."""
    down = starts(picture.height, window.height, rows, step)
    across = starts(picture.width, window.width, columns, step)
    return [(row, column) for row in down for column in across]


def starts(side: int, extent: int, count: int, step: int = 1) -> list[int]:
    """Return where windows begin along a side, or before it: evenly spread, at multiples of `step`."""
    return [round(((at + 0.5) * side / count - extent / 2) / step) * step for at in range(count)]


def lay(field: Picture, place: tuple[int, int], gradient: Picture, share: float = 1.0) -> None:
    """Lay the gradient of the window at a place into the picture's, `share` of it over what is there.

    Less of it counts at its rim.
    """
    p, window = on(field), Size.of(gradient)
    old = p.window(field, place, window)
    p.put(field, place, old + p.constant(window_weight(window)) * share * (gradient - old))


@lru_cache(maxsize=8)
def window_weight(window: Size) -> NDArray[np.float32]:
    """Return what of each pixel of a window counts (H×W×1); not to be written to."""
    down, across = map(ramp, window.shape)
    return (down[:, None] * across)[..., None]


def ramp(extent: int) -> NDArray[np.float32]:
    """Return what of each row or column of a window counts."""
    places = np.arange(extent)
    return np.minimum((np.minimum(places, places[::-1]) + 0.5) / RIM, 1).astype(np.float32)
