"""Sources that move: a video file, which goes round, and a camera."""

from collections.abc import Callable

import cv2
import numpy as np

from dreamstream.errors import SourceError
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.cover import cover
from dreamstream.sources.source import Source


class Video(Source):
    """A capture that `open` makes, read one picture at a time; opened again when it ends."""

    moving = True

    def __init__(self, name: str, size: Size, open: Callable[[], cv2.VideoCapture]) -> None:
        self._name, self._size, self._open = name, size, open
        self._capture = open()
        self.place = -1

    def read(self) -> Canvas:
        """Return the next picture, scaled to cover the canvas."""
        success, picture = self._capture.read()
        if not success:  # a film is at its end; a camera may have been plugged in again
            self._restart()
            success, picture = self._capture.read()
        if not success:
            raise SourceError(f"{self._name}: no picture comes from it any more")
        self.place += 1
        return cover(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8), self._size)

    def resized(self, size: Size) -> Source:
        """Return itself: its next picture has the size."""
        self._size = size
        return self

    def seek(self, place: int) -> None:
        """Go forward to the picture of this number, from 0, or back by way of the beginning."""
        if place <= self.place:
            self._restart()
        while self.place < place - 1 and self._capture.grab():
            self.place += 1

    def close(self) -> None:
        """Release the file or the camera."""
        self._capture.release()

    def _restart(self) -> None:
        self._capture.release()
        self._capture = self._open()
        self.place = -1


def video(path: str, size: Size) -> Video:
    """Return a video file as a source; SourceError when it is not one."""

    def open() -> cv2.VideoCapture:
        capture = cv2.VideoCapture(path)
        if not capture.isOpened() or not capture.grab():
            raise SourceError(f"{path}: not a picture or a video that can be read")
        capture.release()
        return cv2.VideoCapture(path)

    return Video(path, size, open)


def camera(text: str, size: Size) -> Video:
    """Return a camera by its number, the first for an empty text; SourceError when it is not there."""
    if text and not text.isdigit():
        raise SourceError(f"camera:{text}: a number is needed, as in camera:1")
    number = int(text or 0)

    def open() -> cv2.VideoCapture:
        capture = cv2.VideoCapture(number)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest picture, not a queue of old ones
        if not capture.isOpened():
            raise SourceError(f"camera:{number}: no such camera, or it is in use")
        return capture

    return Video(f"camera:{number}", size, open)
