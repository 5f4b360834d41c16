"""Writers: frames, one by one, into a file; memory stays bounded however long it gets.

    path -> WRITERS by extension -> write(frame) ... close()

A path without an extension is a folder of numbered pictures.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dreamstream.record.gif import Gif
from dreamstream.record.pictures import Pictures
from dreamstream.record.sized import Sized
from dreamstream.record.steady import Steady
from dreamstream.record.video import VideoFile
from dreamstream.record.webp import Webp
from dreamstream.record.writer import Encoding, Timing, Writer
from dreamstream.size import Size


def open_writer(
    path: Path, timing: Timing, encoding: Encoding | None = None, size: Size | None = None
) -> Writer:
    """Return a writer for a path that `check_output` let pass; nothing is written before the first frame.

    All frames are given to it in one `size`, else in that of the first.
    """
    return Sized(_open(path, timing, encoding), size)


def _open(path: Path, timing: Timing, encoding: Encoding | None) -> Writer:
    encoding, suffix = encoding or Encoding(), path.suffix.lower()
    writer = WRITERS[suffix]
    if not timing.held or timing.fps is None:
        return writer(path, timing, encoding)
    if suffix in _WITH_DURATIONS:  # a frame that is shown on needs no second picture there
        return writer(path, replace(timing, fps=None), encoding)
    if encoding.patient is None:
        encoding = replace(encoding, patient=False)
    return Steady(writer(path, timing, encoding), timing.fps)


_WITH_DURATIONS = (".gif", ".webp")

WRITERS: dict[str, Callable[[Path, Timing, Encoding], Writer]] = {
    ".mp4": VideoFile,
    ".mov": VideoFile,
    ".mkv": VideoFile,
    ".webm": VideoFile,
    ".gif": Gif,
    ".webp": Webp,
    "": Pictures,
}
