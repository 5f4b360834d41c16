"""Writers: frames, one by one, into a file; memory stays bounded however long it gets.

    path -> WRITERS by extension -> write(frame) ... close()

A path without an extension is a folder of numbered pictures.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from dreamstream.errors import RecordError
from dreamstream.frame import Frame, Pixels

ARTICLE_DELAY = 7  # hundredths of a second between the pictures of a GIF


@dataclass(frozen=True)
class Timing:
    """When frames are shown: `fps` a second, or as they were made (None); GIFs `loop` times (0: endless)."""

    fps: float | None = None
    loop: int = 0

    @staticmethod
    def each(delay: int, loop: int = 0) -> "Timing":
        """Return the timing of frames that are shown so many hundredths of a second each, as GIFs count."""
        return Timing(100 / delay, loop)


class Writer(Protocol):
    """Takes frames in order; the first one sets the size."""

    def write(self, frame: Frame) -> None:
        """Add a frame; raises RecordError or OSError."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


def check_output(path: Path, force: bool = False) -> None:
    """Raise RecordError where `path` cannot be written, is of no known kind, or is there already."""
    if path.suffix.lower() not in WRITERS:
        known = ", ".join(suffix for suffix in WRITERS if suffix)
        raise RecordError(f"{path}: cannot write '{path.suffix}'; {known} or a folder can be written")
    folder = path.parent
    if not folder.is_dir():
        raise RecordError(f"{path}: there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise RecordError(f"{path}: no permission to write there")
    if path.is_dir() and path.suffix:
        raise RecordError(f"{path}: is a folder; a file's name is needed")
    if path.is_file() and not path.suffix:
        raise RecordError(f"{path}: is a file; a folder's name is needed, or one ending in .mp4 or the like")
    taken = any(path.iterdir()) if path.is_dir() else path.exists()
    if taken and not force:
        raise RecordError(f"{path}: is there already; take another name, or --force to replace it")


def open_writer(path: Path, timing: Timing) -> Writer:
    """Return a writer for a path that `check_output` let pass; nothing is written before the first frame."""
    return WRITERS[path.suffix.lower()](path, timing)


class _Packed(ABC):
    """A file that PyAV packs: opened with the first frame, each frame encoded at its own tick."""

    def __init__(self, path: Path, timing: Timing) -> None:
        self._path, self._timing = path, timing
        self._container: Any = None
        self._stream: Any = None
        self._count = 0

    def write(self, frame: Frame) -> None:
        """Encode a frame."""
        import av

        try:
            if self._container is None:
                self._open(frame)
            picture = self._picture(frame)
            picture.pts, picture.time_base = self._tick(frame), self._stream.codec_context.time_base
            self._container.mux(self._stream.encode(picture))
            self._count += 1
        except av.FFmpegError as error:
            raise RecordError(f"{self._path}: {error}") from error

    def close(self) -> None:
        """Flush the encoder and close the file, the second even if the first fails."""
        import av

        if self._container is None:
            return
        try:
            try:
                self._container.mux(self._stream.encode())
            finally:
                self._container.close()
        except av.FFmpegError as error:
            raise RecordError(f"{self._path}: {error}") from error

    @abstractmethod
    def _open(self, frame: Frame) -> None:
        """Set container and stream."""

    @abstractmethod
    def _picture(self, frame: Frame) -> Any:
        """Return the frame as PyAV's."""

    @abstractmethod
    def _tick(self, frame: Frame) -> int:
        """Return the frame's time in the stream's own time base."""


class VideoFile(_Packed):
    """H.264 in mp4 or mkv."""

    _start = 0.0
    _last = -1

    def _open(self, frame: Frame) -> None:
        import av

        fps = self._timing.fps
        # in pieces of a second or so a file that is cut off plays to there; with bf 0 they begin at time 0
        pieces = {
            ".mp4": {"movflags": "frag_keyframe+empty_moov+default_base_moof"},
            ".mkv": {"cluster_time_limit": "1000"},
        }[self._path.suffix.lower()]
        self._container = av.open(str(self._path), "w", container_options={**pieces, "flush_packets": "1"})
        rate = Fraction(fps).limit_denominator(1001) if fps else Fraction(30)
        # at live pace the encoder must leave the cores to the dream; offline it may have them
        options = {"crf": "17", "preset": "medium" if fps else "veryfast", "g": "30", "bf": "0"}
        self._stream = self._container.add_stream("libx264", rate=rate, options=options)
        height, width = _even(frame.pixels).shape[:2]
        self._stream.width, self._stream.height = width, height
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = 1 / rate if fps else Fraction(1, 1000)
        self._stream.codec_context.thread_count = 0 if fps else 1
        self._start = frame.time

    def _picture(self, frame: Frame) -> Any:
        import av

        return av.VideoFrame.from_ndarray(_even(frame.pixels), format="rgb24")

    def _tick(self, frame: Frame) -> int:
        made = self._count if self._timing.fps else round((frame.time - self._start) * 1000)
        self._last = max(made, self._last + 1)
        return self._last


class Gif(_Packed):
    """GIF with a palette for each picture: Pillow quantises and dithers, PyAV packs."""

    @property
    def _delay(self) -> int:
        """Hundredths of a second; browsers slow down anything below 2."""
        return max(2, round(100 / self._timing.fps)) if self._timing.fps else ARTICLE_DELAY

    def _open(self, frame: Frame) -> None:
        import av

        # GIF counts repeats after the first showing, and -1 leaves the loop out: once
        loop = self._timing.loop - 1 if self._timing.loop > 1 else -self._timing.loop
        options = {"loop": str(loop), "final_delay": str(self._delay)}
        self._container = av.open(str(self._path), "w", format="gif", options=options)
        self._stream = self._container.add_stream("gif", rate=Fraction(100, self._delay))
        self._stream.width, self._stream.height = frame.size
        self._stream.pix_fmt = "pal8"
        self._stream.codec_context.time_base = Fraction(1, 100)

    def _picture(self, frame: Frame) -> Any:
        import av

        return av.VideoFrame.from_ndarray(cast(Any, _quantised(frame.pixels)), format="pal8")

    def _tick(self, frame: Frame) -> int:
        return self._count * self._delay


class Pictures:
    """A folder of PNG pictures whose alphabetical order is their order in time."""

    def __init__(self, path: Path, timing: Timing) -> None:
        self._path = path
        self._count = 0

    def write(self, frame: Frame) -> None:
        """Write the next numbered picture."""
        import imageio.v3 as imageio

        if self._count == 0:
            self._path.mkdir(exist_ok=True)
            for old in self._path.glob("[0-9]" * 8 + ".png"):  # only --force lets any be there
                old.unlink()
        self._count += 1
        imageio.imwrite(self._path / f"{self._count:08d}.png", frame.pixels, compress_level=1)

    def close(self) -> None:
        """Nothing is left open."""


def _even(pixels: Pixels) -> Pixels:
    """Return the picture with even sides, as 4:2:0 video needs: the last row or column twice."""
    height, width = pixels.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return pixels
    return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def _quantised(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """Return indices (H×W) and palette (256×4, ARGB) of a picture, dithered."""
    from PIL import Image

    few = Image.fromarray(np.ascontiguousarray(pixels[::3, ::3]))  # enough to choose colours from
    palette = few.quantize(256, method=Image.Quantize.MEDIANCUT)
    indices = Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    colours = np.frombuffer(bytes(palette.getpalette() or ()), dtype=np.uint8).reshape(-1, 3)
    table = np.zeros((256, 4), dtype=np.uint8)
    table[:, 0] = 255
    table[: len(colours), 1:] = colours
    return np.asarray(indices), table


WRITERS: dict[str, Callable[[Path, Timing], Writer]] = {
    ".mp4": VideoFile,
    ".mkv": VideoFile,
    ".gif": Gif,
    "": Pictures,
}
