import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS, Affine, Field, Tick, distort
from tests.fakes import picture

HEIGHT, WIDTH = 54, 72


@pytest.fixture
def tick() -> Tick:
    return Tick.of(7, 1)


WARPS = sorted(name for name, transform in TRANSFORMS.items() if transform.warp)


def moved(tick: Tick, **params: object) -> tuple[np.ndarray, np.ndarray, object]:
    canvas = picture(HEIGHT, WIDTH)
    warp, result = distort(canvas, Params(**{"cubic": False, **params}), tick)
    return canvas, result, warp


@pytest.mark.parametrize("s", [0.05, 0.02, 0.2])
def test_zoom_is_the_article_s(s: float, tick: Tick) -> None:
    canvas, zoomed, _ = moved(tick, transform="zoom", zoom=s)
    expected = ndimage.affine_transform(
        canvas, [1 - s, 1 - s, 1], [HEIGHT * s / 2, WIDTH * s / 2, 0], order=1
    )
    assert np.abs(zoomed - expected)[2:-2, 2:-2].max() < 0.01


def test_cubic_interpolation_is_the_same_motion(tick: Tick) -> None:
    _, linear, _ = moved(tick, transform="zoom", zoom=0.05)
    _, cubic, _ = moved(tick, transform="zoom", zoom=0.05, cubic=True)
    assert 0 < np.abs(linear - cubic)[2:-2, 2:-2].mean() < 3


