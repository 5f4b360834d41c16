"""Writers: frames, one by one, into a file; memory stays bounded however long it gets.

    path -> WRITERS by extension -> write(frame) ... close()

A path without an extension is a folder of numbered pictures.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dreamstream.record.conform import Conformed
from dreamstream.record.gif import Gif
from dreamstream.record.pictures import Pictures
from dreamstream.record.video import VideoFile
from dreamstream.record.webp import Webp
from dreamstream.record.writer import Encoding, Timing, Writer
from dreamstream.size import Size

WRITERS: dict[str, Callable[[Path, Timing, Encoding], Writer]] = {
    ".mp4": VideoFile,
    ".mov": VideoFile,
    ".mkv": VideoFile,
    ".webm": VideoFile,
    ".gif": Gif,
    ".webp": Webp,
    "": Pictures,
}
_WITH_DURATIONS = (".gif", ".webp")


def open_writer(
    path: Path, timing: Timing, encoding: Encoding | None = None, size: Size | None = None
) -> Writer:
    """Return a writer for a path that `check_output` let pass; nothing is written before the first frame.

    All frames are scaled to one `size`, else to that of the first.
    """
    suffix = path.suffix.lower()
    if timing.held and suffix in _WITH_DURATIONS:  # a frame that is shown longer needs no repeats there
        timing = replace(timing, fps=None)
    writer = WRITERS[suffix](path, timing, encoding or Encoding())
    return Conformed(writer, path, size, timing.fps if timing.held else None)
