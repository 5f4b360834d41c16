import cmath
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS, Field, Tick

SIZE = WIDTH, HEIGHT = Size(72, 54)
HALF_DIAGONAL = 45.0
PLACES = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))


def field(name: str, index: int = 1, seed: int = 0, size: Size = SIZE, **params: object) -> Field:
    make = TRANSFORMS[name].warp
    assert make is not None
    warp = make(size, Params(**params), Tick.of(seed, index))
    assert isinstance(warp, Field)
    return warp


def from_centre(place: tuple[int, int]) -> complex:
    return complex(place[0] - WIDTH / 2, place[1] - HEIGHT / 2)


def read_from(warp: Field, place: tuple[int, int]) -> complex:
    """Where a pixel is read from, from the centre."""
    return from_centre(place) + complex(*warp.vectors[place[1], place[0]])


@given(PLACES)
def test_swirl_turns_by_an_angle_that_falls_off(place: tuple[int, int]) -> None:
    p = from_centre(place)
    angle = math.radians(40) * math.exp(-((2 * abs(p) / (0.8 * HALF_DIAGONAL)) ** 2))
    expected = p * cmath.exp(1j * angle)
    assert abs(read_from(field("swirl", swirl=40, reach=0.8), place) - expected) < 1e-3


@given(PLACES)
def test_fisheye_is_larger_within_reach_and_smaller_beyond(place: tuple[int, int]) -> None:
    p = from_centre(place)
    q = read_from(field("fisheye", fisheye=0.2, reach=0.5), place)
    assert abs(q - p * (1 - 0.2 * (1 - (abs(p) / (0.5 * HALF_DIAGONAL)) ** 2))) < 1e-3
    if abs(p) > 1:
        assert (abs(q) < abs(p)) == (abs(p) < 0.5 * HALF_DIAGONAL) or abs(abs(q) - abs(p)) < 1e-3


@given(PLACES)
def test_a_tunnel_s_depth_grows_by_the_speed(place: tuple[int, int]) -> None:
    p = from_centre(place)
    q = read_from(field("tunnel", tunnel=0.2, twist=30), place)
    if abs(p) > 0:
        assert HALF_DIAGONAL / abs(q) == pytest.approx(HALF_DIAGONAL / abs(p) + 0.2, rel=1e-4)
        twist = math.radians(30) * (1 - abs(p) / HALF_DIAGONAL)
        assert abs(cmath.phase(q / p) - twist) < 1e-4


@given(PLACES)
def test_mobius_is_the_map_with_two_fixed_points(place: tuple[int, int]) -> None:
    z, w = (
        2 / WIDTH * v
        for v in (from_centre(place), read_from(field("mobius", zoom=0.2, angle=25, poles=0.5), place))
    )
    k = 0.8 * cmath.exp(1j * math.radians(25))
    assert abs((w + 0.5) * (z - 0.5) - k * (z + 0.5) * (w - 0.5)) < 1e-4


@given(PLACES, PLACES, st.floats(-180, 180))
def test_tilt_keeps_straight_lines_straight(one: tuple[int, int], other: tuple[int, int], way: float) -> None:
    warp = field("tilt", tilt=0.4, tilt_way=way)
    middle = (one[0] + other[0]) // 2, (one[1] + other[1]) // 2
    if (one[0] + other[0]) % 2 or (one[1] + other[1]) % 2:
        return
    a, b, c = (read_from(warp, place) for place in (one, middle, other))
    assert abs(((b - a) * (c - a).conjugate()).imag) < 1e-3 * WIDTH


def test_tilt_brings_the_lower_border_nearer() -> None:
    warp = field("tilt", tilt=0.2)
    spans = [
        abs(read_from(warp, (WIDTH - 1, y)) - read_from(warp, (0, y))) for y in (0, HEIGHT // 2, HEIGHT - 1)
    ]
    assert spans[0] > spans[1] > spans[2]  # less is read, so it is drawn larger


def test_ripples_run_outwards_along_the_radius() -> None:
    params: dict[str, Any] = {"period": 24, "cycle": 24, "ripple": 3}  # a pixel a frame
    first, later = (field("ripple", index, **params).vectors for index in (1, 6))
    right = slice(WIDTH // 2 + 1, WIDTH - 6)
    middle = HEIGHT // 2
    assert np.allclose(first[middle, right, 0], later[middle, WIDTH // 2 + 6 : WIDTH - 1, 0], atol=1e-4)
    assert np.abs(first[middle, right, 1]).max() < 1e-5
    assert np.hypot(first[..., 0], first[..., 1]).max() == pytest.approx(3, rel=0.02)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 3), (3, 4)])
def test_regions_move_within_and_rest_at_their_edges(rows: int, columns: int) -> None:
    size = Size(12 * columns, 12 * rows)
    lengths = np.hypot(
        *np.moveaxis(field("grid", size=size, grid_rows=rows, grid_columns=columns).vectors, -1, 0)
    )
    assert lengths[::12].max() < 1e-5
    assert lengths[:, ::12].max() < 1e-5
    for row in range(rows):
        for column in range(columns):
            assert lengths[12 * row : 12 * row + 12, 12 * column : 12 * column + 12].max() > 0.02


@given(st.integers(0, 2**32), st.integers(1, 10000), st.floats(40, 200))
def test_a_flow_neither_gathers_nor_parts(seed: int, index: int, eddy: float) -> None:
    vectors = field("flow", index, seed, flow=2, eddy=eddy).vectors.astype(np.float64)
    across, down = vectors[..., 0], vectors[..., 1]
    change = np.gradient(across, axis=1)[1:-1, 1:-1], np.gradient(down, axis=0)[1:-1, 1:-1]
    bends = np.hypot(np.gradient(across, axis=0)[1:-1, 1:-1], change[0])
    assert np.abs(change[0] + change[1]).max() < 0.03 * bends.max()


@given(st.integers(0, 2**32), st.integers(1, 10000))
def test_a_flow_has_its_strength_and_drifts_slowly(seed: int, index: int) -> None:
    size = Size(800, 600)
    now, later = (field("flow", i, seed, size, flow=2, eddy=50).vectors for i in (index, index + 1))
    assert np.sqrt((now**2).sum(axis=2).mean()) == pytest.approx(2, rel=0.15)
    assert 0 < np.sqrt(((later - now) ** 2).sum(axis=2).mean()) < 2 * 2 * np.pi / 90


STILL = ("swirl", "fisheye", "tunnel", "mobius", "tilt", "grid", "mirror", "kaleidoscope")


@pytest.mark.parametrize("name", STILL)
def test_what_does_not_move_is_made_once_and_cannot_be_written(name: str) -> None:
    first = field(name, 1)
    assert field(name, 2) is first
    assert field(name, 2, amount=0.5) is not first
    with pytest.raises(ValueError, match="read-only"):
        first.vectors[0, 0] = 1
