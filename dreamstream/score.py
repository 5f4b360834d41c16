"""The score: the log of a session as JSON Lines, flushed as it goes.

    {"start": {...}}                       what the show began with: seed, net, sources, canvas, params
    {"frame": 12, "change": {...}}         params that took effect with dreamed frame 12
    {"frame": 15, "effort": {...}}         what is done from frame 15 on of what they ask for
    {"frame": 90, "effort": null}          from frame 90 on: all of it, as at the beginning

Frames are numbered from 1; 0 is the source itself.
"""

import json
from pathlib import Path
from typing import Any, TextIO

from dreamstream.errors import RecordError
from dreamstream.params import Params


class ScoreWriter:
    """Writes a score; give its `change` to the dreamer, whose thread alone uses it after `begin`.

    What cannot be written ends the score, not the show: `close` returns the failure.
    """

    def __init__(self, path: Path, force: bool = False) -> None:
        if path.is_file() and not force:
            raise RecordError(f"{path}: is there already; take another name, or --force to replace it")
        try:
            self._file: TextIO = path.open("w", encoding="utf-8")
        except OSError as error:
            raise RecordError(f"{path}: {error.strerror or error}") from error
        self.path = path
        self._failure = ""
        self._known: dict[str, Any] = {}

    def begin(self, settings: dict[str, Any], params: Params) -> None:
        """Write what the show began with."""
        self._known = params.model_dump()
        self._write({"start": {**settings, "params": self._known}})

    def change(self, frame: int, params: Params) -> None:
        """Write what differs from the params before, with the frame it took effect at."""
        values = params.model_dump()
        differs = {name: value for name, value in values.items() if value != self._known[name]}
        self._known = values
        if differs:
            self._write({"frame": frame, "change": differs})

    def effort(self, frame: int, effort: dict[str, Any] | None) -> None:
        """Write what is done from a frame on, in place of what the params ask for; None: just that."""
        self._write({"frame": frame, "effort": effort})

    def close(self) -> str:
        """Close the file; return what went wrong in one line, or an empty text."""
        try:
            self._file.close()
        except OSError as error:
            self._fail(error)
        return self._failure

    def _write(self, record: dict[str, Any]) -> None:
        if self._failure or self._file.closed:
            return
        try:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self._failure = self._failure or f"{self.path}: {error.strerror or error}"
