"""A recorder: a thread with its own reader, which puts every frame that it can get into a writer."""

import contextlib
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame
from dreamstream.record.writer import Writer
from dreamstream.worker import Worker

_WAIT = 1.0  # seconds without a frame until the writer is told of it
_NICE = 10  # the dreamer's beside a screen: they share what that leaves


class FrameReader(Protocol):
    """Where a recorder takes its frames: a ring's reader, or whatever else gives them in order and counts."""

    dropped: int

    @property
    def end(self) -> int | None:
        """None while frames still come."""
        ...

    @property
    def over(self) -> bool:
        """Whether the end has come and all before it was read."""
        ...

    def read(self, timeout: float | None = None) -> Frame | None:
        """Wait for the next frame; None after the end, or when `timeout` seconds passed."""
        ...

    def close(self) -> None:
        """End here: what came before can still be read."""
        ...


@dataclass(frozen=True)
class RecordStatus:
    """What became of a recording so far; `first` and `last` are the frames it has, from which to which
    `seconds` have passed; `warning` is of one that goes on.
    """

    path: Path
    written: int
    dropped: int
    failure: str = ""
    first: int = 0
    last: int = 0
    warning: str = ""
    seconds: float = 0.0


def failure_text(path: Path, error: BaseException | None) -> str:
    """Return what a worker's error comes to in one line that names the file; empty without one."""
    if error is None:
        return ""
    if isinstance(error, RecordError):
        return str(error)
    return f"{path}: {reason(error)}"


class Recorder:
    """Records from `start` to `stop`; a failure ends the recording, not the show."""

    def __init__(self, reader: FrameReader, writer: Writer, path: Path) -> None:
        self._reader, self._writer, self._path = reader, writer, path
        self._written = 0
        self._span = (0, 0)
        self._seconds = 0.0
        self._worker = Worker(f"recorder {path.name}", self._record, reader.close)

    def start(self) -> "Recorder":
        """Start the thread, and return this recorder."""
        self._worker.start(_NICE)
        return self

    @property
    def recording(self) -> bool:
        """Whether it still takes frames."""
        return self._worker.alive and self._reader.end is None

    @property
    def ended(self) -> bool:
        """Whether its file is finished, or has failed."""
        return not self._worker.alive

    @property
    def status(self) -> RecordStatus:
        """Counts so far, and the failure if it ended by one."""
        failure = failure_text(self._path, self._worker.error)
        return RecordStatus(
            self._path,
            self._written,
            self._reader.dropped,
            failure,
            *self._span,
            self._writer.warning if not failure else "",
            self._seconds,
        )

    def finish(self) -> None:
        """Take no more frames: the thread writes what was put before now, and ends by itself."""
        self._reader.close()

    def stop(self) -> RecordStatus:
        """Write what was put before now, finish the file, and tell what became of it."""
        with contextlib.suppress(Exception):  # told in the status: it must not end anything else
            self._worker.stop()
        return self.status

    def _record(self, stopping: threading.Event) -> None:
        try:
            newest, then, begun = None, 0.0, 0.0
            while not self._reader.over:
                if (frame := self._reader.read(_WAIT)) is not None:
                    self._writer.write(frame)
                    self._written += 1
                    self._span = self._span[0] or frame.index, frame.index
                    begun = frame.time if newest is None else begun
                    newest, then = frame.time, time.monotonic()
                    self._seconds = newest - begun
                elif newest is not None:  # a frame on its way is not older than that
                    self._writer.hold(newest + time.monotonic() - then - _WAIT)
            if newest is not None and (stood := time.monotonic() - then) > _WAIT:
                self._writer.hold(newest + stood)  # it ends while a picture stands: no frame comes any more
        finally:
            self._reader.close()
            self._writer.close()
