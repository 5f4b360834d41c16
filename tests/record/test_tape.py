"""The sound of a live recording: what was heard as each picture was made, within a frame."""

import itertools
import threading
from pathlib import Path

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
    for number, part in enumerate(samples[: len(samples) // hop * hop].reshape(-1, hop)):
        tape.put(part, rate, begin + (number + 1) / 100 + (0 if late is None else late[number % len(late)]))


def read(tape: Tape, start: float, seconds: float) -> np.ndarray:
    blocks = itertools.islice(tape.since(start), round(seconds * 100))
    stereo = np.concatenate(list(blocks))
    assert np.array_equal(stereo[:, 0], stereo[:, 1])
    return stereo[:, 0]


def begins(samples: np.ndarray) -> list[float]:
    """When clicks begin, in seconds."""
    loud = np.abs(samples) > 0.3
    starts = np.flatnonzero(loud & ~np.roll(loud, 1)) / RATE
    return [time for time, before in zip(starts, [-1.0, *starts], strict=False) if time - before > 0.05]


@given(st.integers(0, 2**32 - 1), st.sampled_from([48_000, 44_100, 96_000]), st.floats(0, 0.5))
def test_what_was_heard_comes_at_its_time_however_unevenly_it_was_told(
    seed: int, rate: int, begin: float
) -> None:
    late = np.random.default_rng(seed).exponential(0.004, 500).clip(0, 0.03)
    tape = Tape(lambda: LONG_AGO)
    put(tape, clicks(4, [1.0, 2.0, 3.5], rate), 100.0, rate, late)
    found = begins(read(tape, 100 + begin, 3.9 - begin))
    assert found == pytest.approx([1 - begin, 2 - begin, 3.5 - begin], abs=0.03)


def test_what_was_not_heard_is_silence_and_nothing_behind_it_is_moved() -> None:
    tape = Tape(lambda: LONG_AGO)
    assert not read(tape, 5.0, 1.0).any()
    put(tape, clicks(1, [0.5]), 10.0)
    put(tape, clicks(1, [0.5]), 13.0)  # two seconds were lost
    assert begins(read(tape, 9.0, 5.0)) == pytest.approx([1.5, 4.5], abs=0.011)


def test_a_clock_of_its_own_that_runs_off_is_followed() -> None:
    """A device whose second is a thousandth short, for a quarter of an hour: 0.9 s if it were counted."""
    tape = Tape(lambda: LONG_AGO)
    time, length = 0.0, 0.999
    for _ in range(900):
        samples = clicks(1, [0.5])
        for number, part in enumerate(samples.reshape(100, 480)):
            tape.put(part, RATE, time + length * (number + 1) / 100)
        time += length
    now = round(time) - 3
    found = begins(read(tape, float(now), 2.0))
    expected = [t - now for t in ((n + 0.5) * length for n in range(900)) if now <= t < now + 2]
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
    assert (next(sound) == 0.25).all()
    started.set()
    assert (next(sound) == 0.5).all()
    thread.join(PATIENCE)


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
