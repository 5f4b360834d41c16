"""Paths of recordings: which may be written, and new ones by date and time."""

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from dreamstream.errors import RecordError
from dreamstream.record.codecs import CONTAINERS, codec_of
from dreamstream.record.pictures import PICTURES
from dreamstream.record.writer import Encoding
from dreamstream.record.writers import WRITERS


def check_output(path: Path, force: bool = False, encoding: Encoding | None = None) -> None:
    """Raise RecordError where `path` cannot be written, is of no known kind, or is there already."""
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        known = ", ".join(suffix for suffix in WRITERS if suffix)
        raise RecordError(f"{path}: cannot write '{path.suffix}'; {known} or a folder can be written")
    folder = path.parent
    if not folder.is_dir():
        raise RecordError(f"{path}: there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise RecordError(f"{path}: no permission to write there")
    if path.is_dir() and suffix:
        raise RecordError(f"{path}: is a folder; a file's name is needed")
    if path.is_file() and not suffix:
        raise RecordError(f"{path}: is a file; a folder's name is needed, or one ending in .mp4 or the like")
    taken = any(path.iterdir()) if path.is_dir() else path.exists()
    if taken and not force:
        raise RecordError(f"{path}: is there already; take another name, or --force to replace it")
    _check_codec(path, encoding or Encoding())


def _check_codec(path: Path, encoding: Encoding) -> None:
    suffix, codec = path.suffix.lower(), encoding.codec
    if suffix in CONTAINERS:
        codec_of(path, encoding)
    elif not suffix and codec and codec not in PICTURES:
        raise RecordError(
            f"{path}: --codec {codec} is none of a folder of pictures; {', '.join(PICTURES)} are"
        )
    elif suffix and codec:
        raise RecordError(f"{path}: --codec is for videos and folders; {path.suffix} has only one")


def timed_path(folder: Path, suffix: str, taken: Collection[Path] = (), label: str = "") -> Path:
    """Return a free path in the folder, named by date and time."""
    return free_path(folder, f"dreamstream-{datetime.now():%Y%m%d-%H%M%S}{label}", suffix, taken)


def output_path(path: Path, taken: Collection[Path] = (), label: str = "") -> Path:
    """Return the path itself, or in a folder that is there already a new name by date and time."""
    return timed_path(path, ".mp4", taken, label) if path.is_dir() else path


def free_path(folder: Path, stem: str, suffix: str, taken: Collection[Path] = ()) -> Path:
    """Return folder/stem+suffix, or the first of stem-2, stem-3, ... that is not there nor `taken`."""
    path, number = folder / f"{stem}{suffix}", 1
    while path in taken or path.exists():
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path
