"""Reading a score: lines -> records, each checked by itself -> a Score.

A damaged line is left out and named by its number; one that is cut off at the end is where the program was
killed, and all before it is good. A snapshot (PNG) carries its score as text, and is read as well.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dreamstream.errors import ScoreError, nearest, reason
from dreamstream.params import TABLE, Params, of_today
from dreamstream.score import records

PNG_ENTRY = "dreamstream:score"
"""The name of a snapshot's text entry."""


@dataclass(frozen=True)
class Score:
    """A session: its settings and params at the start, what came when, its last frame, and the file's faults.

    `problems` are one line each; a show that is played without those lines is another from there on.
    """

    path: Path
    start: Mapping[str, Any]
    params: Mapping[str, Any]
    events: tuple[records.Event, ...]
    last: int
    problems: tuple[str, ...] = ()

    def at(self, frame: int) -> list[records.Event]:
        """Return what took effect at a frame, in order."""
        return self._by_frame.get(frame, [])

    @cached_property
    def _by_frame(self) -> dict[int, list[records.Event]]:
        by_frame = defaultdict(list)
        for event in self.events:
            by_frame[event.frame].append(event)
        return by_frame


def read_score(path: Path) -> Score:
    """Return the score of a file; ScoreError where there is none to be read."""
    reading = _Reading(path)
    lines = _text(path).split("\n")
    whole = lines[-1] == ""  # what is written ends with a new line
    for number, line in enumerate(lines, 1):
        if line.strip():
            reading.take(number, line, cut_off=not whole and number == len(lines))
    return reading.score()


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ScoreError(f"{path}: {reason(error)}") from error
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return _of_snapshot(path)
    if b"\0" in data[:4096]:
        raise ScoreError(f"{path}: not a score; a .jsonl that a show wrote, or a snapshot's .png, is needed")
    return data.decode("utf-8", errors="replace")


def _of_snapshot(path: Path) -> str:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            picture.load()
            text = getattr(picture, "text", {}).get(PNG_ENTRY, "")
    except (OSError, ValueError, UnidentifiedImageError) as error:
        raise ScoreError(f"{path}: {error}") from error
    if not text:
        raise ScoreError(f"{path}: this picture carries no score")
    return str(text)


class _Reading:
    """Takes lines one by one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._start: dict[str, Any] | None = None
        self._params: dict[str, Any] = {}
        self._events: list[records.Event] = []
        self._problems: list[str] = []
        self._last = 0
        self._end: int | None = None

    def take(self, number: int, line: str, cut_off: bool) -> None:
        """Take a line; where it is damaged, note that."""
        try:
            self._add(number, records.parse_line(line))
        except (ValueError, TypeError) as error:
            self._problems.append(
                f"line {number} is cut off: the show is known up to frame {self._last}"
                if cut_off
                else f"line {number} is damaged ({error}) and left out"
            )

    def score(self) -> Score:
        """Return what the lines come to; ScoreError where the start is missing."""
        if self._start is None:
            raise ScoreError(f"{self._path}: not a score, or it has lost its first line, the start")
        self._events.sort(key=lambda event: event.frame)
        last = self._last if self._end is None else self._end  # a frame may be begun and never be done
        return Score(self._path, self._start, self._params, tuple(self._events), last, tuple(self._problems))

    def _add(self, number: int, record: records.AnyRecord) -> None:
        match record:
            case records.Start(start=start):
                self._take_start(number, start)
            case records.Recording(last=last) | records.Snapshot(snapshot=last):
                self._last = max(self._last, last)
            case records.Event(frame=frame):
                if isinstance(record, records.Change):
                    record = records.Change(frame, self._known_params(number, record.change))
                if isinstance(record, records.End):
                    self._end = frame
                self._last = max(self._last, frame)
                self._events.append(record)

    def _take_start(self, number: int, start: dict[str, Any]) -> None:
        if start.get("format", 1) != records.FORMAT:
            raise ScoreError(
                f"{self._path}: written by dreamstream {start.get('version', '?')} in format "
                f"{start.get('format')}; this one reads format {records.FORMAT}: "
                "a newer dreamstream is needed"
            )
        if self._start is not None:
            raise ValueError("a second start")
        settings = dict(start)
        params = settings.pop("params", None)
        if not isinstance(params, dict):
            raise TypeError("its params are missing")
        self._start = settings
        self._params = {**Params().model_dump(), **self._known_params(number, params)}

    def _known_params(self, number: int, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values that can be taken; what cannot is a problem of its own."""
        known = {}
        for name, value in of_today(values).items():
            if name not in TABLE:
                self._problems.append(
                    f"line {number}: no param '{name}' here ({nearest(name, TABLE)}); left out"
                )
                continue
            try:
                known[name] = getattr(Params.model_validate({name: value}), name)
            except ValidationError:
                self._problems.append(f"line {number}: {name} cannot be {value!r:.60}; left out")
        return known
