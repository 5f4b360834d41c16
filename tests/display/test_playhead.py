from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.display import Playhead
from dreamstream.frame import Frame
from dreamstream.transforms import IDENTITY
from tests.fakes import FakeClock, frame


class Film:
    """A playhead at 60 screen frames a second, with dreamed frames that arrive when they are told to."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self.clock = FakeClock()
        self.playhead = Playhead(self.clock)
        self.frames: list[Frame] = [frame(0, time=self.clock())]
        self.places: list[float] = []
        self.lags: list[float] = []
        self.due = 0.0

    def dream(self) -> None:
        self.frames.append(frame(len(self.frames), time=self.clock() + self.due / 60))

    def forget(self) -> None:
        self.places.clear()
        self.lags.clear()

    def run(self, seconds: float, hold: bool = False) -> None:
        self.due += seconds * 60
        while self.due >= 1:
            self.due -= 1
            self.clock.advance(1 / 60)
            moment = self.playhead.moment(self.frames[-8:], hold)
            self.places.append(self.playhead.place)
            self.lags.append(self.frames[-1].index - self.playhead.place)
            assert 0 <= moment.t <= 1
            assert moment.earlier.index in (moment.later.index, moment.later.index - 1)

    def run_dreaming(self, rate: float, count: int, wobble: float = 0.0) -> None:
        for _ in range(count):
            self.dream()
            self.run(1 / rate * (1 + wobble * self.rng.uniform(-1, 1)))


def test_before_the_first_dream_the_source_stays_and_breathes() -> None:
    film = Film()
    film.run(3)
    moment = film.playhead.moment(film.frames)
    assert moment.later.index == 0
    assert film.playhead.place == 0
    assert moment.residual.affine is not IDENTITY


@pytest.mark.parametrize("rate", [1.0, 2.0, 7.0, 25.0, 45.0])
def test_at_a_steady_rate_the_motion_is_steady_and_one_interval_behind(rate: float) -> None:
    film = Film()
    film.run_dreaming(rate, round(8 * rate) + 8)
    film.forget()
    film.run_dreaming(rate, round(4 * rate) + 4)
    steps = np.diff(film.places)
    assert steps == pytest.approx(rate / 60, rel=0.02)
    assert min(film.lags) > 0
    assert max(film.lags) < 1.3


@pytest.mark.parametrize("rate", [1.0, 3.0, 10.0, 24.0, 45.0])
@pytest.mark.parametrize(("wobble", "bend", "dry"), [(0.2, 0.25, 0.01), (0.4, 0.8, 0.03)])
def test_jitter_in_arrival_is_absorbed(rate: float, wobble: float, bend: float, dry: float) -> None:
    """The speed bends by less than jitter would have it, and frames hardly ever run out: the bounds."""
    film = Film()
    film.run_dreaming(rate, 40, wobble=wobble)
    film.forget()
    film.run_dreaming(rate, 200, wobble=wobble)
    steps = np.diff(film.places) * 60 / rate
    assert np.quantile(abs(steps - 1), 0.98) < bend
    assert (np.array(film.lags) == 0).mean() < dry
    assert max(film.lags) < 2


@settings(deadline=None, max_examples=30)
@given(st.floats(0.7, 40), st.floats(0.7, 40), st.floats(0, 0.3), st.integers(0, 99))
def test_after_a_change_of_rate_it_keeps_pace_again(a: float, b: float, wobble: float, seed: int) -> None:
    film = Film(seed)
    film.run_dreaming(a, 30, wobble=wobble)
    film.run_dreaming(b, 25, wobble=wobble)
    film.forget()
    film.run_dreaming(b, 20, wobble=wobble)
    steps = np.diff(film.places) * 60 / b
    assert steps.mean() == pytest.approx(1, abs=0.2)
    assert max(film.lags) < 2
    assert (np.array(film.lags) == 0).mean() < 0.1


def test_a_late_dreamer_does_not_stop_the_motion() -> None:
    film = Film()
    film.run_dreaming(10, 30)
    film.run(4)
    newest = film.frames[-1].index
    assert film.places[-1] == newest
    film.run_dreaming(10, 30)
    assert np.diff(film.places).min() >= 0, "and never goes back"
    assert 0 < film.frames[-1].index - film.places[-1] < 2


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
def test_it_never_goes_back_nor_ahead_and_soon_is_near_whatever_the_dreamer_does(
    intervals: list[float],
) -> None:
    film = Film()
    for interval in intervals:
        film.dream()
        film.run(interval)
        assert interval < 0.3 or film.lags[-1] < 2
    assert all(b >= a for a, b in pairwise(film.places))
    assert min(film.lags, default=0) >= 0
