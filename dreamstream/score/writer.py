"""Writing a score: a line for each thing that the frames hang on, flushed as it goes.

    {"start": {...}}                       what the show began with: format, seed, net, canvas, params ...
    {"frame": 12, "change": {...}}         params that took effect with dreamed frame 12
    {"frame": 15, "effort": {...}}         what is done from frame 15 on of what they ask for
    {"frame": 90, "effort": null}          from frame 90 on: all of it, as at the beginning
    {"frame": 91, "threads": 2}            CPU threads of the net from there on
    {"frame": 95, "pull": {...}}           how strong a part of a mixed dream was measured to be
    {"frame": 1, "source": 0, "place": 1}  the place in a film that was read there, where it is not the next
    {"frame": 97, "swap": {...}}           another net, canvas or source from frame 97 on
    {"frame": 99, "frozen": 2.5}           seconds that the show stood still before frame 99
    {"frame": 99, "failed": "..."}         frame 99 failed and was tried again
    {"frame": 100, "time": 5.01}           seconds from the start to when frame 100 was done, each second
    {"end": 120, "time": 6.2}              the last frame
    {"recording": "x.mp4", "first": 1, "last": 90}    what the recording beside which this copy lies has of it
    {"snapshot": 90}                       the frame of the picture that carries this copy

Frames are numbered from 1; 0 is the source itself. docs/score.md has the whole format.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame
from dreamstream.params import Params

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FORMAT = 1
"""The number of the format; a reader of another one does not know what it would be leaving out."""

_EACH = 1.0  # seconds from one time that is written to the next, where frames come evenly
_GAP = 0.5  # a longer pause between two frames is written with both its ends


class ScoreWriter:
    """Writes a score, told by the dreamer as its listener; after it is made, one thread alone uses it.

    What cannot be written ends the score, not the show: `close` returns the failure.
    """

    def __init__(self, path: Path, force: bool = False) -> None:
        if path.is_file() and not force:
            raise RecordError(f"{path}: is there already; take another name, or --force to replace it")
        try:
            # what a file's name may hold and UTF-8 cannot is written as JSON's own escape for it
            self._file: TextIO = path.open("w", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise RecordError(f"{path}: {reason(error)}") from error
        self.path = path
        self._failure = ""
        self._known: dict[str, Any] = {}
        self._began = 0.0
        self._last: tuple[int, float] | None = None
        self._written = -_EACH

    def begin(self, settings: dict[str, Any], params: Params, now: float = 0.0) -> None:
        """Write what the show began with; `now` is where its seconds are counted from."""
        self._known, self._began = params.model_dump(), now
        self._write({"start": {"format": FORMAT, **settings, "params": self._known}})

    def changed(self, frame: int, params: Params) -> None:
        """Write what differs from the params before, with the frame it took effect at."""
        values = params.model_dump()
        differs = {name: value for name, value in values.items() if value != self._known[name]}
        self._known = values
        if differs:
            self._write({"frame": frame, "change": differs})

    def swapped(self, frame: int, record: dict[str, Any]) -> None:
        """Write what is played from a frame on: another `net`, `canvas` or `source`."""
        self._write({"frame": frame, "swap": record})

    def effort(self, frame: int, effort: "DataclassInstance | None") -> None:
        """Write what is done from a frame on, in place of what the params ask for; None: just that."""
        self._write({"frame": frame, "effort": asdict(effort) if effort is not None else None})

    def threads(self, frame: int, count: int) -> None:
        """Write how many CPU threads compute the gradients from a frame on."""
        self._write({"frame": frame, "threads": count})

    def pull(self, frame: int, part: str, pull: float) -> None:
        """Write how strong a part of a mixed dream was found to be, before a frame."""
        self._write({"frame": frame, "pull": {part: pull}})

    def source(self, frame: int, source: int, place: int) -> None:
        """Write which picture of a source (by its number) a frame read, where it is not the next one."""
        self._write({"frame": frame, "source": source, "place": place})

    def frozen(self, frame: int, seconds: float) -> None:
        """Write how long the show stood still before a frame."""
        self._write({"frame": frame, "frozen": round(seconds, 3)})

    def failed(self, frame: int, why: str) -> None:
        """Write that a frame failed; it is tried again."""
        self._write({"frame": frame, "failed": why})

    def dreamt(self, frame: Frame) -> None:
        """Take in when a frame was done; about one a second is written, and both ends of each pause."""
        at, before = frame.time - self._began, self._last
        self._last = frame.index, at
        if before is not None and at - before[1] > _GAP and before[1] != self._written:
            self._write_time("frame", *before)
        if at - self._written >= _EACH or (before is not None and at - before[1] > _GAP):
            self._write_time("frame", frame.index, at)

    def close(self) -> str:
        """Write the end and close the file; return what went wrong in one line, or an empty text."""
        if self._last is not None:
            self._write_time("end", *self._last)
        try:
            self._file.close()
            if not self._known and self.path.is_file():  # nothing was dreamt
                self.path.unlink()
        except OSError as error:
            self._fail(error)
        return self._failure

    def _write_time(self, kind: str, frame: int, at: float) -> None:
        self._written = at
        self._write({kind: frame, "time": round(at, 4)})

    def _write(self, record: dict[str, Any]) -> None:
        if self._failure or self._file.closed:
            return
        try:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self._failure = self._failure or f"{self.path}: {reason(error)}"
