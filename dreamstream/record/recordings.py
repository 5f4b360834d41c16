"""All recordings of one show: started, ended and counted in one place, snapshots among them."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from dreamstream.frame import Frame
from dreamstream.record.names import check_output, timed_path
from dreamstream.record.recorder import Recorder, RecordStatus, failure_text
from dreamstream.record.snapshot import save_snapshot
from dreamstream.record.writer import Timing
from dreamstream.record.writers import open_writer
from dreamstream.ring import Ring
from dreamstream.worker import Worker


class Recordings:
    """Recorders on a ring; those without a path of their own go to `folder`. For the main thread."""

    def __init__(self, ring: Ring, folder: Path) -> None:
        self._ring, self._folder = ring, folder
        self._recorders: list[Recorder] = []
        self._snapshots: list[tuple[Path, Worker]] = []
        self._named: set[Path] = set()

    def start(self, path: Path) -> None:
        """Record from the next frame on."""
        writer = open_writer(path, Timing())
        self._recorders.append(Recorder(self._ring.reader(), writer, path).start())

    def toggle(self) -> str:
        """End what is being recorded, or start a new recording named by date and time; tell which."""
        running = [recorder for recorder in self._recorders if recorder.recording]
        if running:
            for recorder in running:
                recorder.finish()
            return "recording ended: " + ", ".join(r.status.path.name for r in running)
        path = self._new_path(".mp4")
        self.start(path)
        return f"recording {path.name}"

    def snapshot(self, frame: Frame, text: Mapping[str, str]) -> str:
        """Write a frame as PNG, in a thread of its own; return what to tell."""
        path = self._new_path(".png")
        work = Worker("snapshot", lambda stopping: save_snapshot(path, frame, text))
        self._snapshots.append((path, work.start()))
        return f"snapshot {path.name}"

    @property
    def running(self) -> list[RecordStatus]:
        """What is being recorded now."""
        return [recorder.status for recorder in self._recorders if recorder.recording]

    @property
    def failures(self) -> list[RecordStatus]:
        """The recordings that ended by a failure."""
        return [r.status for r in self._recorders if r.status.failure]

    def close(self) -> tuple[RecordStatus, ...]:
        """Finish every file; return what became of each recording, and of each snapshot that failed."""
        statuses = [recorder.stop() for recorder in self._recorders]
        for path, worker in self._snapshots:
            with contextlib.suppress(Exception):  # told in the status
                worker.join()
            if worker.error is not None:
                statuses.append(RecordStatus(path, 0, 0, failure_text(path, worker.error)))
        return tuple(statuses)

    def _new_path(self, suffix: str) -> Path:
        path = timed_path(self._folder, suffix, self._named)
        self._named.add(path)  # its file comes only with the first frame
        if suffix == ".mp4":
            check_output(path)
        return path
