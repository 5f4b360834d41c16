"""Conforming: frames of one size for a file, at one rate if it is to have one."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame, Pixels
from dreamstream.record.writer import Writer
from dreamstream.size import Size


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

    def write(self, frame: Frame) -> None:
        """Add a frame of any size; raises RecordError."""
        if self._size is None:
            self._size = frame.size
        if frame.size != self._size:
            frame = replace(frame, pixels=_letterboxed(frame.pixels, self._size))
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


def _letterboxed(pixels: Pixels, size: Size) -> Pixels:
    """Return the picture scaled to fit into a size, in the middle, with black around it."""
    import cv2

    before = Size.of(pixels)
    inner = before.fitted(size)
    method = cv2.INTER_AREA if inner.width < before.width else cv2.INTER_LINEAR
    left, top = (size.width - inner.width) // 2, (size.height - inner.height) // 2
    whole = np.zeros((*size.shape, 3), np.uint8)
    whole[top : top + inner.height, left : left + inner.width] = cv2.resize(
        pixels, inner, interpolation=method
    )
    return whole
