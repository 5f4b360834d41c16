"""Reading a score: lines -> records, each checked by itself -> a Score.

A damaged line is left out and named by its number; one that is cut off at the end is where the program was
killed, and all before it is good. A snapshot (PNG) carries its score as text, and is read as well.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dreamstream.errors import ScoreError, nearest, reason
from dreamstream.params import TABLE, Params, of_today
from dreamstream.score.writer import FORMAT

PNG_ENTRY = "dreamstream:score"
"""The name of a snapshot's text entry."""


@dataclass(frozen=True)
class Event:
    """One record: `kind` is `change`, `swap`, `effort`, `threads`, `pull`, `source`, `frozen`, `failed` or
    `time`.
    """

    frame: int
    kind: str
    value: Any
    line: int


@dataclass(frozen=True)
class Score:
    """A session: what it began with, what came when, its last frame, and what is wrong with the file.

    `problems` are one line each; a show that is played without those lines is another from there on.
    """

    path: Path
    start: Mapping[str, Any]
    params: Mapping[str, Any]
    events: tuple[Event, ...]
    last: int
    problems: tuple[str, ...] = ()
    _by_frame: dict[int, list[Event]] = field(default_factory=dict, repr=False)

    def at(self, frame: int) -> list[Event]:
        """Return what took effect at a frame, in order."""
        if not self._by_frame:
            for event in self.events:
                self._by_frame.setdefault(event.frame, []).append(event)
        return self._by_frame.get(frame, [])


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
        self._now: dict[str, Any] = {}
        self._events: list[Event] = []
        self._problems: list[str] = []
        self._last = 0

    def take(self, number: int, line: str, cut_off: bool) -> None:
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise TypeError("not a record")
            self._sort(number, record)
        except ScoreError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            if cut_off:
                self._problems.append(f"line {number} is cut off: the show is known up to frame {self._last}")
                return
            why = "not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
            self._problems.append(f"line {number} is damaged ({why}) and left out")

    def score(self) -> Score:
        if self._start is None:
            raise ScoreError(f"{self._path}: not a score, or it has lost its first line, the start")
        self._events.sort(key=lambda event: event.frame)
        return Score(
            self._path, self._start, self._params, tuple(self._events), self._last, tuple(self._problems)
        )

    def _sort(self, number: int, record: dict[str, Any]) -> None:
        if "start" in record:
            self._begin(number, record["start"])
        elif "end" in record:
            self._add(number, record["end"], "time", _number(record["time"]))
        elif "recording" in record or "snapshot" in record:
            self._last = max(self._last, _count(record.get("last", record.get("snapshot")), 0))
        else:
            kind = next((kind for kind in _KINDS if kind in record), None)
            if kind is None:
                unknown = ", ".join(key for key in record if key != "frame") or "nothing"
                raise ValueError(f"unknown: {unknown}; a newer dreamstream may have written it")
            value = self._changes(number, record[kind]) if kind == "change" else _KINDS[kind](record)
            self._add(number, record["frame"], kind, value)

    def _begin(self, number: int, start: dict[str, Any]) -> None:
        if start.get("format", 1) != FORMAT:
            raise ScoreError(
                f"{self._path}: written by dreamstream {start.get('version', '?')} in format "
                f"{start.get('format')}; this one reads format {FORMAT}: a newer dreamstream is needed"
            )
        if self._start is not None:
            raise ValueError("a second start")
        params = self._changes(number, start["params"])
        self._start = {name: value for name, value in start.items() if name != "params"}
        self._params = {**Params().model_dump(), **params}

    def _changes(self, number: int, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values that can be taken; what cannot is a problem of its own."""
        taken = {}
        for name, value in of_today(values).items():
            if name not in TABLE:
                self._problems.append(
                    f"line {number}: no param '{name}' here ({nearest(name, TABLE)}); left out"
                )
                continue
            try:
                taken[name] = getattr(Params.model_validate({name: value}), name)
            except ValidationError:
                self._problems.append(f"line {number}: {name} cannot be {value!r:.60}; left out")
        return taken

    def _add(self, number: int, frame: Any, kind: str, value: Any) -> None:
        if isinstance(frame, bool) or not isinstance(frame, int) or not 0 <= frame < 2**53:
            raise ValueError(f"no frame {frame!r:.40}")
        self._last = max(self._last, frame)
        self._events.append(Event(frame, kind, value, number))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"a number is needed, not {value!r:.40}")
    return float(value)


def _count(value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**31:
        raise ValueError(f"a whole number from {least} is needed, not {value!r:.40}")
    return value


def _effort(record: dict[str, Any]) -> dict[str, Any] | None:
    value = record["effort"]
    if value is None:
        return None
    scale = _number(value["scale"])
    if not 0 < scale <= 1:
        raise ValueError(f"no effort of {scale:g} of the size")
    return {
        "octaves": _count(value["octaves"], 1),
        "iterations": _count(value["iterations"], 1),
        "scale": scale,
    }


def _swap(record: dict[str, Any]) -> dict[str, Any]:
    value = record["swap"]
    what = next((what for what in ("net", "canvas", "source") if what in value), None)
    if what is None:
        raise ValueError("a swap of neither net, canvas nor source")
    if what == "canvas":
        width, height = value["canvas"]
        return {"canvas": [_count(width, 1), _count(height, 1)]}
    return {what: dict(value["net"]) if what == "net" else str(value["source"]), **_sum(value)}


def _sum(value: dict[str, Any]) -> dict[str, Any]:
    return {"checksum": str(value["checksum"])} if "checksum" in value else {}


_KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "change": lambda record: record["change"],
    "swap": _swap,
    "effort": _effort,
    "threads": lambda record: _count(record["threads"], 1),
    "pull": lambda record: {str(part): _number(pull) for part, pull in record["pull"].items()},
    "source": lambda record: (_count(record["source"], 0), _count(record["place"], 0)),
    "frozen": lambda record: max(_number(record["frozen"]), 0.0),
    "failed": lambda record: str(record["failed"]),
    "time": lambda record: _number(record["time"]),
}
