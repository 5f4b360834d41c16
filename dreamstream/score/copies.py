"""Copies: a recording's own score beside it, as far as the show has come, and which frames it covers."""

import json
from collections.abc import Collection
from pathlib import Path

from dreamstream.errors import RecordError, reason

PICTURE_BYTES = 1_000_000
_NOTES = {"time", "frozen", "failed", "end"}
_EFFORTS = {"effort", "threads", "pull"}
_KINDS = ("start", "change", "source", *_EFFORTS, *_NOTES)


def score_text(path: Path, last: int | None = None) -> str:
    """Return the whole lines of a score that is being written, up to a frame; empty if it is no file."""
    if not path.is_file():
        return ""
    try:
        # a full disk may have cut a line off in the middle of a letter
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
    except OSError as error:
        raise RecordError(f"{path}: {reason(error)}") from error
    return "".join(f"{line}\n" for line in lines if last is None or _frame(line) <= last)


def thin_score(path: Path, last: int) -> str:
    """Return a score up to a frame for a picture to carry, in a megabyte: readers of PNG take no more.

    It has the start, what changed, and of the times only the first and the last. Where that is too long, what
    the machine came to (effort, threads, pulls) goes; and without a change it would be another show's: then
    it is empty.
    """
    kinds = [(_kind(line), line) for line in score_text(path, last).splitlines()]
    times = [line for kind, line in kinds if kind == "time"]
    for left_out in (_NOTES, _NOTES | _EFFORTS):
        lines = [line for kind, line in kinds if kind not in left_out]
        text = "".join(f"{line}\n" for line in [*lines, *times[:1], *times[1:][-1:]])
        if len(text.encode()) <= PICTURE_BYTES:
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
    while beside.exists() and (not force or any(map(beside.samefile, (path, *spared)))):
        number += 1
        beside = recording.with_name(f"{recording.stem}-{number}.jsonl")
    covers = {"recording": recording.name, "first": frames[0], "last": frames[1]}
    text += json.dumps(covers, ensure_ascii=False) + "\n"
    try:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise RecordError(f"{beside}: {reason(error)}") from error
    return beside


def _kind(line: str) -> str:
    try:
        record = json.loads(line)
        return next((kind for kind in _KINDS if kind in record), "")
    except (ValueError, TypeError):
        return ""


def _frame(line: str) -> int:
    """Return the frame that a line belongs to; 0 for what belongs to the whole show."""
    try:
        record = json.loads(line)
        return int(record.get("frame", record.get("end", 0)))
    except (ValueError, TypeError, AttributeError):
        return 0
