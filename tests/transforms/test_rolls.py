import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS, Field, Tick, distort
from tests.fakes import picture

SIZE = WIDTH, HEIGHT = Size(72, 54)
ROLLS = ("column-roll", "row-roll", "sine-roll", "random-roll", "random-rows", "turning-roll")


def vectors(name: str, index: int = 1, **params: object) -> np.ndarray:
    make = TRANSFORMS[name].warp
    assert make is not None
    warp = make(SIZE, Params(**params), Tick.of(0, index))
    assert isinstance(warp, Field)
    assert warp.wrap
    return warp.vectors


@given(
    st.sampled_from(ROLLS),
    st.integers(1, 9),
    st.integers(1, 100),
    st.booleans(),
    st.integers(-99, 99),
    st.floats(-4, 4),
)
def test_rolls_keep_all_contents(
    name: str, index: int, group: int, even: bool, low: int, amount: float
) -> None:
    canvas = picture(HEIGHT, WIDTH)
    params = Params(
        transform=name, roll_group=group, even_twice=even, random_low=low, roll=low / 30, amount=amount
    )
    _, rolled = distort(canvas, params, Tick.of(0, index))
    rows = name in ("row-roll", "random-rows") or (name == "turning-roll" and index % 2 == 0)
    assert np.array_equal(np.sort(canvas, axis=int(rows)), np.sort(rolled, axis=int(rows)))


def test_row_roll_shifts_row_n_by_n_15ths() -> None:
    canvas = picture(HEIGHT, WIDTH)
    _, rolled = distort(canvas, Params(transform="row-roll"), Tick.of(0, 1))
    for n in range(HEIGHT):
        assert np.array_equal(rolled[n], np.roll(canvas[n], n // 15, axis=0))


def test_every_second_goes_twice_as_far() -> None:
    once, twice = vectors("random-roll")[0, :, 1], vectors("random-roll", even_twice=True)[0, :, 1]
    assert np.array_equal(twice[::2], 2 * once[::2])
    assert np.array_equal(twice[1::2], once[1::2])
    assert np.abs(once).max() > 0


@pytest.mark.parametrize("name", ROLLS)
@pytest.mark.parametrize("group", [3, 4, 7])
def test_a_group_goes_together(name: str, group: int) -> None:
    shifts = vectors(name, roll_group=group, roll=1).sum(axis=2).ravel()
    firsts = np.arange(len(shifts)) // group * group
    assert np.array_equal(shifts, shifts[firsts])
    assert len(np.unique(shifts)) > 3


def test_turning_roll_takes_columns_and_rows_in_turn() -> None:
    shapes = [vectors("turning-roll", index, roll_turn=2).shape for index in range(1, 9)]
    assert shapes == [(1, WIDTH, 2)] * 2 + [(HEIGHT, 1, 2)] * 2 + [(1, WIDTH, 2)] * 2 + [(HEIGHT, 1, 2)] * 2


@pytest.mark.parametrize("every", [2, 3, 4])
def test_turning_roll_takes_both_in_turn_where_few_frames_are_distorted(every: int) -> None:
    distorted = range(every, 4 * every + 1, every)
    shapes = [vectors("turning-roll", index, every=every).shape for index in distorted]
    assert shapes == [(1, WIDTH, 2), (HEIGHT, 1, 2)] * 2
