"""What a source is: pictures at the canvas size, one after another or always the same."""

from abc import ABC, abstractmethod

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Canvas
from dreamstream.size import Size


class Source(ABC):
    """Where pictures come from. `moving` sources give another picture at each `read`.

    `place` is the number of the picture read last, from 0; it means nothing where a source stands still.
    """

    moving = False
    place = 0

    @abstractmethod
    def read(self) -> Canvas:
        """Return the next picture at the canvas size, the caller's own. Raises SourceError."""

    def next(self) -> "Source":
        """Return the source that follows when the next one is asked for: another seed, or itself."""
        return self

    @abstractmethod
    def resized(self, size: Size) -> "Source":
        """Return the same source for canvases of another size; one that moves goes on. Raises SourceError."""

    def seek(self, place: int) -> None:  # noqa: B027
        """Go to where the next `read` gives the picture of this number, where there are numbers."""

    def close(self) -> None:  # noqa: B027
        """Let go of the file or device."""


def cover(picture: NDArray[np.uint8], size: Size) -> Canvas:
    """Scale a BGR picture until it covers the size, cut the overhang evenly, return it as RGB canvas."""
    before = Size.of(picture)
    scale = max(size.height / before.height, size.width / before.width)
    across = max(size.width, round(before.width * scale))
    down = max(size.height, round(before.height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, (across, down), interpolation=method)
    top, left = (down - size.height) // 2, (across - size.width) // 2
    cut = scaled[top : top + size.height, left : left + size.width, ::-1]
    return np.ascontiguousarray(cut, dtype=np.float32)
