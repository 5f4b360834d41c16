"""Reading a score: lines -> records, each checked by itself -> a Score.

A damaged line is left out and named by its number; one that is cut off at the end is where the program was
killed, and all before it is good. A snapshot (PNG) carries its score as text, and is read as well.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dreamstream.errors import ScoreError, nearest, reason
from dreamstream.isf.knobs import isf_fields
from dreamstream.params import TABLE, add_params, newest_params, of_today
from dreamstream.score import records
from dreamstream.score.moved import Moved
from dreamstream.score.screen_times import MOST, checked_screen

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

    @property
    def opened(self) -> float:
        """When the screen began to count its seconds, in the score's."""
        opened = self.start.get("opened", 0.0)
        return float(opened) if isinstance(opened, int | float) and abs(opened) < MOST else 0.0

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
    lines = _text(path).split("\n")  # what is written ends with a new line: the last one is empty
    _take_shaders(path, lines)
    start: dict[str, Any] | None = None
    events: list[records.Event] = []
    problems: list[str] = []
    last = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = records.parse_line(line)
            match record:
                case records.Start():
                    start = _checked_start(path, record.start, start)
                    start["params"] = _known_params(start["params"], number, problems)
                case records.Recording(last=frame) | records.Snapshot(snapshot=frame):
                    last = max(last, frame)
                case records.Event(frame=frame):
                    if isinstance(record, records.Change):
                        record = records.Change(frame, _known_params(record.change, number, problems))
                    elif isinstance(record, records.Screen):
                        record = checked_screen(record, number, problems)
                    last = max(last, frame)
                    events.append(record)
        except (ValueError, TypeError) as error:
            problems.append(
                f"line {number} is cut off: the show is known up to frame {last}"
                if number == len(lines)
                else f"line {number} is damaged ({error}) and left out"
            )
    if start is None:
        raise ScoreError(f"{path}: not a score, or it has lost its first line, the start")
    params, moved = newest_params()().model_dump() | start.pop("params"), Moved(path, start.get("project"))
    start, events = moved.value(start), list(map(moved.event, events))
    ends = [event.frame for event in events if isinstance(event, records.End)]
    last = ends[-1] if ends else last  # a frame may be started and never be done
    return Score(
        path, start, params, tuple(sorted(events, key=lambda event: event.frame)), last, tuple(problems)
    )


def _take_shaders(path: Path, lines: Sequence[str]) -> None:
    """Have the params of the shaders that came to the show, as far as they are here."""
    files = {}
    for line in lines:
        if '"shader"' in line:
            with suppress(ValueError):
                record = records.parse_line(line)
                if isinstance(record, records.Shader):
                    files[record.shader] = Path(record.path)
    add_params(isf_fields(files))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ScoreError(f"{path}: {reason(error)}") from error
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return _snapshot_text(path)
    if b"\0" in data[:4096]:
        raise ScoreError(f"{path}: not a score; a .jsonl that a show wrote, or a snapshot's .png, is needed")
    return data.decode("utf-8", errors="replace")


def _snapshot_text(path: Path) -> str:
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


def _checked_start(path: Path, start: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """Return the settings and params of a start, a copy; ValueError or TypeError where it is damaged."""
    if start.get("format", 1) != records.FORMAT:
        raise ScoreError(
            f"{path}: written by dreamstream {start.get('version', '?')} in format "
            f"{start.get('format')}; this one reads format {records.FORMAT}: a newer dreamstream is needed"
        )
    if before is not None:
        raise ValueError("a second start")
    if not isinstance(start.get("params"), dict):
        raise TypeError("its params are missing")
    return dict(start)


def _known_params(values: dict[str, Any], number: int, problems: list[str]) -> dict[str, Any]:
    """Return the params of a line that can be taken; each other one is added to the problems."""
    known = {}
    for name, value in of_today(values).items():
        if name not in TABLE:
            problems.append(f"line {number}: no param '{name}' here ({nearest(name, TABLE)}); left out")
            continue
        try:
            known[name] = newest_params().model_validate({name: value})[name]
        except ValidationError:
            problems.append(f"line {number}: {name} cannot be {value!r:.60}; left out")
    return known
