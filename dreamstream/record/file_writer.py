"""What all formats of one file share: when it is opened, and what is left of it after a failure."""

import contextlib
from abc import abstractmethod
from fractions import Fraction
from pathlib import Path
from typing import Any

from dreamstream.frame import Frame
from dreamstream.record.disk import DiskFile
from dreamstream.record.writer import Encoding, Timing, Writer


class FileWriter(Writer):
    """A file that is made with the first frame; after a failure it is cut to its last whole frame."""

    def __init__(self, path: Path, timing: Timing, encoding: Encoding) -> None:
        self._path, self._timing, self._encoding = path, timing, encoding
        self._new = not path.exists()  # a file that appears before the first frame is not replaced
        self._claim = DiskFile(path, new=False) if path.is_file() else None
        self._file: DiskFile | None = None
        self._start = 0.0
        self._count = 0
        self._whole_bytes = 0
        self._failed = False

    def write(self, frame: Frame) -> None:
        """Add a frame."""
        try:
            if self._file is None:
                self._start = frame.time
                self._file = (self._claim or DiskFile(self._path, self._new)).begin()
                self._open(self._file, frame)
            self._add(self._file, frame)
        except Exception:
            self._failed = True
            raise
        self._count, self._whole_bytes = self._count + 1, self._file.size

    def close(self) -> None:
        """Finish the file, and close it even if that fails; raises nothing if `write` has failed."""
        if self._file is None:
            if self._claim is not None:
                self._claim.close()
            return
        with contextlib.suppress(Exception) if self._failed else contextlib.nullcontext():
            try:
                self._finish(self._file)
            except Exception:
                self._failed = True
                raise
            finally:
                if self._failed:
                    self._file.cut(self._whole_bytes)
                self._file.close()

    @abstractmethod
    def _open(self, file: DiskFile, frame: Frame) -> None:
        """Write what comes before the first frame."""

    @abstractmethod
    def _add(self, file: DiskFile, frame: Frame) -> None:
        """Write a frame."""

    @abstractmethod
    def _finish(self, file: DiskFile) -> None:
        """Write what comes after the last frame; called after a failure as well."""


class Muxed(FileWriter):
    """One stream in a container of PyAV's, each picture encoded at its own tick of the stream's time base."""

    _container: Any = None
    _stream: Any = None
    _time_base: Fraction
    _last = -1

    def _mux(self, picture: Any, tick: int) -> None:
        """Write a picture of PyAV's, shown from a tick on, or from the first that is free."""
        self._last = picture.pts = max(tick, self._last + 1)
        picture.time_base = self._time_base
        self._container.mux(self._stream.encode(picture))

    def _finish(self, file: DiskFile) -> None:
        container, stream = self._container, self._stream
        self._container = self._stream = None  # frees the encoder: a show keeps this writer for its status
        if container is None:
            return
        try:
            if self._count:
                container.mux(stream.encode())
        finally:
            container.close()
