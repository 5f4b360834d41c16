"""The last seconds, kept: bounded in time and in bytes, and saved whole."""

from pathlib import Path

import numpy as np
import pytest

from dreamstream.frame import Frame
from dreamstream.record import Recordings
from dreamstream.record.kept import Kept, KeptFrame
from dreamstream.ring import Ring
from tests.fakes import frame, picture
from tests.record.films import difference, film, read


class Given:
    """A reader of frames that are there already."""

    end = None

    def __init__(self, frames: list[Frame]) -> None:
        self.dropped = 0
        self._frames = iter(frames)

    def read(self, timeout: float | None = None) -> Frame | None:
        return next(self._frames, None)

    def close(self) -> None:
        pass


def kept(frames: list[Frame], seconds: float, limit: int = 2**30) -> Kept:
    keeper = Kept(Given(frames), seconds, limit)
    keeper.start()._worker.join()  # the reader has an end
    return keeper


def test_what_is_older_than_the_seconds_goes() -> None:
    keeper = kept(film(100, 24, 32, fps=10), 3.0)
    times = [each.time for each in keeper.frames()]
    assert len(times) == 31
    assert times[-1] - times[0] == pytest.approx(3.0)
    assert keeper.bytes == sum(len(each.data) for each in keeper.frames())


def test_the_bytes_are_bounded_whatever_is_dreamt() -> None:
    rng = np.random.default_rng(0)
    noise = [Frame(rng.integers(0, 256, (48, 64, 3), dtype=np.uint8), i, i / 100) for i in range(200)]
    keeper = kept(noise, 1000.0, 100_000)
    assert 80_000 < keeper.bytes <= 100_000
    assert keeper.frames()[-1].index == 199


def test_a_kept_frame_looks_like_the_frame() -> None:
    before = Frame.of(picture(126, 224), 7, None, 1.5)
    after = KeptFrame.of(before).frame()
    assert (after.index, after.time, after.size) == (7, 1.5, before.size)
    assert difference(after.pixels, before.pixels) < 1.5
    assert not after.pixels.flags.writeable


def test_saving_writes_the_last_seconds_and_the_end_waits_for_it(tmp_path: Path) -> None:
    ring = Ring(256)
    recordings = Recordings(ring, tmp_path)
    assert "start with --keep" in recordings.save_kept()
    recordings.keep(2.0)
    assert recordings.save_kept() == "no frame is kept yet"
    frames = film(80, 64, 64, fps=20)
    for each in frames:
        ring.put(each)
    keeper = recordings._kept
    assert keeper is not None
    ring.close()
    keeper._worker.join()
    words = recordings.save_kept()
    (status,) = recordings.close()
    assert words == f"saving the last 2 s to {status.path.name}"
    assert status.path.name.endswith("-replay.mp4")
    assert recordings.ended == [status], "what has ended gets a copy of the score"
    assert (status.first, status.last) == (frames[-41].index, frames[-1].index)
    shown = read(status.path)
    assert len(shown) == status.written == 41
    assert shown[-1].time == pytest.approx(2.0, abs=0.002)
    assert difference(shown[-1].pixels, frames[-1].pixels) < 6


def test_the_record_key_leaves_a_replay_that_is_being_saved_alone(tmp_path: Path) -> None:
    ring = Ring(64)
    recordings = Recordings(ring, tmp_path)
    recordings.keep(10.0)
    for each in film(30, 64, 64, fps=20):
        ring.put(each)
    ring.close()
    assert recordings._kept is not None
    recordings._kept._worker.join()
    recordings.save_kept()
    assert recordings.toggle().startswith("recording dreamstream-")
    replay = [status for status in recordings.close() if "replay" in status.path.name]
    assert replay[0].written == 30


def test_a_frame_that_cannot_be_kept_ends_the_keeping_and_is_told(tmp_path: Path) -> None:
    ring = Ring(8)
    recordings = Recordings(ring, tmp_path)
    recordings.keep(5.0)
    ring.put(Frame(np.zeros((0, 0, 3), np.uint8), 1, 0.0))
    assert recordings._kept is not None
    with pytest.raises(Exception, match=r".+"):
        recordings._kept._worker.join()
    assert recordings.save_kept().startswith("nothing is kept any more: ")
    ring.put(frame(2))
    assert recordings.close() == ()
