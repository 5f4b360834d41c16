"""Outputs: which files can be written, by which writer, and new names by date and time.

    path -> WRITERS by extension -> frames of one size, at one rate if there is to be one -> close()

A path without an extension is a folder of numbered pictures.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from dreamstream.claims import check_free, check_unread, is_among
from dreamstream.errors import RecordError, UsageError, reason
from dreamstream.frame import Frame, Pixels, new_pixels
from dreamstream.places import free_path
from dreamstream.record.codecs import CONTAINERS, carries_alpha, codec_of, no_alpha
from dreamstream.record.gif import Gif
from dreamstream.record.pictures import PICTURES, Pictures, numbered
from dreamstream.record.video import VideoFile
from dreamstream.record.webp import Webp
from dreamstream.record.writer import SOUND_RATE, Encoding, Sound, Timing, Writer
from dreamstream.size import Size

WRITERS: dict[str, Callable[[Path, Timing, Encoding], Writer]] = {
    **dict.fromkeys(CONTAINERS, VideoFile),
    ".gif": Gif,
    ".webp": Webp,
    "": Pictures,
}
_WITH_DURATIONS = (".gif", ".webp")


def open_writer(
    path: Path, timing: Timing, encoding: Encoding | None = None, size: Size | None = None
) -> Writer:
    """Return a writer for a path that `check_output` let pass; nothing is written before the first frame.

    All frames are scaled to one `size`, else to that of the first. Raises RecordError where another is
    writing there already.
    """
    suffix = path.suffix.lower()
    if timing.real_time and suffix in _WITH_DURATIONS:  # a frame that is shown longer needs no repeats there
        timing = replace(timing, fps=None)
    with _naming(path):
        writer = WRITERS[suffix](path, timing, encoding or Encoding())
    return Conformed(writer, path, size, timing.fps if timing.real_time else None)


def check_output(
    path: Path, force: bool = False, encoding: Encoding | None = None, read: Iterable[Path] = ()
) -> None:
    """Raise RecordError where `path` cannot be written, is of no known kind, or exists already.

    What is `read` is never written, not even by `force`.
    """
    suffix, codec = path.suffix.lower(), encoding.codec if encoding else ""
    if suffix not in WRITERS:
        known = ", ".join(suffix for suffix in WRITERS if suffix)
        raise RecordError(f"{path}: cannot write '{path.suffix}'; {known} or a folder can be written")
    check_unread((path, *numbered(path)), read)
    if path.is_dir() and suffix:
        raise RecordError(f"{path}: is a folder; a file's name is needed")
    if path.is_file() and not suffix:
        raise RecordError(f"{path}: is a file; a folder's name is needed, or one ending in .mp4 or the like")
    check_free(path, any(path.iterdir()) if path.is_dir() else path.exists(), force)
    if suffix in CONTAINERS:
        codec_of(path, encoding or Encoding())
    elif encoding and encoding.encoder:
        raise RecordError(f"{path}: --encoder is for videos; {suffix or 'a folder'} has only software")
    elif suffix and codec:
        raise RecordError(f"{path}: --codec is for videos and folders; {path.suffix} has only one")
    elif codec and codec not in PICTURES:
        known = ", ".join(PICTURES)
        raise RecordError(f"{path}: --codec {codec} is none of a folder of pictures; {known} are")
    elif encoding and encoding.alpha and not keeps_alpha(path, encoding):
        raise no_alpha(path, codec or suffix)


def keeps_alpha(path: Path, encoding: Encoding) -> bool:
    """Return whether what is written there can be transparent, in the codec that is asked for, or in any."""
    suffix, codec = path.suffix.lower(), encoding.codec
    known = CONTAINERS[suffix].codecs if suffix in CONTAINERS else tuple(PICTURES)
    return suffix == ".webp" or (suffix != ".gif" and any(map(carries_alpha, [codec] if codec else known)))


def output_path(path: Path, taken: Collection[Path] = (), label: str = "") -> Path:
    """Return the path itself, or a new one by date and time if it is an existing folder."""
    return timed_path(path, ".mp4", taken, label) if path.is_dir() else path


def timed_path(folder: Path, suffix: str, taken: Collection[Path] = (), label: str = "") -> Path:
    """Return a free path in the folder, named by date and time."""
    return free_path(folder, f"dreamstream-{datetime.now():%Y%m%d-%H%M%S}{label}", suffix, taken)


def files_to_record(
    dreams: Sequence[Path],
    screens: Sequence[Path],
    score: Path | None,
    force: bool,
    encoding: Encoding,
    read: Iterable[Path],
) -> list[Path]:
    """Return the files that the dream and the screen are recorded to, the screen's last.

    Raises RecordError, or UsageError where one is given twice.
    """
    paths: list[Path] = []
    for path in (*dreams, *screens):
        paths.append(output_path(path, paths, "-screen" if len(paths) >= len(dreams) else ""))
        check_output(paths[-1], force, encoding, read)
        if is_among(paths[-1], [*paths[:-1], *([score] if score else ())]):
            raise UsageError(f"--record {path} is given twice; each recording needs a file of its own")
    return paths


class Conformed(Writer):
    """Gives a writer all frames in one `size` (the first frame's, if None); its failures name the file.

    With `fps` it gives so many frames for each second of the frames' own times: some twice, others never.
    """

    def __init__(self, writer: Writer, path: Path, size: Size | None, fps: float | None) -> None:
        self._writer, self._path, self._size, self._fps = writer, path, size, fps
        self._newest: Frame | None = None  # with `fps`: it is written when it is known how often
        self._start = 0.0
        self._count = 0

    @property
    def warning(self) -> str:
        """The writer's."""
        return self._writer.warning

    def accompany(self, sound: Sound, rate: int = SOUND_RATE) -> bool:
        """See `Writer`."""
        return self._writer.accompany(sound, rate)

    def write(self, frame: Frame) -> None:
        """Add a frame of any size; raises RecordError."""
        if self._size is None:
            self._size = frame.size
        if frame.size != self._size:
            frame = replace(frame, pixels=letterboxed(frame.pixels, self._size))
        if self._fps is None:
            with _naming(self._path):
                self._writer.write(frame)
            return
        if self._newest is None:
            self._start = frame.time
        self.hold(frame.time)
        self._newest = frame

    def hold(self, time: float) -> None:
        """Repeat the newest frame until then: a still hour is not left to be written at its end."""
        if self._fps is not None:
            self._repeat(round((time - self._start) * self._fps))

    def close(self) -> None:
        """Write the last frame, and finish the file; raises RecordError."""
        try:
            self._repeat(self._count + 1)
        finally:
            with _naming(self._path):
                self._writer.close()

    def _repeat(self, count: int) -> None:
        """Write the newest frame until there are so many; none is written behind one that failed."""
        while self._newest is not None and self._count < count:
            frame, self._newest = self._newest, None
            with _naming(self._path):
                self._writer.write(frame)
            self._newest = frame
            self._count += 1


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    import av

    try:
        yield
    except (OSError, ValueError, av.FFmpegError) as error:
        raise RecordError(f"{path}: {reason(error)}") from error


def letterboxed(pixels: Pixels, size: Size) -> Pixels:
    """Return the picture scaled to fit into a size, in the middle, with black around it, or nothing."""
    import cv2

    before = Size.of(pixels)
    inner = before.fitted(size)
    method = cv2.INTER_AREA if inner.width < before.width else cv2.INTER_LINEAR
    left, top = (size.width - inner.width) // 2, (size.height - inner.height) // 2
    whole = new_pixels(size, pixels.shape[2])
    whole[:] = 0
    whole[top : top + inner.height, left : left + inner.width] = cv2.resize(
        pixels, inner, interpolation=method
    )
    return whole
