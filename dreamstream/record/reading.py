"""Reading recordings, and whatever else has pictures: frame by frame, each with its time."""

from collections.abc import Iterator
from pathlib import Path

from dreamstream.errors import RecordError, SourceError
from dreamstream.frame import Frame


class Reading:
    """A recording to be read; `seconds` is its length, 0 where it is known only after reading."""

    def __init__(self, path: Path) -> None:
        """Look at a file or folder; raises RecordError where there is nothing to read."""
        from dreamstream.sources import open_footage

        try:
            self._footage = open_footage(path)
        except SourceError as error:
            raise RecordError(str(error)) from error
        self.seconds = self._footage.seconds

    @property
    def torn(self) -> bool:
        """Whether something damaged has been met, as the end of a file that was cut off."""
        return self._footage.torn

    def frames(self, begin: float = 0.0) -> Iterator[Frame]:
        """Give the frames in order; those before second `begin` are left out where that saves time."""
        try:
            for index, shot in enumerate(self._footage.shots(begin)):
                yield Frame(shot.whole(), index, shot.time)
        except SourceError as error:
            raise RecordError(str(error)) from error
