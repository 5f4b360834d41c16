"""One size: frames of any size -> frames of the first one's, as a file has one size for all of them."""

from dataclasses import replace

import numpy as np

from dreamstream.frame import Frame
from dreamstream.record.writer import Writer


class OneSize:
    """Gives a writer frames that are all as large as the first; a show's canvas may change meanwhile."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._size: tuple[int, int] | None = None

    @property
    def warning(self) -> str:
        """The writer's."""
        return self._writer.warning

    def write(self, frame: Frame) -> None:
        """Write a frame, scaled if need be."""
        self._size = self._size or frame.size
        self._writer.write(frame if frame.size == self._size else _scaled(frame, self._size))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def _scaled(frame: Frame, size: tuple[int, int]) -> Frame:
    import cv2

    how = cv2.INTER_AREA if size[0] < frame.size[0] else cv2.INTER_CUBIC
    return replace(frame, pixels=np.asarray(cv2.resize(frame.pixels, size, interpolation=how), np.uint8))
