"""What a source is: pictures at the canvas size, one after another or always the same."""

from abc import ABC, abstractmethod

from dreamstream.frame import Canvas
from dreamstream.knobs import Knobs
from dreamstream.size import Size


class Source(ABC):
    """Where pictures come from. `moving` sources give another picture at each `read`.

    `place` is the number of the picture read last, from 0; it means nothing where a source stands still.
    `jumped` is True where that was not the next one, for the time that had passed. `message` says why the
    newest picture is not a new one, where one was to come.
    """

    moving = False
    message = ""
    place = 0
    jumped = False

    @abstractmethod
    def read(self) -> Canvas:
        """Return the next picture at the canvas size, the caller's own. Raises SourceError."""

    def next(self) -> "Source":
        """Return the source that follows when the next one is asked for: another seed, or itself."""
        return self

    @abstractmethod
    def resized(self, size: Size) -> "Source":
        """Return the same source for canvases of another size; one that moves goes on. Raises SourceError."""

    def elapse(self, seconds: float) -> None:  # noqa: B027
        """Have the next `read` give what a film shows so much later than the picture before, not the next."""

    def turn(self, knobs: Knobs) -> None:  # noqa: B027
        """Have the next `read` go by these params, where any of them are its own."""

    def seek(self, place: int) -> None:  # noqa: B027
        """Go to where the next `read` gives the picture of this number, where there are numbers."""

    def close(self) -> None:  # noqa: B027
        """Let go of the file or device."""
