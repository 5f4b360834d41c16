"""All recordings of one show: started, ended and counted in one place, snapshots and replays among them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from dreamstream.frame import Frame
from dreamstream.record.filming import Filming
from dreamstream.record.output import check_output, open_writer, timed_path
from dreamstream.record.pictures import save_snapshot
from dreamstream.record.recorder import Recorder, RecordStatus, failure_text
from dreamstream.record.replay_buffer import ReplayBuffer, ReplayReader
from dreamstream.record.tape import Tape
from dreamstream.record.writer import Encoding, Timing
from dreamstream.ring import Ring
from dreamstream.worker import Worker


class Recordings:
    """Recorders of a ring and of the screen; those without a path of their own go to `folder`.

    What a show hears comes from its `tape`, in the frames' own time.
    For the main thread.
    """

    def __init__(
        self,
        ring: Ring,
        folder: Path,
        timing: Timing | None = None,
        encoding: Encoding | None = None,
        filming: Filming | None = None,
        tape: Tape | None = None,
    ) -> None:
        self._ring, self._folder = ring, folder
        self._timing, self._encoding = timing or Timing(), encoding or Encoding()
        self.filming, self._tape = filming or Filming(), tape
        self._dreams: list[Recorder] = []
        self._screens: list[Recorder] = []
        self._replays: list[Recorder] = []
        self._buffer: tuple[ReplayBuffer, Recorder] | None = None
        self._snapshots: list[Worker] = []
        self.lost_snapshots: list[RecordStatus] = []
        """Those that could not be written."""
        self._named: set[Path] = set()

    def start(self, path: Path, screen: bool = False, encoding: Encoding | None = None) -> None:
        """Record the dream from the next frame on, or what the screen shows, from its next picture on."""
        encoding = encoding or self._encoding
        if screen:
            timing = Timing(self.filming.fps, self._timing.loop, real_time=True)
            writer = open_writer(path, timing, replace(encoding, hurry=True), self.filming.size)
            self._screens.append(Recorder(self.filming.reader(), writer, path, self._tape).start())
        else:
            writer = open_writer(path, self._timing, encoding)
            self._dreams.append(Recorder(self._ring.reader(), writer, path, self._tape).start())

    def start_buffer(self, seconds: float) -> None:
        """Keep the last seconds from now on, for `save_replay`."""
        buffer = ReplayBuffer(seconds)
        self._buffer = buffer, Recorder(self._ring.reader(), buffer, Path("replay buffer")).start()

    def toggle(self, screen: bool = False) -> str:
        """End what is recorded of the dream, or start a recording named by date and time; say which.

        Likewise of the `screen`.
        """
        if screen:
            self.filming.flush()
        running = [each for each in (self._screens if screen else self._dreams) if each.recording]
        for recorder in running:
            recorder.finish()  # it takes no more frames
        if running:
            names = ", ".join(recorder.status.path.name for recorder in running)
            return f"recording{' of the screen' if screen else ''} ended: {names}"
        path = self._new_video("-screen" if screen else "")
        self.start(path, screen, self._new_encoding)
        return f"recording {'the screen to ' if screen else ''}{path.name}"

    def save_replay(self) -> str:
        """Write the last seconds to a file, in a thread of its own; return a message."""
        if self._buffer is None:
            return "nothing is kept to be saved; start with --keep 30 for the last 30 seconds"
        buffer, recorder = self._buffer
        if failure := recorder.status.failure:
            return f"nothing is kept any more: {failure}"
        frames = buffer.frames()
        if not frames:
            return "no frame is kept yet"
        path = self._new_video("-replay")
        writer = open_writer(path, self._timing, self._new_encoding)
        replay = Recorder(ReplayReader(frames), writer, path, self._tape, frames[-1].time)
        self._replays.append(replay.start())
        return f"saving the last {frames[-1].time - frames[0].time:.0f} s to {path.name}"

    def snapshot(
        self, frame: Frame, text: Mapping[str, str], more: Callable[[], Mapping[str, str]] = dict
    ) -> str:
        """Write a frame as PNG, in a thread of its own, which asks for `more` text; return a message."""
        path = self._new_path(".png")

        def save(stopping: threading.Event) -> None:
            try:
                save_snapshot(path, frame, {**text, **more()})
            except Exception as error:  # the show goes on
                self.lost_snapshots.append(RecordStatus(path, 0, 0, failure_text(path, error)))

        # a finished worker still holds its picture, and there may be hundreds in a night
        self._snapshots = [worker for worker in self._snapshots if worker.alive]
        self._snapshots.append(Worker("snapshot", save).start())
        return f"snapshot {path.name}"

    @property
    def running(self) -> list[RecordStatus]:
        """What is being recorded now."""
        return [recorder.status for recorder in (*self._dreams, *self._screens) if recorder.recording]

    @property
    def writing(self) -> list[Path]:
        """The files that are not finished yet."""
        return [recorder.status.path for recorder in self._recorders if not recorder.ended]

    @property
    def ended(self) -> list[RecordStatus]:
        """The recordings whose files are finished or have failed, replays among them."""
        return [recorder.status for recorder in self._recorders if recorder.ended]

    @property
    def _recorders(self) -> list[Recorder]:
        return [*self._dreams, *self._screens, *self._replays]

    def close(self) -> tuple[RecordStatus, ...]:
        """Finish every file; return what became of each recording, and of each snapshot that failed."""
        self.filming.close()
        if self._buffer is not None:
            self._buffer[1].stop()
        statuses = [recorder.stop() for recorder in self._recorders]
        for worker in self._snapshots:
            worker.join()
        return (*statuses, *self.lost_snapshots)

    @property
    def _new_encoding(self) -> Encoding:
        """That of a video of no given name: a codec that was chosen need not go into an mp4."""
        return Encoding(quality=self._encoding.quality, encoder=self._encoding.encoder)

    def _new_video(self, label: str = "") -> Path:
        path = self._new_path(".mp4", label)
        check_output(path, encoding=self._new_encoding)
        return path

    def _new_path(self, suffix: str, label: str = "") -> Path:
        path = timed_path(self._folder, suffix, self._named, label)
        self._named.add(path)  # its file is created only with the first frame
        return path
