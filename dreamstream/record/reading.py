"""Reading recordings, and whatever else has pictures: frame by frame, each with its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dreamstream.errors import RecordError, SourceError
from dreamstream.frame import Frame


class Reading:
    """A recording to be read; `seconds` is its length, 0 where it is known only after reading."""

    def __init__(self, path: Path) -> None:
        """Look at a file or folder; raises RecordError where there is nothing to read."""
        from dreamstream.sources import open_footage

        with _told():
            self._footage = open_footage(path)
        self.seconds = self._footage.seconds

    @property
    def torn(self) -> bool:
        """Whether something damaged has been met, as the end of a file that was cut off."""
        return self._footage.torn

    @property
    def alpha(self) -> bool:
        """Whether its pictures can be transparent."""
        with _told():
            return self._footage.alpha

    def frames(self, begin: float = 0.0, alpha: bool = False) -> Iterator[Frame]:
        """Give the frames in order, with their `alpha`, or on black.

        Those before second `begin` are left out where that saves time.
        """
        with _told():
            for index, shot in enumerate(self._footage.shots(begin)):
                yield Frame(shot.straight() if alpha else shot.whole(), index, shot.time)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SourceError as error:
        raise RecordError(str(error)) from error
