import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.size import Size

SIDES = st.integers(1, 4000)
ROOMS = st.builds(Size, st.integers(32, 4000), st.integers(32, 4000))


@pytest.mark.parametrize("of", [np.zeros, torch.zeros], ids=["array", "tensor"])
def test_a_size_is_wide_and_high_and_an_array_the_other_way_round(of: type) -> None:
    size = Size.of(of((252, 448, 3)))
    assert (size.width, size.height) == size == (448, 252)
    assert (size.shape, size.area) == ((252, 448), 252 * 448)
    assert Size.of(of(size.shape)) == size
    assert cv2.resize(np.zeros((8, 8)), size).shape == size.shape


def test_a_size_in_a_text_is_as_one_is_given() -> None:
    assert f"at {Size(448, 252)}" == "at 448x252"


@given(st.builds(Size, SIDES, SIDES), ROOMS)
def test_what_is_fitted_lies_inside_and_touches_two_sides(size: Size, room: Size) -> None:
    width, height = size.fitted(room)
    assert 1 <= width <= room.width
    assert 1 <= height <= room.height
    assert width == room.width or height == room.height


def test_alike_shapes_fill_all_of_the_room() -> None:
    assert Size(1000, 501).fitted(Size(100, 50)) == (100, 50)
    assert Size(1000, 520).fitted(Size(100, 50)) == (96, 50)


def test_no_side_is_scaled_to_nothing() -> None:
    assert Size(300, 7).scaled(0.05) == (15, 1)


def test_scaled_sizes_are_even_and_whole_ones_are_as_they_are() -> None:
    assert Size(447, 251).scaled_even(1.0) == (447, 251)
    assert Size(448, 252).scaled_even(0.707) == (316, 178)
