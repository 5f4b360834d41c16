"""The sound of a live recording: what was heard as each picture was made, within a frame."""

import itertools
import threading
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.frame import Frame
from dreamstream.record import Recordings, Tape, Timing
from dreamstream.record.filming import Filming
from dreamstream.ring import Ring
from dreamstream.size import Size
from tests.fakes import PATIENCE
from tests.record.test_replay_buffer import wait_until
from tests.record.test_sound import heard, seen

RATE = 48_000
LONG_AGO = 1e9  # what a clock says when all that is read was heard long before


def clicks(seconds: float, times: list[float], rate: int = RATE) -> np.ndarray:
    samples = np.zeros(round(seconds * rate), np.float32)
    for time in times:
        samples[round(time * rate) :][:200] = 0.8
    return samples


def put(
    tape: Tape, samples: np.ndarray, begin: float, rate: int = RATE, late: np.ndarray | None = None
) -> None:
    """Put samples that begin at a time, a hundredth of a second at a time, each told a little late."""
    hop = rate // 100
    both = np.stack([samples, -samples / 2], 1)[: len(samples) // hop * hop]
    for number, part in enumerate(both.reshape(-1, hop, 2)):
        tape.put(part, rate, begin + (number + 1) / 100 + (0 if late is None else late[number % len(late)]))


def read(tape: Tape, start: float, seconds: float) -> np.ndarray:
    blocks = itertools.islice(tape.since(start), round(seconds * 100))
    stereo = np.concatenate(list(blocks))
    assert np.allclose(stereo[:, 1], -stereo[:, 0] / 2, atol=1e-3)
    return stereo[:, 0]


def begins(samples: np.ndarray, rate: int = RATE) -> list[float]:
    """When clicks begin, in seconds."""
    loud = np.abs(samples) > 0.3
    starts = np.flatnonzero(loud & ~np.roll(loud, 1)) / rate
    return [time for time, before in zip(starts, [-1.0, *starts], strict=False) if time - before > 0.05]


@given(st.integers(0, 2**32 - 1), st.sampled_from([48_000, 44_100, 96_000]), st.floats(0, 0.5))
def test_what_was_heard_comes_at_its_time_however_unevenly_it_was_told(
    seed: int, rate: int, begin: float
) -> None:
    late = np.random.default_rng(seed).exponential(0.004, 500).clip(0, 0.03)
    tape = Tape(lambda: LONG_AGO)
    put(tape, clicks(4, [1.0, 2.0, 3.5], rate), 100.0, rate, late)
    assert tape.rate == rate
    found = begins(read(tape, 100 + begin, 3.9 - begin), rate)
    assert found == pytest.approx([1 - begin, 2 - begin, 3.5 - begin], abs=0.03)


def test_what_was_not_heard_is_silence_and_nothing_behind_it_is_moved() -> None:
    tape = Tape(lambda: LONG_AGO)
    assert not read(tape, 5.0, 1.0).any()
    put(tape, clicks(1, [0.5]), 10.0)
    put(tape, clicks(1, [0.5]), 13.0)  # two seconds were lost
    assert begins(read(tape, 9.0, 5.0)) == pytest.approx([1.5, 4.5], abs=0.011)


@pytest.mark.parametrize("before", [True, False])
def test_another_device_s_rate_becomes_the_first_one_s(before: bool) -> None:
    tape = Tape(lambda: LONG_AGO)
    if before:
        assert tape.rate == RATE, "asked for before anything is heard"
    put(tape, clicks(1, [0.5]), 10.0)
    put(tape, clicks(1, [0.5], 44_100), 11.0, 44_100)
    assert tape.rate == RATE
    assert begins(read(tape, 10.0, 2.0)) == pytest.approx([0.5, 1.5], abs=0.011)


def test_a_clock_of_its_own_that_runs_off_is_followed() -> None:
    """A device whose second is three thousandths short, for five minutes: 0.9 s if it were counted."""
    tape = Tape(lambda: LONG_AGO)
    time, length = 0.0, 0.997
    for _ in range(300):
        samples = clicks(1, [0.5])
        for number, part in enumerate(samples.reshape(100, 480)):
            tape.put(np.stack([part, -part / 2], 1), RATE, time + length * (number + 1) / 100)
        time += length
    now = round(time) - 3
    found = begins(read(tape, float(now), 2.0))
    expected = [t - now for t in ((n + 0.5) * length for n in range(300)) if now <= t < now + 2]
    assert found == pytest.approx(expected, abs=0.03)


def test_what_is_on_its_way_is_waited_for() -> None:
    tape, started = Tape(lambda: 100.0), threading.Event()

    def later() -> None:
        started.wait(PATIENCE)
        put(tape, np.full(960, 0.5, np.float32), 99.99)

    thread = threading.Thread(target=later)
    thread.start()
    put(tape, np.full(480, 0.25, np.float32), 99.98)
    sound = tape.since(99.98)
    assert (next(sound)[:, 0] == 0.25).all()
    started.set()
    assert (next(sound)[:, 0] == 0.5).all()
    thread.join(PATIENCE)


def sides(path: Path) -> tuple[list[list[float]], int]:
    """When clicks begin on each side of a video's sound, and its rate."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        both = np.concatenate([each.to_ndarray() for each in container.decode(audio=0)], 1)
    return [begins(side, rate) for side in both], rate


def test_a_replay_s_last_sound_is_waited_for() -> None:
    tape = Tape(lambda: 100.0)
    put(tape, np.full(RATE, 0.25, np.float32), 98.9)
    thread = threading.Thread(target=put, args=(tape, np.full(RATE, 0.5, np.float32), 99.9))
    sound = tape.since(99.0, 99.95)
    thread.start()
    (both,) = sound
    thread.join(PATIENCE)
    assert len(both) == round(1.45 * RATE)
    assert (both[: RATE * 8 // 10, 0] == 0.25).all()
    assert (both[RATE:, 0] == 0.5).all()


@pytest.mark.parametrize("rate", [48_000, 44_100])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_each_side_is_heard_by_itself_at_the_rate_it_came_at(tmp_path: Path, suffix: str, rate: int) -> None:
    ring, tape = Ring(80), Tape(lambda: LONG_AGO)
    both = np.stack([clicks(3, [1.5], rate), clicks(3, [2.5], rate)], 1)
    for number, part in enumerate(both.reshape(-1, rate // 100, 2)):
        tape.put(part, rate, 100 + (number + 1) / 100)
    recordings = Recordings(ring, tmp_path, tape=tape)
    recordings.start(tmp_path / f"x{suffix}")
    for number in range(50):
        ring.put(Frame(np.zeros((48, 64, 3), np.uint8), number + 1, 101 + number / 25))
    (status,) = recordings.close()
    (left, right), written = sides(status.path)
    assert (left, right) == (pytest.approx([0.5], abs=0.02), pytest.approx([1.5], abs=0.02))
    assert written == (rate if suffix == ".mp4" else 48_000)


@pytest.mark.parametrize("seconds", [30.0, 3.0])
def test_a_saved_replay_has_the_sound_of_its_stretch(tmp_path: Path, seconds: float) -> None:
    """Of forty seconds with a flash and a click in every third; what comes while it is saved is not in it."""
    ring, tape = Ring(2000), Tape(lambda: 41.0, seconds)
    put(tape, clicks(42, list(range(1, 42, 3))), 0.0)
    recordings = Recordings(ring, tmp_path, tape=tape)
    recordings.start_buffer(seconds)
    for number in range(400):
        grey = 250 if number % 30 == 10 else 20
        ring.put(Frame(np.full((48, 64, 3), grey, np.uint8), number + 1, number / 10))
    ring.close()
    wait_until(lambda: ring.statistics().readers == 0)
    recordings.save_replay()
    (status,) = recordings.close()
    times, lights = seen(status.path)
    flashes = [time for time, light in zip(times, lights, strict=True) if light > 128]
    (left, _), _ = sides(status.path)
    assert len(flashes) == seconds / 3
    assert left == pytest.approx(flashes, abs=0.04)
    assert heard(status.path)[1] == pytest.approx(seconds + 0.1, abs=0.05)


@pytest.mark.parametrize("screen", [False, True])
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".gif"])
def test_a_flash_comes_with_its_click(tmp_path: Path, screen: bool, suffix: str) -> None:
    ring, tape, filming = Ring(80), Tape(lambda: LONG_AGO), Filming(25.0, Size(64, 48))
    put(tape, clicks(4, [2.2]), 100.0)
    recordings = Recordings(ring, tmp_path, Timing(), filming=filming, tape=tape)
    recordings.start(tmp_path / f"x{suffix}", screen=screen)
    for number in range(50):
        grey = 250 if number == 30 else 20
        frame = Frame(np.full((48, 64, 3), grey, np.uint8), number + 1, 101 + number / 25)
        (filming._ring if screen else ring).put(frame)
    (status,) = recordings.close()
    assert (status.failure, status.written) == ("", 50)
    if suffix == ".gif":
        return
    times, lights = seen(status.path)
    click, end, _ = heard(status.path)
    assert times[int(np.argmax(lights))] == pytest.approx(1.2, abs=0.002)
    assert click == pytest.approx(1.2, abs=0.04), "within a frame"
    assert end == pytest.approx(2.0, abs=0.05)
