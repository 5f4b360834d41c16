"""What a source is: pictures at the canvas size, one after another or always the same."""

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.size import Size

Canvas = NDArray[np.float32]


class Source(Protocol):
    """Where pictures come from. `moving` sources give another picture at each `read`.

    `place` is the number of the picture read last, from 0; of a source that stands still it says nothing.
    """

    moving: bool
    place: int

    def read(self) -> Canvas:
        """Return the next picture: H×W×3, RGB, 0..255, at the canvas size. Raises SourceError."""
        ...

    def next(self) -> "Source":
        """Return the source that a wish for the next one leads to: another seed, or itself."""
        ...

    def resized(self, size: Size) -> "Source":
        """Return the same source for canvases of another size; one that moves goes on. Raises SourceError."""
        ...

    def seek(self, place: int) -> None:
        """Go to where the next `read` gives the picture of this number, where there are numbers."""
        ...

    def close(self) -> None:
        """Let go of the file or device."""
        ...


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
