"""Copies: a recording's own score beside it, as far as the show has come, and which frames it covers."""

import json
from pathlib import Path

from dreamstream.errors import RecordError


def score_text(path: Path, last: int | None = None) -> str:
    """Return the whole lines of a score that is being written, up to a frame; empty if it is no file."""
    if not path.is_file():
        return ""
    try:
        # a full disk may have cut a line off in the middle of a letter
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or error}") from error
    return "".join(f"{line}\n" for line in lines if last is None or _frame(line) <= last)


def copy_score(path: Path, recording: Path, frames: tuple[int, int], force: bool = False) -> Path | None:
    """Write a recording's score beside it, with the first and last frame that it covers.

    Returns where, or None where there is nothing to copy. What is there is not replaced unless by `force`,
    and never the score itself: the show goes on writing it.
    """
    text = score_text(path, frames[1])
    if not text:
        return None
    beside, number = recording.with_suffix(".jsonl"), 1
    while beside.exists() and (not force or beside.samefile(path)):
        number += 1
        beside = recording.with_name(f"{recording.stem}-{number}.jsonl")
    covers = {"recording": recording.name, "first": frames[0], "last": frames[1]}
    text += json.dumps(covers, ensure_ascii=False) + "\n"
    try:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise RecordError(f"{beside}: {error.strerror or error}") from error
    return beside


def _frame(line: str) -> int:
    """Return the frame that a line belongs to; 0 for what belongs to the whole show."""
    try:
        record = json.loads(line)
        return int(record.get("frame", record.get("end", 0)))
    except (ValueError, TypeError, AttributeError):
        return 0
