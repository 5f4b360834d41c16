"""A recorder: a thread with its own reader, which gives every frame that it can get to a writer."""

import contextlib
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame
from dreamstream.record.tape import Tape
from dreamstream.record.writer import Writer
from dreamstream.worker import Worker

_WAIT = 1.0  # seconds without a frame after which the writer is told the time


class FrameReader(Protocol):
    """Where a recorder takes its frames from, in order: a ring's reader, or a replay's."""

    dropped: int

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
    """A recording so far: frames `written`, from number `first` to `last`, which are `seconds` apart.

    `warning` is that of one that goes on, `failure` that of one that has ended by it.
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
    """Return a worker's error as one line that names the file; empty without one."""
    if error is None:
        return ""
    return str(error) if isinstance(error, RecordError) else f"{path}: {reason(error)}"


class Recorder:
    """Records from `start` to `stop`; a failure ends the recording, not the show.

    What is on a `tape` goes with the pictures, where their format carries a sound; of a replay, whose `last`
    frame's time is known, up to that.
    """

    def __init__(
        self,
        reader: FrameReader,
        writer: Writer,
        path: Path,
        tape: Tape | None = None,
        last: float | None = None,
    ) -> None:
        self._reader, self._writer, self._tape, self._last = reader, writer, tape, last
        self._status = RecordStatus(path, 0, 0)
        self._finishing = False
        self._worker = Worker(f"recorder {path.name}", self._record, reader.close)

    def start(self) -> "Recorder":
        """Start the thread, and return this recorder."""
        self._worker.start()
        return self

    @property
    def recording(self) -> bool:
        """Whether it still takes frames."""
        return self._worker.alive and not self._finishing

    @property
    def ended(self) -> bool:
        """Whether its file is finished, or has failed."""
        return not self._worker.alive

    @property
    def status(self) -> RecordStatus:
        """Counts so far, and the failure if it ended by one."""
        failure = failure_text(self._status.path, self._worker.error)
        warning = "" if failure else self._writer.warning
        return replace(self._status, dropped=self._reader.dropped, failure=failure, warning=warning)

    def finish(self) -> None:
        """Take no more frames: the thread writes what was put before now, and ends by itself."""
        self._finishing = True
        self._reader.close()

    def stop(self) -> RecordStatus:
        """Write what was put before now, finish the file, and return what became of it."""
        with contextlib.suppress(Exception):  # it is in the status, and must not end anything else
            self._worker.stop()
        return self.status

    def _record(self, stopping: threading.Event) -> None:
        newest: float | None = None
        start = arrived = 0.0
        try:
            while not self._reader.over:
                if (frame := self._reader.read(_WAIT)) is not None:
                    if newest is None and self._tape is not None:
                        self._writer.accompany(self._tape.since(frame.time, self._last), self._tape.rate)
                    self._writer.write(frame)
                    start = frame.time if newest is None else start
                    newest, arrived = frame.time, time.monotonic()
                    self._status = replace(
                        self._status,
                        written=self._status.written + 1,
                        first=self._status.first or frame.index,
                        last=frame.index,
                        seconds=newest - start,
                    )
                elif newest is not None:  # a frame on its way is not older than that
                    self._writer.hold(newest + time.monotonic() - arrived - _WAIT)
            if newest is not None and (still := time.monotonic() - arrived) > _WAIT:
                self._writer.hold(newest + still)  # no frame comes any more
        finally:
            self._reader.close()
            self._writer.close()
