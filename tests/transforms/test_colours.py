import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from dreamstream.params import Params
from dreamstream.transforms import Tick, distort
from dreamstream.transforms.colours import hue_matrix
from tests.fakes import picture

LUMA = np.array([0.299, 0.587, 0.114])
angles = st.floats(-720, 720)


def filtered(name: str, canvas: np.ndarray, index: int = 1, **params: object) -> np.ndarray:
    return distort(canvas, Params(transform=name, **params), Tick.of(0, index))[1]


def pale(seed: int = 0) -> np.ndarray:
    """A picture whose colours can be turned without leaving 0..255."""
    return 127 + 0.2 * (picture(seed=seed) - 127)


@given(angles)
def test_hue_keeps_luma_and_greys(angle: float) -> None:
    assert np.allclose(LUMA @ hue_matrix(angle), LUMA)
    assert np.allclose(hue_matrix(angle) @ np.ones(3), 1)


@given(angles, angles)
def test_turns_of_the_hue_add_up(one: float, other: float) -> None:
    assert np.allclose(hue_matrix(one) @ hue_matrix(other), hue_matrix(one + other), atol=1e-6)


def test_a_third_of_a_turn_makes_red_green_but_for_its_luma() -> None:
    red, green = np.array([90.0, 0, 0]), np.array([0, 90.0, 0])
    turned = hue_matrix(120) @ red
    assert np.allclose(turned - turned.mean(), green - green.mean())
    assert np.isclose(LUMA @ turned, LUMA @ red)


@given(st.floats(-180, 180), st.floats(-4, 4))
def test_the_hue_filter_keeps_a_picture_s_luma(angle: float, amount: float) -> None:
    canvas = pale()
    assert np.abs(filtered("hue", canvas, hue=angle, amount=amount) @ LUMA - canvas @ LUMA).max() < 0.01


def test_a_full_turn_of_the_hue_is_the_picture() -> None:
    canvas = picture()
    assert np.abs(filtered("hue", canvas, hue=180, amount=2) - canvas).max() < 0.01
    steps = pale()
    for _ in range(12):
        steps = filtered("hue", steps, hue=30)
    assert np.abs(steps - pale()).max() < 0.01


@pytest.mark.parametrize(("gain", "amount"), [(1.5, 1), (0, 1), (2, -1), (1.2, 2)])
def test_saturation_scales_the_distance_from_grey(gain: float, amount: float) -> None:
    canvas = pale()
    grey = (canvas @ LUMA)[:, :, None]
    expected = grey + max(gain, 1e-3) ** amount * (canvas - grey)
    assert np.abs(filtered("saturation", canvas, saturation=gain, amount=amount) - expected).max() < 0.01


def test_channels_are_handed_on_and_three_times_is_home() -> None:
    canvas = picture()
    once = filtered("channel-swap", canvas, beat=1)
    assert np.array_equal(once, canvas[:, :, [2, 0, 1]])
    twice = filtered("channel-swap", once, beat=1)
    assert np.array_equal(filtered("channel-swap", twice, beat=1), canvas)
    assert np.array_equal(filtered("channel-swap", once, beat=1, amount=-1), canvas)


def test_a_half_swap_is_halfway() -> None:
    canvas = picture()
    half = filtered("channel-swap", canvas, beat=1, amount=0.5)
    assert np.abs(half - (canvas + canvas[:, :, [2, 0, 1]]) / 2).max() < 0.01


@pytest.mark.parametrize("name", ["channel-swap", "palette-shift"])
def test_a_beat_is_each_so_many_th_frame(name: str) -> None:
    canvas = picture()
    changed = [not np.array_equal(filtered(name, canvas, index, beat=3), canvas) for index in range(1, 10)]
    assert changed == [False, False, True] * 3


@pytest.mark.parametrize("name", ["channel-swap", "palette-shift"])
@pytest.mark.parametrize(("every", "at"), [(5, [20, 35, 50, 65, 80]), (8, [16, 32, 48, 64, 80])])
def test_a_beat_is_kept_by_the_next_frame_that_is_distorted(name: str, every: int, at: list[int]) -> None:
    canvas = picture()
    distorted = range(every, 81, every)
    changed = [
        index
        for index in distorted
        if not np.array_equal(filtered(name, canvas, index, beat=16, every=every), canvas)
    ]
    assert changed == at


def test_offset_channels_are_shifted_copies() -> None:
    canvas = picture()
    for index, (y, x) in {1: (0, 4), 10: (4, 0)}.items():  # 9 frames of 10 degrees are a quarter
        apart = filtered("channel-offset", canvas, index, offset=4, offset_turn=10)
        red = ndimage.shift(canvas[..., 0], (y, x), order=1, mode="mirror")
        blue = ndimage.shift(canvas[..., 2], (-y, -x), order=1, mode="mirror")
        assert np.abs(apart - np.dstack([red, canvas[..., 1], blue])).max() < 0.01


def test_offset_channels_come_home_after_a_turn() -> None:
    canvas = picture() * 0.5 + 60
    moved = canvas
    for index in range(1, 13):
        moved = filtered("channel-offset", moved, index, offset=3, offset_turn=30)
    inner = slice(14, -14)
    away = np.abs(filtered("channel-offset", canvas, offset=6) - canvas)[inner, inner].mean()
    assert np.abs(moved - canvas)[inner, inner].mean() < 0.3 * away


@given(st.floats(-255, 255), st.floats(-4, 4))
def test_a_shifted_palette_goes_round(shift: float, amount: float) -> None:
    canvas = picture()
    shifted = filtered("palette-shift", canvas, beat=1, palette_shift=shift, amount=amount)
    turn = 2 * np.pi / 255
    assert np.abs(np.exp(1j * turn * shifted) - np.exp(1j * turn * (canvas + shift * amount))).max() < 1e-3
    assert shifted.min() >= 0
    assert shifted.max() <= 255


@given(st.integers(2, 64))
def test_a_flat_palette_has_so_many_values_each_the_nearest(levels: int) -> None:
    ramp = np.linspace(0, 255, 64 * 48 * 3, dtype=np.float32).reshape(48, 64, 3)
    flat = filtered("palette-flatten", ramp, levels=levels, flatten=1)
    assert len(np.unique(np.rint(flat * 100))) == levels
    assert np.abs(flat - ramp).max() <= 255 / (levels - 1) / 2 + 0.01


def test_flattening_is_eased_by_amount() -> None:
    canvas = picture()
    whole = filtered("palette-flatten", canvas, flatten=1)
    eased = filtered("palette-flatten", canvas, flatten=0.5, amount=0.5)
    assert np.abs(eased - (canvas + (whole - canvas) / 4)).max() < 0.01
