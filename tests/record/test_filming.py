"""Pictures of a screen at a constant rate, whatever the screen's own."""

import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import RecordError
from dreamstream.frame import Frame
from dreamstream.record import Encoding, Filming, Recordings, Timing
from dreamstream.record.output import Conformed
from dreamstream.ring import Ring
from dreamstream.size import Size
from tests.fakes import MemoryWriter, frame, picture
from tests.record.films import difference, read


class Still:
    """A camera whose every picture is another grey, `late` screen frames after it was taken."""

    def __init__(self, late: int = 0, size: Size = Size(64, 48)) -> None:
        self.late, self.size = late, size
        self.times: list[float] = []
        self._taken: list[tuple[int, Frame]] = []
        self._turn = 0

    def shoot(self, time: float, size: Size | None = None) -> None:
        self.times.append(time)
        grey = len(self.times) % 200
        pixels = np.full((*self.size.shape, 3), grey, np.uint8)
        self._taken.append((self._turn, Frame(pixels, len(self.times), time)))

    def shots(self, all: bool = False) -> list[Frame]:
        self._turn += 1
        ready = [shot for turn, shot in self._taken if all or self._turn - turn > self.late]
        self._taken = self._taken[len(ready) :]
        return ready


@given(
    st.floats(1, 240), st.sampled_from([24.0, 25.0, 30.0, 60.0]), st.lists(st.floats(0, 0.9), min_size=200)
)
def test_pictures_lie_on_the_rate_s_own_times_and_none_comes_twice(
    screen: float, fps: float, jitter: list[float]
) -> None:
    filming, camera = Filming(fps), Still()
    filming.reader()
    times = [50 + (number + late) / screen for number, late in enumerate(jitter)]
    for now in times:
        filming.turn(camera, now)
    ticks = [(time - times[0]) * fps for time in camera.times]
    assert all(abs(tick - round(tick)) < 1e-6 for tick in ticks)
    assert all(b - a > 0.5 for a, b in pairwise(ticks))
    assert len(ticks) <= (times[-1] - times[0]) * fps + 2


@pytest.mark.parametrize(("screen", "fps", "each"), [(60, 30, 2), (60, 60, 1), (120, 30, 4), (60, 20, 3)])
def test_a_rate_that_divides_the_screen_s_takes_every_so_many_th(screen: int, fps: int, each: int) -> None:
    rng = np.random.default_rng(3)
    filming, camera = Filming(float(fps)), Still()
    filming.reader()
    taken = []
    for number in range(300):
        before = len(camera.times)
        filming.turn(camera, 1000 + (number + (rng.uniform(-0.2, 0.2) if number else 0)) / screen)
        taken += [number] * (len(camera.times) - before)
    assert taken == list(range(0, 300, each))


def test_nothing_is_taken_while_nobody_records() -> None:
    filming, camera = Filming(), Still()
    filming.turn(camera, 1.0)
    reader = filming.reader()
    filming.turn(camera, 2.0)
    reader.close()
    filming.turn(camera, 3.0)
    assert camera.times == [2.0]


def test_a_screen_that_stands_still_for_a_while_is_shown_on(tmp_path: Path) -> None:
    """From 1 s to 2 s no picture was drawn: the file has the one before, and is as long as the show was."""
    recordings = Recordings(Ring(8), tmp_path, encoding=Encoding("ffv1"), filming=Filming(20))
    recordings.start(tmp_path / "x.mkv", screen=True)
    camera = Still(late=2)
    for number in range(60):
        if not 20 <= number < 40:
            recordings.filming.turn(camera, 7 + number / 20)
    (status,) = recordings.close()
    shown = read(tmp_path / "x.mkv")
    assert (status.failure, status.dropped, status.written) == ("", 0, 40)
    assert [each.time for each in shown] == pytest.approx([n / 20 for n in range(60)], abs=1e-3)
    greys = [int(each.pixels[0, 0, 0]) for each in shown]
    assert greys == [*range(1, 21), *[20] * 20, *range(21, 41)]


def test_the_key_starts_and_ends_a_recording_of_the_screen_beside_the_dream_s(tmp_path: Path) -> None:
    ring = Ring(8)
    recordings = Recordings(ring, tmp_path, Timing())
    recordings.start(tmp_path / "dream.mp4")
    message = recordings.toggle(screen=True)
    assert message.startswith("recording the screen to dreamstream-")
    assert message.endswith("-screen.mp4")
    camera = Still(late=2)
    for number in range(9):
        recordings.filming.turn(camera, number / 30)
    assert "ended" in recordings.toggle(screen=True)
    ring.put(frame(1, 90, Size(64, 48)))
    assert [status.path.name for status in recordings.running] == ["dream.mp4"]
    dream, screen = recordings.close()
    assert (dream.written, screen.written) == (1, 9), "also those that were on their way"


def test_a_recorder_that_is_too_slow_loses_pictures_and_not_memory() -> None:
    filming, camera = Filming(), Still(size=Size(1920, 1080))
    reader = filming.reader()
    tracemalloc.start()
    for number in range(120):
        filming.turn(camera, number / 30)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 140 * 2**20
    read = reader.read()
    assert read is not None
    assert reader.dropped == read.index - 1 > 60


def test_pictures_of_other_sizes_are_scaled_into_the_first_one_s() -> None:
    writer = MemoryWriter()
    sized = Conformed(writer, Path("x.mp4"), None, None)
    canvas = picture(90, 160)
    larger = np.kron(canvas.astype(np.uint8), np.ones((2, 2, 1), np.uint8)).astype(np.uint8)
    sized.write(Frame.of(canvas, 1, None, 0.0))
    sized.write(Frame(larger, 2, 0.1))
    sized.write(Frame(np.full((90, 90, 3), 200, np.uint8), 3, 0.2))
    assert [each.size for each in writer.frames] == [(160, 90)] * 3
    assert difference(writer.frames[1].pixels, writer.frames[0].pixels) < 0.6
    square = writer.frames[2].pixels
    assert square[:, 35:125].min() == 200
    assert square[:, :35].max() == square[:, 125:].max() == 0


def test_at_a_constant_rate_nothing_is_written_behind_a_frame_that_failed() -> None:
    writer = MemoryWriter(fail_at=2)
    conformed = Conformed(writer, Path("x.mp4"), None, 10.0)
    with pytest.raises(RecordError, match=r"x\.mp4: No space left on device"):
        for index in range(1, 9):
            conformed.write(frame(index, time=index / 10))
    conformed.close()
    assert writer.closed
    assert len(writer.frames) == 2
