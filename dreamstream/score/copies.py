"""Copies: a recording's own score beside it, as far as the show has come, and which frames it covers."""

import json
import os
from collections.abc import Collection
from pathlib import Path

from dreamstream.claims import empty, is_among
from dreamstream.errors import RecordError, reason
from dreamstream.score import records
from dreamstream.score.writer import open_score

PICTURE_BYTES = 1_000_000


def score_text(path: Path, last: int) -> str:
    """Return the whole lines of a score that is being written, up to a frame; empty if it is no file."""
    return "".join(line for line, _ in _lines(path, last))


def thin_score(path: Path, last: int) -> str:
    """Return a score up to a frame for its picture to carry, in a megabyte: readers of PNG take no more.

    It has the start, all that makes it this show, and of the times only the first and the last. Where that is
    too long, what the screen did goes, too, and then what the machine came to (effort, threads, pulls). Empty
    where there is no score, or where it is longer still: with less of it, it would be another show's.
    """
    lines = _lines(path, last)
    if not lines:
        return ""
    times = [line for line, kind in lines if issubclass(kind, records.Time)]
    ends = [*times[:1], *times[1:][-1:], records.line_of(records.Snapshot(last))]
    made = [
        (line, kind)
        for line, kind in lines
        if not issubclass(kind, records.NoteEvent) or kind is records.Screen
    ]
    for left_out in ((), records.NoteEvent, (records.NoteEvent, records.MachineEvent)):
        text = "".join([*(line for line, kind in made if not issubclass(kind, left_out)), *ends])
        if len(text.encode(errors="backslashreplace")) <= PICTURE_BYTES:
            return text
    return ""


def copy_score(
    path: Path,
    recording: Path,
    frames: tuple[int, int],
    force: bool = False,
    spared: Collection[Path] = (),
) -> Path | None:
    """Write a recording's score beside it, with the first and last frame that it covers.

    Returns where, or None where there is nothing to copy. What is there is not replaced unless by `force`,
    and then neither what is `spared` nor the score itself: the show goes on writing it.
    """
    text = score_text(path, frames[1])
    if not text:
        return None
    beside, number = recording.with_suffix(".jsonl"), 1
    while os.path.lexists(beside) and not (force and not is_among(beside, (path, *spared))):
        number += 1
        beside = recording.with_name(f"{recording.stem}-{number}.jsonl")
    text += records.line_of(records.Recording(recording.name, *frames))
    try:
        with open_score(beside) as file:
            empty(file.fileno())
            file.write(text)
    except OSError as error:
        raise RecordError(f"{beside}: {reason(error)}") from error
    return beside


def _lines(path: Path, last: int) -> list[tuple[str, type]]:
    """Return the whole lines of a score up to a frame, each with its kind of record, unchecked.

    What belongs to no frame is there, too; the kind of what cannot be read is `object`.
    """
    if not path.is_file():
        return []
    try:
        # a full disk may have cut a line off in the middle of a letter
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
    except OSError as error:
        raise RecordError(f"{path}: {reason(error)}") from error
    found: list[tuple[str, type]] = []
    for line in lines:
        try:
            values = json.loads(line)
            frame = values.get("frame", values.get("end", 0))
            if frame <= last:
                found.append((f"{line}\n", records.kind_of(values) or object))
        except (ValueError, TypeError, AttributeError, RecursionError):
            found.append((f"{line}\n", object))
    return found