def test_a_long_zoom_leaves_no_cross_through_its_centre() -> None:
    canvas = picture(HEIGHT, WIDTH) + np.random.default_rng(0).normal(0, 20, (HEIGHT, WIDTH, 3)).astype("f4")
    for _ in range(12):
        _, canvas = distort(canvas, Params(transform="zoom"), Tick.of(0, 1))
    rough = np.abs(np.diff(canvas, 2, axis=0)).mean(axis=(0, 2))  # along each column
    assert rough[WIDTH // 2] < 1.3 * np.median(rough)


def test_vertical_stretch_is_the_article_s(tick: Tick) -> None:
    canvas, stretched, _ = moved(tick, transform="vertical-stretch", stretch=0.05)
    expected = ndimage.affine_transform(canvas, [0.95, 1, 1], [HEIGHT * 0.05 / 2, 0, 0], order=1)
    assert np.abs(stretched - expected)[2:-2].max() < 0.01


def test_horizontal_stretch_is_its_transpose(tick: Tick) -> None:
    canvas, stretched, _ = moved(tick, transform="horizontal-stretch", stretch=0.05)
    expected = ndimage.affine_transform(canvas, [1, 0.95, 1], [0, WIDTH * 0.05 / 2, 0], order=1)
    assert np.abs(stretched - expected)[:, 2:-2].max() < 0.01


def test_column_roll_shifts_column_n_by_n_15ths(tick: Tick) -> None:
    canvas, rolled, _ = moved(tick, transform="column-roll")
    for n in range(WIDTH):
        assert np.array_equal(rolled[:, n], np.roll(canvas[:, n], n // 15, axis=0))


def test_sine_roll_shifts_by_a_sine_of_the_column(tick: Tick) -> None:
    canvas, rolled, _ = moved(tick, transform="sine-roll", wave=6, period=24)
    for n in range(WIDTH):
        shift = round(6 * np.sin(2 * np.pi * n / 24))
        assert np.array_equal(rolled[:, n], np.roll(canvas[:, n], shift, axis=0))


def test_random_roll_keeps_to_its_bounds_and_to_its_generator() -> None:
    params = {"transform": "random-roll", "random_low": -5, "random_high": 5}
    _, first, warp = moved(Tick.of(0, 3), **params)
    _, second, _ = moved(Tick.of(0, 3), **params)
    _, other, _ = moved(Tick.of(0, 4), **params)
    assert isinstance(warp, Field)
    assert set(np.unique(warp.vectors[..., 1])) == set(range(-5, 6))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_random_roll_downward_never_goes_up(tick: Tick) -> None:
    _, _, warp = moved(tick, transform="random-roll", random_low=0, random_high=5)
    assert isinstance(warp, Field)
    assert warp.vectors[..., 1].max() <= 0  # reads from above: contents go down


def test_a_roll_keeps_all_contents(tick: Tick) -> None:
    canvas, rolled, _ = moved(tick, transform="random-roll")
    assert np.array_equal(np.sort(canvas, axis=0), np.sort(rolled, axis=0))


def test_rotate_turns_a_point_about_the_centre(tick: Tick) -> None:
    _, _, warp = moved(tick, transform="rotate", angle=90)
    assert isinstance(warp, Affine)
    read_from = warp.matrix @ [WIDTH / 2 + 10, HEIGHT / 2, 1]
    assert np.allclose(read_from, [WIDTH / 2, HEIGHT / 2 + 10])


def test_a_free_matrix_is_taken_as_it_is(tick: Tick) -> None:
    _, _, warp = moved(tick, transform="matrix", matrix=(1, 0, 4, 0, 1, -2))
    assert isinstance(warp, Affine)
    assert np.allclose(warp.matrix, [[1, 0, 4], [0, 1, -2]])


@pytest.mark.parametrize("name", WARPS)
def test_without_amount_nothing_moves(name: str, tick: Tick) -> None:
    canvas, result, _ = moved(tick, transform=name, amount=0)
    assert np.abs(result - canvas).max() < 1e-3


@pytest.mark.parametrize("name", sorted(TRANSFORMS))
@pytest.mark.parametrize("shape", [(32, 32), (33, 47), (64, 20)])
def test_every_transform_keeps_size_and_type(name: str, shape: tuple[int, int], tick: Tick) -> None:
    canvas = picture(*shape)
    before = canvas.copy()
    warp, result = distort(canvas, Params(transform=name), tick)
    assert result.shape == canvas.shape
    assert result.dtype == np.float32
    assert result.min() >= -20  # cubic interpolation overshoots; the ascent clips
    assert result.max() <= 275
    assert np.array_equal(canvas, before)
    assert isinstance(warp, Affine | Field)


@pytest.mark.parametrize("name", sorted(TRANSFORMS))
def test_every_transform_names_its_knobs_and_helps(name: str) -> None:
    transform = TRANSFORMS[name]
    assert transform.help
    assert set(transform.knobs) <= set(Params.model_fields)


STILL_ONES = {"none", "zoom", "vertical-stretch", "horizontal-stretch", "rotate", "spiral", "shear", "matrix"}
STILL_ONES |= {"column-roll", "row-roll", "sine-roll", "swirl", "fisheye", "tunnel", "mobius", "tilt", "grid"}
STILL_ONES |= {"mirror", "kaleidoscope"}


def warp_of(name: str, tick: Tick, **params: object) -> Affine | Field:
    make = TRANSFORMS[name].warp
    assert make is not None
    return make(Size(WIDTH, HEIGHT), Params(**params), tick)


@pytest.mark.parametrize("name", WARPS)
def test_a_tick_makes_one_picture_and_the_next_another_where_it_moves_by_itself(name: str) -> None:
    canvas = picture(HEIGHT, WIDTH)
    first, again, later = (warp_of(name, Tick.of(3, index)).apply(canvas) for index in (4, 4, 9))
    assert np.array_equal(first, again)
    assert np.array_equal(first, later) == (name in STILL_ONES)


@pytest.mark.parametrize("name", sorted(TRANSFORMS))
def test_every_transform_is_made_of_seed_and_frame_alone(name: str) -> None:
    def stream(seed: int) -> np.ndarray:
        canvas = picture(HEIGHT, WIDTH)
        for index in range(14, 18):  # with a beat among them
            _, canvas = distort(canvas, Params(transform=name), Tick.of(seed, index))
        return canvas

    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 - whoever draws from it would be seen
    first = stream(5)
    stream(6)  # which may have been kept
    assert np.array_equal(stream(5), first)


@pytest.mark.parametrize("name", WARPS)
def test_no_part_is_still_and_the_whole_part_is_the_warp(name: str, tick: Tick) -> None:
    canvas = picture(HEIGHT, WIDTH)
    warp = warp_of(name, tick)
    assert np.abs(warp.part(0).apply(canvas) - canvas).max() < 1e-3
    assert np.abs(warp.part(1).apply(canvas) - warp.apply(canvas)).max() < 1e-3


@given(st.sampled_from(WARPS), st.floats(0, 1), st.floats(-2, 2), st.integers(1, 1000))
def test_parts_of_an_affine_warp_make_the_whole(name: str, t: float, amount: float, index: int) -> None:
    warp = warp_of(name, Tick.of(0, index), amount=amount)
    if isinstance(warp, Field):
        return
    corners = np.array([[0, WIDTH, 0, WIDTH], [0, 0, HEIGHT, HEIGHT], [1, 1, 1, 1.0]])
    first, second = (np.vstack([warp.part(share).matrix, [0, 0, 1]]) for share in (t, 1 - t))
    assert np.abs((first @ second @ corners)[:2] - warp.matrix @ corners).max() < 0.05


@pytest.mark.parametrize("name", WARPS)
@pytest.mark.parametrize("amount", [-4, -0.3, 0.5, 4])
def test_any_amount_gives_a_picture(name: str, amount: float, tick: Tick) -> None:
    _, result, _ = moved(tick, transform=name, amount=amount)
    assert np.isfinite(result).all()
    assert 0 <= result.min() <= result.max() <= 255
