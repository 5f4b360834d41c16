"""Any walk is told by few corners, and told back within the bound that is promised."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.score.lines import Corner, Line, Steps

BOUND, DIGITS = 1 / 256, 4
ROUNDING = 10.0**-DIGITS

values = st.one_of(st.floats(0, 1).map(lambda value: round(value, DIGITS)), st.sampled_from([0.0, 0.25, 1.0]))
gaps = st.integers(1, 40) | st.integers(1000, 5000)
walks = st.lists(st.tuples(gaps, values), min_size=1, max_size=120)


def corners_of(track: Line | Steps, first: float, walk: list[tuple[int, float]], gap: float) -> list[Corner]:
    """The corners of a track that begins with `first` at 0; its samples come after so many milliseconds."""
    corners, time = [(0, first)], 0
    for passed, value in walk:
        time += passed
        corners += filter(None, [track.add(time, value, gap)])
    return [*corners, *filter(None, [track.end(time)])]


def told(corners: list[Corner], times: np.ndarray) -> np.ndarray:
    return np.interp(times, [time for time, _ in corners], [value for _, value in corners])


@given(values, walks)
def test_at_each_sample_a_line_is_within_its_bound(first: float, walk: list[tuple[int, float]]) -> None:
    corners = corners_of(Line(0, first, BOUND, DIGITS), first, walk, gap=0)
    times = np.cumsum([passed for passed, _ in walk])
    off = np.abs(told(corners, times) - [value for _, value in walk])
    assert off.max() <= BOUND + 2 * ROUNDING
    assert sorted(time for time, _ in corners) == [time for time, _ in corners]


@given(values, walks, st.floats(1, 200))
def test_however_much_it_moves_there_is_a_corner_each_gap_at_the_most(
    first: float, walk: list[tuple[int, float]], gap: float
) -> None:
    for track in (Line(0, first, BOUND, DIGITS), Steps(0, first)):
        times = [time for time, _ in corners_of(track, first, walk, gap)[1:]]
        for count in range(1, len(times)):  # but the last: the end is told at any rate
            assert all(
                later - earlier >= (count - 4) * gap - 1e-6
                for earlier, later in zip(times[:-1], times[count:-1], strict=False)
            )


@given(values, walks, st.floats(1, 200))
def test_what_has_come_to_rest_is_told_exactly(
    first: float, walk: list[tuple[int, float]], gap: float
) -> None:
    line, last = Line(0, first, BOUND, DIGITS), walk[-1][1]
    corners = corners_of(line, first, [*walk, *[(16, last)] * 100], gap)
    assert line.rests
    assert corners[-1][1] == last


@pytest.mark.parametrize(
    ("wave", "most"),
    [
        (lambda time: 0.5, 0),
        (lambda time: time / 60_000, 1),
        (lambda time: 0.5 + 0.5 * np.sin(np.pi * time / 1000), 9 * 60),
        (lambda time: float(time % 1000 < 500), 4 * 60),
    ],
)
def test_a_minute_of_a_usual_wave_takes_few_corners(wave: Callable[[int], float], most: int) -> None:
    walk = [(16, wave(time)) for time in range(16, 60_000, 16)]
    corners = corners_of(Line(0, wave(0), BOUND), wave(0), walk, gap=20)[1:]
    assert len(corners) <= most


def test_a_step_is_told_within_a_sample() -> None:
    walk = [(16, 0.0)] * 50 + [(16, 1.0)] * 50
    corners = corners_of(Line(0, 0.0, BOUND), 0.0, walk, gap=20)
    assert corners[1:3] == [(800, 0.0), (816, 1.0)]
    assert corners_of(Steps(0, "a"), 0.0, [(16, "a"), (16, "b"), (16, "b")], 20)[1:] == [(32, "b")]  # type: ignore[list-item]
