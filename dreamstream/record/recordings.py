"""All recordings of one show: started, ended and counted in one place, snapshots and replays among them."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from dreamstream.frame import Frame
from dreamstream.record.filming import Filming
from dreamstream.record.kept import KEPT_BYTES, Kept, KeptReader
from dreamstream.record.names import check_output, timed_path
from dreamstream.record.recorder import Recorder, RecordStatus, failure_text
from dreamstream.record.snapshot import save_snapshot
from dreamstream.record.writer import Encoding, Timing
from dreamstream.record.writers import open_writer
from dreamstream.ring import Ring
from dreamstream.worker import Worker


class Recordings:
    """Recorders on a ring and on what films the screen; those without a path of their own go to `folder`.

    For the main thread.
    """

    def __init__(
        self,
        ring: Ring,
        folder: Path,
        timing: Timing | None = None,
        encoding: Encoding | None = None,
        filming: Filming | None = None,
    ) -> None:
        self._ring, self._folder = ring, folder
        self._timing, self._encoding = timing or Timing(), encoding or Encoding()
        self.filming = filming or Filming()
        self._dreams: list[Recorder] = []
        self._screens: list[Recorder] = []
        self._replays: list[Recorder] = []
        self._kept: Kept | None = None
        self._snapshots: list[tuple[Path, Worker]] = []
        self._named: set[Path] = set()

    def start(self, path: Path, encoding: Encoding | None = None) -> None:
        """Record the dream from the next frame on."""
        writer = open_writer(path, self._timing, encoding or self._encoding)
        self._dreams.append(Recorder(self._ring.reader(), writer, path).start())

    def start_screen(self, path: Path, encoding: Encoding | None = None) -> None:
        """Record what the screen shows, from its next picture on."""
        timing = Timing(self.filming.fps, self._timing.loop, held=True)
        hurried = replace(encoding or self._encoding, hurry=True)
        writer = open_writer(path, timing, hurried, self.filming.size)
        self._screens.append(Recorder(self.filming.reader(), writer, path).start())

    def keep(self, seconds: float, limit: int = KEPT_BYTES) -> None:
        """Keep the last seconds from now on, for `save_kept`."""
        self._kept = Kept(self._ring.reader(), seconds, limit).start()

    def toggle(self) -> str:
        """End what is recorded of the dream, or start a recording named by date and time; tell which."""
        if ended := _finish(self._dreams):
            return f"recording ended: {ended}"
        path = self._new_path(".mp4")
        self.start(path, Encoding(quality=self._encoding.quality))
        return f"recording {path.name}"

    def toggle_screen(self) -> str:
        """End what is recorded of the screen, or start a recording named by date and time; tell which."""
        self.filming.flush()
        if ended := _finish(self._screens):
            return f"recording of the screen ended: {ended}"
        path = self._new_path(".mp4", "-screen")
        self.start_screen(path, Encoding(quality=self._encoding.quality))
        return f"recording the screen to {path.name}"

    def save_kept(self) -> str:
        """Write the last seconds to a file, in a thread of its own; return what to tell."""
        if self._kept is None:
            return "nothing is kept to be saved; start with --keep 30 for the last 30 seconds"
        if self._kept.failure is not None:
            return f"nothing is kept any more: {self._kept.failure}"
        frames = self._kept.frames()
        if not frames:
            return "no frame is kept yet"
        path = self._new_path(".mp4", "-replay")
        writer = open_writer(path, self._timing, Encoding(quality=self._encoding.quality))
        self._replays.append(Recorder(KeptReader(frames), writer, path).start())
        return f"saving the last {frames[-1].time - frames[0].time:.0f} s to {path.name}"

    def snapshot(
        self, frame: Frame, text: Mapping[str, str], more: Callable[[], Mapping[str, str]] = dict
    ) -> str:
        """Write a frame as PNG, in a thread of its own, which asks for `more` text; return what to tell."""
        path = self._new_path(".png")
        work = Worker("snapshot", lambda stopping: save_snapshot(path, frame, {**text, **more()}))
        # those that are written hold their pictures, and there may be hundreds in a night
        self._snapshots = [each for each in self._snapshots if each[1].alive or each[1].error is not None]
        self._snapshots.append((path, work.start()))
        return f"snapshot {path.name}"

    @property
    def running(self) -> list[RecordStatus]:
        """What is being recorded now."""
        return [recorder.status for recorder in self._recorders if recorder.recording]

    @property
    def ended(self) -> list[RecordStatus]:
        """The recordings whose files are finished, the last seconds that were saved among them."""
        return [recorder.status for recorder in (*self._recorders, *self._replays) if recorder.ended]

    @property
    def failures(self) -> list[RecordStatus]:
        """The recordings that ended by a failure, and the snapshots."""
        recordings = [r.status for r in (*self._recorders, *self._replays) if r.status.failure]
        return recordings + self._lost_snapshots()

    @property
    def _recorders(self) -> list[Recorder]:
        return [*self._dreams, *self._screens]

    def close(self) -> tuple[RecordStatus, ...]:
        """Finish every file; return what became of each recording, and of each snapshot that failed."""
        self.filming.close()
        if self._kept is not None:
            with contextlib.suppress(Exception):  # told when it was to be saved
                self._kept.stop()
        statuses = [recorder.stop() for recorder in (*self._recorders, *self._replays)]
        for _, worker in self._snapshots:
            with contextlib.suppress(Exception):  # told in the status
                worker.join()
        return (*statuses, *self._lost_snapshots())

    def _lost_snapshots(self) -> list[RecordStatus]:
        return [
            RecordStatus(path, 0, 0, failure_text(path, worker.error))
            for path, worker in self._snapshots
            if worker.error is not None
        ]

    def _new_path(self, suffix: str, what: str = "") -> Path:
        path = timed_path(self._folder, suffix, self._named, what)
        self._named.add(path)  # its file comes only with the first frame
        if suffix == ".mp4":
            check_output(path)
        return path


def _finish(recorders: list[Recorder]) -> str:
    """Have those that record take no more frames; return their files' names."""
    running = [recorder for recorder in recorders if recorder.recording]
    for recorder in running:
        recorder.finish()
    return ", ".join(recorder.status.path.name for recorder in running)
