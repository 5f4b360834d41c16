"""The last seconds, kept: bounded in time and in bytes, and saved whole."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dreamstream.frame import Frame
from dreamstream.record import Recordings
from dreamstream.record.replay_buffer import CompressedFrame, ReplayBuffer
from dreamstream.ring import Ring
from tests.fakes import PATIENCE, frame, picture
from tests.record.films import difference, film, read


def filled(frames: list[Frame], seconds: float, limit: int = 2**30) -> ReplayBuffer:
    buffer = ReplayBuffer(seconds, limit)
    for each in frames:
        buffer.write(each)
    return buffer


def wait_until(done: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.002)


def all_read(ring: Ring) -> bool:
    return ring.statistics().readers == 0


def test_what_is_older_than_the_seconds_goes() -> None:
    buffer = filled(film(100, 24, 32, fps=10), 3.0)
    times = [each.time for each in buffer.frames()]
    assert len(times) == 31
    assert times[-1] - times[0] == pytest.approx(3.0)
    assert buffer.bytes == sum(len(each.data) for each in buffer.frames())


def test_the_bytes_are_bounded_whatever_is_dreamt() -> None:
    rng = np.random.default_rng(0)
    noise = [Frame(rng.integers(0, 256, (48, 64, 3), dtype=np.uint8), i, i / 100) for i in range(200)]
    buffer = filled(noise, 1000.0, 100_000)
    assert 80_000 < buffer.bytes <= 100_000
    assert buffer.frames()[-1].index == 199


def test_a_kept_frame_looks_like_the_frame() -> None:
    before = Frame.of(picture(126, 224), 7, None, 1.5)
    after = CompressedFrame.of(before).frame()
    assert (after.index, after.time, after.size) == (7, 1.5, before.size)
    assert difference(after.pixels, before.pixels) < 1.5
    assert not after.pixels.flags.writeable


def test_saving_writes_the_last_seconds_and_the_end_waits_for_it(tmp_path: Path) -> None:
    ring = Ring(256)
    recordings = Recordings(ring, tmp_path)
    assert "start with --keep" in recordings.save_replay()
    recordings.start_buffer(2.0)
    assert recordings.save_replay() == "no frame is kept yet"
    frames = film(80, 64, 64, fps=20)
    for each in frames:
        ring.put(each)
    ring.close()
    wait_until(lambda: all_read(ring))
    text = recordings.save_replay()
    (status,) = recordings.close()
    assert text == f"saving the last 2 s to {status.path.name}"
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
    recordings.start_buffer(10.0)
    for each in film(30, 64, 64, fps=20):
        ring.put(each)
    ring.close()
    wait_until(lambda: all_read(ring))
    recordings.save_replay()
    assert recordings.toggle().startswith("recording dreamstream-")
    replay = [status for status in recordings.close() if "replay" in status.path.name]
    assert replay[0].written == 30


def test_a_frame_that_cannot_be_kept_ends_the_keeping_and_is_told(tmp_path: Path) -> None:
    ring = Ring(8)
    recordings = Recordings(ring, tmp_path)
    recordings.start_buffer(5.0)
    ring.put(Frame(np.zeros((0, 0, 3), np.uint8), 1, 0.0))
    wait_until(lambda: recordings.save_replay() != "no frame is kept yet")
    assert recordings.save_replay().startswith("nothing is kept any more: ")
    ring.put(frame(2))
    assert recordings.close() == ()
