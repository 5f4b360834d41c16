"""Writing a score: a record for each thing that the frames hang on, a line each, flushed as it goes.

the dreamer's frames, what the screen shows (from its own thread, through a queue) -> lines
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from dreamstream.claims import check_free, check_unread, claimed, empty
from dreamstream.errors import RecordError, reason
from dreamstream.frame import Canvas, Frame
from dreamstream.params import Chosen, Params
from dreamstream.score import records
from dreamstream.score.screen import NUMBERS, ScreenNotes

_OF_THE_SCREEN = Chosen(lambda info: info.name in NUMBERS and not info.dreamt)
_INTERVAL = 1.0  # seconds from one time that is written to the next, where frames come evenly
_PAUSE = 0.5  # a longer pause between two frames is written with both its ends


def open_score(path: Path) -> TextIO:
    """Open a score that no other writer has; what is in it stays until it is emptied. Raises as `claimed`."""
    # what a file's name may hold and UTF-8 cannot is written as JSON's own escape for it
    return open(path, "w", encoding="utf-8", errors="backslashreplace", opener=claimed)


class ScoreWriter:
    """Writes a score, told by the dreamer as its listener; after it is made, one thread alone uses it.

    Beside it another one may tell what a screen shows: `screen` is there as soon as the score has a start.
    What cannot be written ends the score, not the show: `failure` then says why, and so does `close`.
    """

    def __init__(self, path: Path, force: bool = False, read: Iterable[Path] = ()) -> None:
        """Open the file; RecordError where that cannot be, or where it is one of those that are `read`."""
        check_unread((path,), read)
        check_free(path, path.is_file(), force)
        self._new = not path.exists()
        try:
            self._file = open_score(path)
        except OSError as error:
            raise RecordError(f"{path}: {reason(error)}") from error
        self.path = path
        self.failure = ""
        self._params: dict[str, Any] = {}
        self._started = 0.0
        self._last: tuple[int, float] | None = None  # a frame, and when it was done
        self._time_written = -_INTERVAL
        self.screen: ScreenNotes | None = None

    def start(self, settings: dict[str, Any], params: Params, now: float = 0.0) -> None:
        """Write what the show begins with; `now` is where its seconds are counted from."""
        empty(self._file.fileno())
        self._params, self._started = params.model_dump(), now
        self.screen = ScreenNotes(params, now)
        self.note(records.Start({"format": records.FORMAT, **settings, "params": self._params}))

    def changed(self, frame: int, params: Params) -> None:
        """Write what differs from the params before, with the frame it takes effect at.

        Numbers of the screen alone are left to the screen's notes, if somebody takes these.
        """
        values = params.model_dump(exclude=set(_OF_THE_SCREEN) if self.screen and self.screen.used else None)
        differs = {name: value for name, value in values.items() if value != self._params.get(name)}
        self._params |= values
        if differs:
            self.note(records.Change(frame, differs))

    def note(self, record: records.AnyRecord) -> None:
        """Write a record, at once."""
        if self.failure or self._file.closed:
            return
        try:
            self._file.write(records.line_of(record))
            self._file.flush()
        except OSError as error:
            self.failure = f"{self.path}: {reason(error)}"

    def flowed_in(self, frame: int, picture: Canvas) -> None:
        """Take no note: where a film was read follows from the frames."""

    def dreamt(self, frame: Frame) -> None:
        """Take in when a frame was done; about one a second is written, and both ends of each pause."""
        seconds, before = frame.time - self._started, self._last
        self._last = frame.index, seconds
        pause = before is not None and seconds - before[1] > _PAUSE
        if before is not None and pause and before[1] != self._time_written:
            self._write_time(*before)
        if pause or seconds - self._time_written >= _INTERVAL:
            self._write_time(*self._last)
        self._write_screen()

    def close(self) -> str:
        """Write the end and close the file; return what went wrong in one line, or an empty text.

        No other thread may tell of a screen any more.
        """
        if self.screen is not None:
            self.screen.end()
            self._write_screen()
        if self._last is not None:
            frame, seconds = self._last
            self.note(records.End(frame, time=round(seconds, 4)))
        try:
            self._file.close()
            if not self._params and self._new and self.path.is_file():  # nothing was dreamt
                self.path.unlink()
        except OSError as error:
            self.failure = self.failure or f"{self.path}: {reason(error)}"
        return self.failure

    def _write_screen(self) -> None:
        while self.screen is not None and self.screen.records:
            self.note(self.screen.records.popleft())

    def _write_time(self, frame: int, seconds: float) -> None:
        self._time_written = seconds
        self.note(records.Time(frame, round(seconds, 4)))
