"""One size for a film whose pictures change theirs: scaled to fit into the first one's, black around."""

import numpy as np

from dreamstream.frame import Frame, Pixels, fitted
from dreamstream.record.writer import Writer


class Sized(Writer):
    """Gives a writer all frames in one size (width, height): the one given, or else the first frame's."""

    def __init__(self, writer: Writer, size: tuple[int, int] | None = None) -> None:
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


def _placed(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return the picture scaled to fit, in the middle of one of this size."""
    import cv2

    before = pixels.shape[1], pixels.shape[0]
    inner = fitted(before, size)
    how = cv2.INTER_AREA if inner[0] < before[0] else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(pixels, inner, interpolation=how), np.uint8)
    if inner == size:
        return scaled
    whole = np.zeros((size[1], size[0], 3), np.uint8)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    whole[top : top + inner[1], left : left + inner[0]] = scaled
    return whole
