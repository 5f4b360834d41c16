"""A file that PyAV packs: opened with the first frame, each frame encoded at its own tick."""

import contextlib
from abc import abstractmethod
from pathlib import Path
from typing import Any

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame
from dreamstream.record.disk import DiskFile
from dreamstream.record.scheduling import ordinary_threads
from dreamstream.record.writer import Encoding, Timing, Writer


class Packed(Writer):
    """One stream in one container; what fails is one RecordError, and the file keeps what is whole of it."""

    def __init__(self, path: Path, timing: Timing, encoding: Encoding) -> None:
        self._path, self._timing, self._encoding = path, timing, encoding
        self._new = not path.exists()  # what comes to be there until the first frame is not replaced
        self._file: DiskFile | None = None
        self._container: Any = None
        self._stream: Any = None
        self._count = 0
        self._last = -1
        self._start = 0.0
        self._whole = 0
        self._failed = False

    def write(self, frame: Frame) -> None:
        """Encode a frame."""
        import av

        try:
            if self._file is None:
                self._start = frame.time
                self._file = DiskFile(self._path, self._new)
                with ordinary_threads():
                    self._open(self._file, frame)
            picture = self._picture(frame)
            self._last = picture.pts = max(self._tick(frame), self._last + 1)
            picture.time_base = self._stream.codec_context.time_base
            self._container.mux(self._stream.encode(picture))
            self._count, self._whole = self._count + 1, self._file.size
        except (OSError, RecordError, av.FFmpegError, ValueError) as error:
            self._failed = True
            raise self._told(error) from error

    def close(self) -> None:
        """Flush the encoder and close the file, the second even if the first fails.

        A failure after a failure in writing is the same one, and not raised again.
        """
        if self._file is None:
            return
        try:
            with contextlib.suppress(RecordError) if self._failed else contextlib.nullcontext():
                self._close(self._file)
        finally:
            self._container = self._stream = None  # the encoder: a show keeps this writer for its status

    def _close(self, file: DiskFile) -> None:
        import av

        with contextlib.ExitStack() as ends:
            ends.callback(file.close)
            try:
                with contextlib.ExitStack() as inner:
                    if self._container is not None:
                        inner.callback(self._container.close)
                    if self._count:
                        self._container.mux(self._stream.encode())
            except (OSError, RecordError, av.FFmpegError) as error:
                self._failed = True
                raise self._told(error) from error
            finally:
                if self._failed:
                    file.cut(self._whole)

    def _told(self, error: Exception) -> RecordError:
        if isinstance(error, RecordError):
            return error
        return RecordError(f"{self._path}: {reason(error)}")

    @abstractmethod
    def _open(self, file: DiskFile, frame: Frame) -> None:
        """Set container and stream."""

    @abstractmethod
    def _picture(self, frame: Frame) -> Any:
        """Return the frame as PyAV's."""

    @abstractmethod
    def _tick(self, frame: Frame) -> int:
        """Return the frame's time in the stream's own time base."""
