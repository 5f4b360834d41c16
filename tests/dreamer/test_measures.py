"""What a dream and its source measure, by real frames and a real dreamer."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls import Board
from dreamstream.dreamer.measures import Measures
from dreamstream.frame import Frame
from dreamstream.params import ParamStore
from dreamstream.size import Size
from tests.dreamer.dreamers import PARAMS, dreamer_of
from tests.fakes import ListSource, frame, picture, still

NAMES = ("dream:brightness", "dream:motion", "dream:novelty", "camera:motion")


class Measured:
    """Measures that are all wanted; frames come 20 a second."""

    def __init__(self, wanted: Sequence[str] = NAMES) -> None:
        self.board = Board()
        for name in wanted:
            self.board.inlet(name)
        self.measures, self.count = Measures(self.board), 0

    def see(self, canvas: np.ndarray) -> None:
        self.count += 1
        self.measures.dreamt(Frame.of(canvas, self.count, None, self.count / 20))

    def at(self, name: str) -> float:
        return self.board.inlet(name).value


def colour(*rgb: float) -> np.ndarray:
    return np.full((48, 64, 3), rgb, np.float32)


@pytest.mark.parametrize(
    ("rgb", "luma"), [((0, 0, 0), 0), ((255, 255, 255), 1), ((0, 255, 0), 0.7152), ((128, 128, 128), 0.502)]
)
def test_brightness_is_the_mean_luma(rgb: tuple[float, ...], luma: float) -> None:
    measured = Measured()
    measured.see(colour(*rgb))
    assert measured.at("dream:brightness") == pytest.approx(luma, abs=2e-3)


def test_motion_is_none_in_what_stands_still_and_more_in_a_cut_than_in_a_drift() -> None:
    measured, large = Measured(), picture(200, 300)
    motions = []
    for canvas in (large, large, np.roll(large, 2, axis=1), np.roll(large, 12, axis=1), 255 - large):
        measured.see(canvas)
        motions.append(measured.at("dream:motion"))
    assert motions[:2] == [0, 0]
    assert 0 < motions[2] < motions[3] < motions[4]
    assert motions[4] > 0.8


def test_what_was_seen_for_a_while_is_not_new_and_what_is_seen_again_less_than_what_never_was() -> None:
    measured, (first, second, third) = Measured(), (picture(seed=seed) for seed in range(3))
    measured.see(first)
    assert measured.at("dream:novelty") == 0
    measured.see(second)
    new = measured.at("dream:novelty")
    assert new > 0.3
    for _ in range(20 * 20):
        measured.see(second)
    assert measured.at("dream:novelty") < 0.1 * new
    for _ in range(20 * 2):
        measured.see(first)
    measured.see(second)
    again = measured.at("dream:novelty")
    measured.see(third)
    assert 0 < again < measured.at("dream:novelty")


@given(
    st.lists(
        st.tuples(st.integers(0, 255), st.sampled_from([(64, 48), (8, 6), (160, 90)]), st.floats(0, 1e4)),
        max_size=8,
    )
)
def test_whatever_comes_is_measured_from_0_to_1(frames: list[tuple[int, tuple[int, int], float]]) -> None:
    measured = Measured()
    for number, (value, size, time) in enumerate(sorted(frames, key=lambda each: each[2])):
        measured.measures.dreamt(frame(number, value, Size(*size), time))
        assert all(0 <= measured.at(name) <= 1 for name in NAMES)


def test_nothing_is_measured_that_nobody_wants() -> None:
    measured = Measured(wanted=())
    measured.see(colour(9, 9, 9))
    measured.measures.flowed_in(2, picture())
    assert measured.board.snapshot() == {}
    measured.board.inlet("dream:motion")
    measured.see(colour(9, 9, 9))
    measured.see(colour(9, 9, 9))
    assert "dream:motion" in measured.board.snapshot()
    assert "camera:motion" not in measured.board.snapshot()


def test_a_moving_source_s_motion_is_measured_as_it_flows_in_and_rests_else() -> None:
    measured, store = Measured(), ParamStore(PARAMS.model_copy(update={"mix": 0.3}))
    moving = ListSource([picture(seed=seed) for seed in range(8)])
    dreamer = dreamer_of(store, 1, moving, still(), listeners=[measured.measures])

    def dream() -> float:
        measured.measures.dreamt(dreamer.step())
        return measured.at("camera:motion")

    dream()
    assert all(dream() > 0.5 for _ in range(3))
    store.change(mix=0.0)
    assert dream() == 0
    store.change(mix=0.3)
    dream()
    assert dream() > 0.5, "and from what it is then"
    store.change(next_source=1, ease=0.0)
    dream()
    assert [dream() for _ in range(3)] == [0, 0, 0], "a still picture"


def test_a_camera_that_sees_the_same_again_has_no_motion() -> None:
    measured, store = Measured(), ParamStore(PARAMS.model_copy(update={"mix": 0.3}))
    dreamer = dreamer_of(store, 1, ListSource([picture()]), listeners=[measured.measures])
    for _ in range(4):
        measured.measures.dreamt(dreamer.step())
        assert measured.at("camera:motion") == 0
    assert "camera:motion" in measured.board.snapshot()
