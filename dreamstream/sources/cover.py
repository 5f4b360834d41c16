"""Covering a size with a picture of any shape: what overhangs is cut evenly."""

from math import ceil
from typing import Any, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Canvas
from dreamstream.size import Size

Levels = NDArray[np.uint8] | NDArray[np.uint16]
"""H×W×3, RGB, of 8 or of 16 bits."""

_Picture = TypeVar("_Picture", bound=NDArray[Any])

_LONGEST = 4  # times as long as the size's shape is what is scaled whole


def cover(picture: Levels, size: Size) -> Canvas:
    """Scale a picture until it covers the size, cut the overhang evenly, return it as a canvas."""
    picture = trimmed(picture, size)
    before = Size.of(picture)
    scale = max(size.height / before.height, size.width / before.width)
    across = max(size.width, round(before.width * scale))
    down = max(size.height, round(before.height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, (across, down), interpolation=method)
    top, left = (down - size.height) // 2, (across - size.width) // 2
    cut = scaled[top : top + size.height, left : left + size.width]
    return np.ascontiguousarray(cut, dtype=np.float32)


def trimmed(picture: _Picture, size: Size) -> _Picture:
    """Return what there is to scale of a picture, so that it covers a size: its middle, where it is long.

    A picture of one column would be scaled to a thousand times the size, to be cut then.
    """
    before = Size.of(picture)
    width = _kept(before.width, before.height * size.width / size.height)
    height = _kept(before.height, before.width * size.height / size.width)
    left, top = (before.width - width) // 2, (before.height - height) // 2
    return cast(_Picture, picture[top : top + height, left : left + width])


def _kept(side: int, fitting: float) -> int:
    """Return how much is kept of a side, from both ends of which the same is cut."""
    kept = ceil(_LONGEST * fitting)
    return min(side, kept + (side - kept) % 2)
