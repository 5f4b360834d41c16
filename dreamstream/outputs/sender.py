"""A sender: what brings pictures to one other program, device or address."""

from abc import ABC, abstractmethod
from dataclasses import replace

import numpy as np

from dreamstream.frame import Frame, Pixels
from dreamstream.record import letterboxed
from dreamstream.size import Size


class Sender(ABC):
    """Takes the newest picture, again and again, on one thread: that of its output, or of its own process.

    It may be opened with nobody there to receive: what comes then is lost.
    """

    @property
    def warning(self) -> str:
        """What the operator should know while it goes on; mostly empty."""
        return ""

    @property
    def begun(self) -> bool:
        """Whether what was sent has got anywhere."""
        return True

    @property
    def missed(self) -> int:
        """How many pictures it was given and has left out."""
        return 0

    @abstractmethod
    def send(self, frame: Frame) -> None:
        """Take a picture, of any size; raises OutputError, or what a library or the system raises.

        It is opened anew then. A picture that stands still comes again twice a second, at a later time.
        """

    @abstractmethod
    def close(self) -> None:
        """End it, and let go of all that it has taken; raises as `send`."""


class Fitted(Sender):
    """Gives a sender all pictures in one size, with black around those of another shape."""

    def __init__(self, sender: Sender, size: Size) -> None:
        self._sender, self._size = sender, size

    @property
    def warning(self) -> str:
        """The sender's."""
        return self._sender.warning

    def send(self, frame: Frame) -> None:
        """See `Sender`."""
        if frame.size != self._size:
            frame = replace(frame, pixels=letterboxed(frame.pixels, self._size))
        self._sender.send(frame)

    def close(self) -> None:
        """See `Sender`."""
        self._sender.close()


def with_alpha(pixels: Pixels) -> Pixels:
    """Return a copy as RGBA, for libraries that take no other, and nothing read-only."""
    import cv2

    if pixels.shape[2] == 4:
        return pixels.copy()
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA), np.uint8)
