"""The score: the log of a session as JSON Lines, flushed as it goes.

    {"start": {...}}                       what the show began with: seed, net, sources, canvas, params
    {"frame": 12, "change": {...}}         params that took effect with dreamed frame 12

Frames are numbered from 1; 0 is the source itself.
"""

import json
from pathlib import Path
from typing import Any, TextIO

from dreamstream.errors import RecordError
from dreamstream.params import Params


class ScoreWriter:
    """Writes a score; give its `change` to the dreamer. Used by the dreamer's thread alone after `begin`."""

    def __init__(self, path: Path) -> None:
        try:
            self._file: TextIO = path.open("w", encoding="utf-8")
        except OSError as error:
            raise RecordError(f"{path}: {error.strerror or error}") from error
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

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, record: dict[str, Any]) -> None:
        if not self._file.closed:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
            self._file.flush()
