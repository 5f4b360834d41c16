"""A file on disk that an encoder writes to: nothing is lost in buffers, and no failure is missed.

    write -> the system at once -> (each second, in a thread of its own) the disk

So a killed process loses nothing that was written, and a power cut about a second.
"""

import contextlib
import errno
import io
import os
import threading
from pathlib import Path

from dreamstream.claims import claimed, empty
from dreamstream.errors import RecordError
from dreamstream.worker import Worker

SYNC_SECONDS = 1.0


class DiskFile(io.FileIO):
    """A file for writing and seeking; after the first failure each write raises it again.

    Otherwise an encoder that patched its file's head after a failed write would spoil what is there. No other
    writer can have it while it is open, and what was in it stays until `begin`. Raises RecordError where
    another has it, or where it is to be `new` and is there already.
    """

    def __init__(self, path: Path, new: bool) -> None:
        super().__init__(path, "x" if new else "w", opener=claimed)
        self._path = path
        self._failure: Exception | None = None
        self.size = 0
        self._sync = Worker(f"sync {path.name}", self._sync_on)

    def begin(self) -> "DiskFile":
        """Empty it, to be written from now on, and return it."""
        empty(self.fileno())
        self._sync.start()
        return self

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write all of it; raises OSError, or RecordError where the file was removed."""
        if failure := self._failure or self._sync.error:
            raise failure
        try:
            view = memoryview(data)
            while len(view):  # a disk that is nearly full takes a part
                view = view[super().write(view) :]
            status = os.fstat(self.fileno())
            self.size = status.st_size
            if status.st_nlink == 0:
                raise RecordError(f"{self._path}: was removed while it was written")
        except Exception as error:
            self._failure = error
            raise
        return len(data)

    def cut(self, size: int) -> None:
        """Leave only so many bytes, or no file at all where none are to be left; never raises."""
        with contextlib.suppress(OSError):
            self.truncate(size)
            if size == 0:
                self._path.unlink()

    def close(self) -> None:
        """Write all to the disk and close; raises OSError."""
        with contextlib.suppress(OSError):
            self._sync.stop()
        try:
            self._fsync()
        finally:
            super().close()

    def _sync_on(self, stopping: threading.Event) -> None:
        while not stopping.wait(SYNC_SECONDS):
            self._fsync()

    def _fsync(self) -> None:
        try:
            os.fsync(self.fileno())
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a pipe or the like has no disk
                raise
