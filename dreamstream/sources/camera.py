"""A camera as a source."""

import cv2
import numpy as np

from dreamstream.errors import SourceError
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.cover import cover
from dreamstream.sources.source import Source


class Camera(Source):
    """A camera by its number, as text, the first for an empty one; opened again when it gives nothing.

    Raises SourceError when it is not there.
    """

    moving = True

    def __init__(self, text: str, size: Size) -> None:
        if text and not text.isdigit():
            raise SourceError(f"camera:{text}: a number is needed, as in camera:1")
        self._number, self._size = int(text or 0), size
        self._capture = self._opened()
        self.place = -1

    def read(self) -> Canvas:
        """Return the next picture, scaled to cover the canvas."""
        success, picture = self._capture.read()
        if not success:  # it may have been plugged in again
            self.close()
            self._capture = self._opened()
            success, picture = self._capture.read()
        if not success:
            raise SourceError(f"camera:{self._number}: no picture comes from it any more")
        self.place += 1
        return cover(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8), self._size)

    def resized(self, size: Size) -> Source:
        """Return itself: its next picture has the size."""
        self._size = size
        return self

    def close(self) -> None:
        """Release it."""
        self._capture.release()

    def _opened(self) -> cv2.VideoCapture:
        capture = cv2.VideoCapture(self._number)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest picture, not a queue of old ones
        if not capture.isOpened():
            raise SourceError(f"camera:{self._number}: no such camera, or it is in use")
        return capture
