"""Layout: where a picture lies in a window, whole or in part, before it is mapped."""

from dataclasses import dataclass

import numpy as np

from dreamstream.mapping import Mapping
from dreamstream.mapping.homography import Points
from dreamstream.size import Size

Place = tuple[int, int, int, int]
"""Where a picture lies: x, y, width, height."""


def viewport(picture: Size, window: Size, fill: bool) -> Place:
    """Return (x, y, width, height) of the picture in the window: inside it whole, or covering it."""
    ratios = window.width / picture.width, window.height / picture.height
    size = picture.scaled(max(ratios) if fill else min(ratios))
    return (window.width - size.width) // 2, (window.height - size.height) // 2, *size


@dataclass(frozen=True)
class Layout:
    """What a window shows of a picture, and where.

    `shown` is left, top, width and height of what can be seen, as shares of the picture; `corners` (4×2) are
    where that lies in the window (0..1, y down), as long as nobody pins it elsewhere; `size` is that of the
    whole picture where a pixel of it is one of the window's.
    """

    shown: tuple[float, float, float, float]
    corners: Points
    size: Size
    window: Size

    def point(self, at: tuple[int, int], mapping: Mapping) -> tuple[float, float]:
        """Return which point of the whole picture (0..1) a pixel of the window shows; NaN beside it."""
        places = (np.array([at]) + 0.5) / self.window
        (x, y), (left, top, width, height) = mapping.net(self.corners).points(places)[0], self.shown
        return float(left + x * width), float(top + y * height)


def layout(picture: Size, window: Size, fill: bool, mapping: Mapping) -> Layout:
    """Return how a picture, or the mapping's part of it, lies in a window: letterboxed, or filling it."""
    left, top, wide, high = mapping.part
    part = Size(max(1, round(picture.width * wide)), max(1, round(picture.height * high)))
    x, y, width, height = viewport(part, window, fill)
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + width, window.width), min(y + height, window.height)
    across, down = wide / width, high / height  # of the picture, a pixel
    shown = left + (x0 - x) * across, top + (y0 - y) * down, (x1 - x0) * across, (y1 - y0) * down
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) / window
    return Layout(shown, corners, Size(round(1 / across), round(1 / down)), window)
