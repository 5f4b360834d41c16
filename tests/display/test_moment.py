import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.display import Playhead
from dreamstream.frame import Frame
from tests.fakes import FakeClock, frame


class Film:
    """A playhead at 60 screen frames a second, with dreamed frames that arrive when they are told to."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.playhead = Playhead(self.clock)
        self.frames: list[Frame] = [frame(0, time=self.clock())]
        self.places: list[float] = []
        self.due = 0.0

    def dream(self) -> None:
        self.frames.append(frame(len(self.frames), time=self.clock() + self.due / 60))

    def run(self, seconds: float, hold: bool = False) -> None:
        self.due += seconds * 60
        while self.due >= 1:
            self.due -= 1
            self.clock.advance(1 / 60)
            moment = self.playhead.moment(self.frames[-8:], hold)
            self.places.append(self.playhead.place)
            assert moment.t >= 0
            assert moment.earlier.index in (moment.later.index, moment.later.index - 1)

    def run_dreaming(self, rate: float, count: int, wobble: float = 0.0) -> None:
        rng = np.random.default_rng(0)
        for _ in range(count):
            self.dream()
            self.run(1 / rate * (1 + wobble * rng.uniform(-1, 1)))


def test_before_the_first_dream_the_source_stands_still() -> None:
    film = Film()
    film.run(3)
    moment = film.playhead.moment(film.frames)
    assert moment.later.index == 0
    assert film.playhead.place == 0


@pytest.mark.parametrize("rate", [2.0, 7.0, 25.0])
def test_at_a_steady_rate_the_motion_is_steady_and_one_interval_behind(rate: float) -> None:
    film = Film()
    film.run_dreaming(rate, round(8 * rate))
    film.places.clear()
    film.run_dreaming(rate, round(4 * rate))
    steps = np.diff(film.places)
    assert steps.mean() == pytest.approx(rate / 60, rel=0.05)
    assert steps.std() < 0.15 * steps.mean()
    lag = len(film.frames) - 1 - film.places[-1]
    assert -0.3 < lag < 1.3


def test_jitter_in_arrival_is_absorbed() -> None:
    film = Film()
    film.run_dreaming(8, 80, wobble=0.3)
    film.places.clear()
    film.run_dreaming(8, 40, wobble=0.3)
    steps = np.diff(film.places)
    assert steps.min() > 0
    assert steps.max() < 2.5 * steps.mean()


def test_a_late_dreamer_does_not_stop_the_motion() -> None:
    film = Film()
    film.run_dreaming(10, 30)
    film.places.clear()
    film.run(4)
    steps = np.diff(film.places)
    assert steps.min() > 0
    newest = film.frames[-1].index
    assert newest < film.places[-1] < newest + 4, "but it slows down rather than run away"
    film.run_dreaming(10, 30)
    assert np.diff(film.places).min() >= 0, "and never goes back"
    assert film.frames[-1].index - film.places[-1] > -0.5


def test_after_a_long_pause_of_the_screen_it_jumps_to_the_newest() -> None:
    film = Film()
    film.run_dreaming(10, 20)
    for _ in range(40):
        film.dream()
    film.run(0.5)
    assert film.frames[-1].index - film.playhead.place < 3


def test_holding_stands_still_and_then_goes_on_from_there() -> None:
    film = Film()
    film.run_dreaming(10, 20)
    before = film.playhead.place
    film.run(5, hold=True)
    assert film.playhead.place == before
    film.run(1 / 60)
    assert 0 < film.playhead.place - before < 1


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.005, 1.5), min_size=2, max_size=20))
def test_it_never_goes_back_whatever_the_dreamer_does(intervals: list[float]) -> None:
    film = Film()
    for interval in intervals:
        film.dream()
        film.run(interval)
    assert all(b >= a for a, b in zip(film.places, film.places[1:], strict=False))
