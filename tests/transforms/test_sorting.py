import colorsys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dreamstream.params import Params
from dreamstream.transforms import Tick, distort
from dreamstream.transforms.sorting import run_order
from tests.fakes import picture

LUMA = np.array([0.299, 0.587, 0.114], np.float32)

canvases = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 8), st.integers(1, 20), st.just(3)), elements=st.integers(0, 255)
)


def sorted_(canvas: np.ndarray, index: int = 1, **params: object) -> np.ndarray:
    whole = {"sort_share": 1.0, **params}
    return distort(canvas, Params(transform="pixel-sort", **whole), Tick.of(0, index))[1]


def by_hand(inside: np.ndarray, key: np.ndarray, falling: bool) -> np.ndarray:
    """The order by Python's own stable sort, run by run."""
    height, width = inside.shape
    order = []
    for y in range(height):
        x = 0
        while x < width:
            end = x + 1
            while inside[y, x] and end < width and inside[y, end]:
                end += 1
            sign = -1 if falling else 1
            order += [y * width + at for at in sorted(range(x, end), key=lambda at: sign * key[y, at])]
            x = end
    return np.array(order)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 40), st.floats(0, 1), st.booleans())
def test_runs_are_sorted_as_python_sorts_them(
    seed: int, height: int, width: int, share: float, falling: bool
) -> None:
    rng = np.random.default_rng(seed)
    inside = rng.random((height, width)) < share
    key = rng.integers(0, 12, (height, width)).astype(np.float32) / np.float32(3)  # many are equal
    assert np.array_equal(run_order(inside, key, falling), by_hand(inside, key, falling))


@given(canvases, st.booleans(), st.booleans(), st.floats(-4, 4), st.floats(0, 255), st.floats(0, 255))
def test_every_line_keeps_its_pixels(
    canvas: np.ndarray, columns: bool, by_hue: bool, amount: float, low: float, high: float
) -> None:
    knobs: dict[str, Any] = {"sort_columns": columns, "sort_hue": by_hue, "sort_low": low, "sort_high": high}
    result = sorted_(canvas, amount=amount, **knobs)
    before, after = (np.swapaxes(c, 0, 1) if columns else c for c in (canvas, result))
    for line, moved in zip(before.tolist(), after.tolist(), strict=True):
        assert sorted(line) == sorted(moved)


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("amount", [1, -1])
def test_luma_rises_in_each_run_and_the_rest_stays(columns: bool, amount: int) -> None:
    canvas = picture()
    result = sorted_(canvas, sort_columns=columns, amount=amount, sort_low=100, sort_high=180)
    before, after = ((np.swapaxes(c, 0, 1) if columns else c) @ LUMA for c in (canvas, result))
    inside = (before >= 100.01) & (before <= 179.99)
    assert np.array_equal(
        before[(before < 99.99) | (before > 180.01)], after[(before < 99.99) | (before > 180.01)]
    )
    steps = (np.diff(after, axis=1) * amount)[inside[:, 1:] & inside[:, :-1]]
    assert len(steps) > 200
    assert steps.min() > -0.01
    assert (np.diff(before, axis=1) < -0.01).any()


def test_by_hue_the_hues_rise() -> None:
    canvas = picture()
    result = sorted_(canvas, sort_hue=True, sort_low=0, sort_high=255)
    hues = [[colorsys.rgb_to_hsv(*pixel)[0] for pixel in row] for row in result.tolist()]
    assert np.diff(hues, axis=1).min() > -1e-4


def test_a_share_of_the_lines_is_sorted_other_lines_each_frame() -> None:
    canvas = picture(200, 64)
    touched = [(sorted_(canvas, index, sort_share=0.25) != canvas).any(axis=(1, 2)) for index in (1, 2)]
    assert all(20 < lines.sum() < 80 for lines in touched)
    assert not np.array_equal(*touched)
