"""Crops: what a folder's pictures show, at several scales, a little at a time."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from dreamstream.errors import SourceError
from dreamstream.frame import Canvas, Pixels
from dreamstream.size import Size
from dreamstream.sources.cover import cover
from dreamstream.sources.picture import pictures_in, read_picture

_log = logging.getLogger(__name__)

_MOST = 120  # pictures; of more, evenly chosen ones
_SIZES = {1: Size(256, 256), 2: Size(192, 192), 4: Size(128, 128)}
"""Of the middle of a picture: all of it, a half and a quarter of its sides, ever nearer."""


def crops(folder: Path, check: Callable[[], None] = lambda: None) -> Iterator[Canvas]:
    """Give the middle of each picture, whole and nearer; `check` is called before each, and may raise.

    What cannot be read is left out, with a line of the log; SourceError where nothing can.
    """
    paths, readable = pictures_in(folder), False
    for path in paths[:: -(-len(paths) // _MOST)]:
        check()
        try:
            picture = read_picture(path)
        except SourceError as error:
            _log.warning("left out: %s", error)
            continue
        readable = True
        yield from crops_of(picture)
    if not readable:
        raise SourceError(f"{folder}: no picture in it can be read")


def crops_of(picture: Pixels) -> Iterator[Canvas]:
    """Give the middle of one picture, whole and nearer."""
    whole = Size.of(picture)
    for part, size in _SIZES.items():
        width, height = max(1, whole.width // part), max(1, whole.height // part)
        top, left = (whole.height - height) // 2, (whole.width - width) // 2
        yield cover(picture[top : top + height, left : left + width], size)
