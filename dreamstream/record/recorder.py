"""A recorder: a thread with its own reader, which puts every frame that it can get into a writer."""

import threading
from dataclasses import dataclass
from pathlib import Path

from dreamstream.record.writers import Writer
from dreamstream.ring import Reader
from dreamstream.worker import Worker


@dataclass(frozen=True)
class RecordStatus:
    """What became of a recording so far."""

    path: Path
    written: int
    dropped: int
    failure: str = ""


class Recorder:
    """Records from `start` to `stop`; a failure ends the recording, not the show."""

    def __init__(self, reader: Reader, writer: Writer, path: Path) -> None:
        self._reader, self._writer, self._path = reader, writer, path
        self._written = 0
        self._worker = Worker(f"recorder {path.name}", self._record, reader.close)

    def start(self) -> "Recorder":
        """Start the thread, and return this recorder."""
        self._worker.start()
        return self

    @property
    def recording(self) -> bool:
        """Whether it still takes frames."""
        return self._worker.alive and self._reader.end is None

    @property
    def status(self) -> RecordStatus:
        """Counts so far, and the failure if it ended by one."""
        error = self._worker.error
        return RecordStatus(
            self._path, self._written, self._reader.dropped, "" if error is None else str(error)
        )

    def finish(self) -> None:
        """Take no more frames: the thread writes what was put before now, and ends by itself."""
        self._reader.close()

    def stop(self) -> RecordStatus:
        """Write what was put before now, finish the file, and tell what became of it."""
        try:
            self._worker.stop()
        except Exception:  # it is told in the status: a recording's failure must not end anything else
            return self.status
        return self.status

    def _record(self, stopping: threading.Event) -> None:
        try:
            while (frame := self._reader.read()) is not None:
                self._writer.write(frame)
                self._written += 1
        finally:
            self._reader.close()
            self._writer.close()
