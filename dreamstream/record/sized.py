"""One size for a film whose pictures change theirs: scaled to fit into the first one's, black around."""

import numpy as np

from dreamstream.frame import Frame, Pixels
from dreamstream.record.writer import Writer
from dreamstream.size import Size


class Sized(Writer):
    """Gives a writer all frames in one size: the one given, or else the first frame's."""

    def __init__(self, writer: Writer, size: Size | None = None) -> None:
        self._writer, self._size = writer, size

    @property
    def warning(self) -> str:
        """The writer's."""
        return self._writer.warning

    def write(self, frame: Frame) -> None:
        """Add a frame of any size."""
        if self._size is None:
            self._size = frame.size
        if frame.size != self._size:
            frame = Frame(_placed(frame.pixels, self._size), frame.index, frame.time)
        self._writer.write(frame)

    def hold(self, time: float) -> None:
        """Pass it on."""
        self._writer.hold(time)

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def _placed(pixels: Pixels, size: Size) -> Pixels:
    """Return the picture scaled to fit, in the middle of one of this size."""
    import cv2

    before = Size.of(pixels)
    inner = before.fitted(size)
    how = cv2.INTER_AREA if inner.width < before.width else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(pixels, inner, interpolation=how), np.uint8)
    if inner == size:
        return scaled
    whole = np.zeros((*size.shape, 3), np.uint8)
    left, top = (size.width - inner.width) // 2, (size.height - inner.height) // 2
    whole[top : top + inner.height, left : left + inner.width] = scaled
    return whole
