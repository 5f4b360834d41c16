import gc
import os
import sys
import threading
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from dreamstream.errors import RecordError
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.places import free_path
from dreamstream.record import Recordings
from dreamstream.record.pictures import save_snapshot
from dreamstream.record.recorder import Recorder
from dreamstream.ring import Ring
from dreamstream.size import Size
from tests.fakes import PATIENCE, MemoryWriter, frame


class SlowWriter(MemoryWriter):
    """Waits at each frame until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.first = threading.Event()
        self.go = threading.Event()

    def write(self, frame: object) -> None:
        self.first.set()
        assert self.go.wait(PATIENCE)
        super().write(frame)  # type: ignore[arg-type]


class Niceness(MemoryWriter):
    """A writer that sees how nice the thread is that writes."""

    seen = 99

    def write(self, frame: Frame) -> None:
        super().write(frame)
        self.seen = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a niceness of its own on Linux alone")
def test_a_recorder_is_as_nice_as_the_program() -> None:
    """Were it nicer, it would fall behind on a busy machine, and lose as much when it is killed."""
    ring, writer = Ring(4), Niceness()
    recorder = Recorder(ring.reader(), writer, Path("x.mp4")).start()
    ring.put(frame(1))
    recorder.stop()
    assert writer.seen == os.getpriority(os.PRIO_PROCESS, os.getpid())


def test_everything_put_before_the_stop_is_written() -> None:
    ring, writer = Ring(32), MemoryWriter()
    recorder = Recorder(ring.reader(), writer, Path("x.mp4")).start()
    for index in range(20):
        ring.put(frame(index))
    status = recorder.stop()
    assert [f.index for f in writer.frames] == list(range(20))
    assert writer.closed
    assert (status.written, status.dropped, status.failure) == (20, 0, "")
    assert status.seconds == writer.frames[-1].time - writer.frames[0].time == 19


def test_what_it_is_too_slow_for_is_counted_and_does_not_hold_up_the_ring() -> None:
    ring, writer = Ring(4), SlowWriter()
    recorder = Recorder(ring.reader(), writer, Path("x.mp4")).start()
    ring.put(frame(0))
    assert writer.first.wait(PATIENCE)
    for index in range(1, 20):
        ring.put(frame(index))
    writer.go.set()
    status = recorder.stop()
    assert status.dropped == 15
    assert [f.index for f in writer.frames] == [0, 16, 17, 18, 19]
    assert status.written + status.dropped == 20


def test_a_picture_that_stands_at_the_end_is_held_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now, held = [0.0], []

    class Standing:
        dropped, over = 0, False

        def read(self, timeout: float | None = None) -> Frame | None:
            if now[0] == 0:
                now[0] = 100.0
                return frame(1)
            now[0], self.over = 102.5, True  # the recording is ended two and a half seconds later
            return None

        def close(self) -> None:
            pass

    class Holder(MemoryWriter):
        def hold(self, time: float) -> None:
            held.append(time)

    monkeypatch.setattr("dreamstream.record.recorder.time", SimpleNamespace(monotonic=lambda: now[0]))
    Recorder(Standing(), Holder(), Path("x.mp4")).start().stop()
    assert held[-1] == pytest.approx(frame(1).time + 2.5)


def test_a_failing_writer_ends_the_recording_alone() -> None:
    ring, writer = Ring(8), MemoryWriter(fail_at=2)
    recorder = Recorder(ring.reader(), writer, Path("x.mp4")).start()
    for index in range(5):
        ring.put(frame(index))
    status = recorder.stop()
    assert status.written == 2
    assert status.failure == "x.mp4: No space left on device"
    assert writer.closed
    assert ring.statistics().readers == 0


def test_closing_the_ring_finishes_a_recording() -> None:
    ring, writer = Ring(8), MemoryWriter()
    recorder = Recorder(ring.reader(), writer, Path("x.mp4")).start()
    ring.put(frame(1))
    ring.close()
    assert recorder.stop().written == 1


class Halting:
    """A reader that has nothing new between its frames, as while a show is frozen."""

    dropped = 0

    def __init__(self, *given: Frame | None) -> None:
        self._given = list(given)

    @property
    def over(self) -> bool:
        return not self._given

    def read(self, timeout: float | None = None) -> Frame | None:
        assert timeout is not None
        return self._given.pop(0)

    def close(self) -> None:
        pass


def test_a_writer_hears_when_nothing_comes() -> None:
    class Held(MemoryWriter):
        def hold(self, time: float) -> None:
            held.append((len(self.frames), time))

    held: list[tuple[int, float]] = []
    recorder = Recorder(Halting(None, frame(1), None, None, frame(2)), Held(), Path("x.mp4")).start()
    assert recorder.stop().written == 2
    assert [count for count, _ in held] == [1, 1]
    assert held[0][1] <= held[1][1] < frame(2).time


def test_the_record_key_starts_and_ends_a_recording_of_a_new_name(tmp_path: Path) -> None:
    ring = Ring(8)
    recordings = Recordings(ring, tmp_path)
    assert recordings.toggle().startswith("recording dreamstream-")
    ring.put(frame(1, 50, Size(64, 48)))
    ring.put(frame(2, 60, Size(64, 48)))
    assert len(recordings.running) == 1
    assert "ended" in recordings.toggle()
    ring.put(frame(3, 70, Size(64, 48)))
    recordings.toggle()
    ring.put(frame(4, 70, Size(64, 48)))
    first, second = recordings.close()
    assert (first.written, second.written) == (2, 1)
    assert first.path != second.path
    assert first.path.exists()


def test_a_snapshot_carries_its_params(tmp_path: Path) -> None:
    recordings = Recordings(Ring(4), tmp_path)
    params = Params(transform="rotate")
    recordings.snapshot(frame(3, 90), {"dreamstream:params": params.model_dump_json()})
    recordings.close()
    (path,) = tmp_path.glob("*.png")
    with Image.open(path) as image:
        image.load()
        assert Params.model_validate_json(image.text["dreamstream:params"]) == params  # type: ignore[attr-defined]
        assert image.getpixel((0, 0)) == (90, 90, 90)


def test_a_snapshot_that_failed_is_told_at_the_end_and_ends_nothing(tmp_path: Path) -> None:
    recordings = Recordings(Ring(4), tmp_path / "gone")
    recordings.snapshot(frame(3), {})
    (status,) = recordings.close()
    assert "gone" in status.failure
    assert recordings.lost_snapshots == [status]  # which the operator is told of while the show goes on


def test_snapshots_that_are_written_hold_no_memory(tmp_path: Path) -> None:
    recordings = Recordings(Ring(4), tmp_path)
    pictures = []
    for index in range(1, 4):
        taken = frame(index)
        pictures.append(weakref.ref(taken.pixels))
        recordings.snapshot(taken, {})
        for thread in threading.enumerate():
            if thread.name == "snapshot":
                thread.join()
    del taken
    gc.collect()
    assert [picture() is None for picture in pictures] == [True, True, False]
    recordings.close()


def test_a_snapshot_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="nowhere"):
        save_snapshot(tmp_path / "nowhere" / "x.png", frame(1), {})


def test_a_free_path_takes_the_next_number(tmp_path: Path) -> None:
    (tmp_path / "dream.mp4").touch()
    (tmp_path / "dream-2.mp4").touch()
    assert free_path(tmp_path, "dream", ".mp4").name == "dream-3.mp4"
    assert free_path(tmp_path, "other", ".mp4").name == "other.mp4"
