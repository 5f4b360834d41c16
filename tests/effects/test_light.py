"""The flash guard and the blackout, by the light that they let through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.effects import Light, lit, luminance
from dreamstream.effects.light import Guard
from dreamstream.params import Params
from tests.effects.flashes import flashes


def shown(values: list[float], rate: float = 60.0) -> list[float]:
    guard = Guard()
    return [value * guard.gain(value, frame / rate) ** 2.2 for frame, value in enumerate(values)]


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=240), st.integers(1, 12), st.sampled_from([24, 60, 144])
)
def test_never_more_than_three_flashes_a_second(values: list[float], repeat: int, rate: int) -> None:
    stretched = [value for value in values for _ in range(repeat)]
    assert flashes(shown(stretched, rate), rate) <= 3


def test_a_strobe_goes_through_three_times_a_second_and_not_more() -> None:
    strobe = [float(frame / 60 * 8 % 1 < 0.5) for frame in range(600)]
    assert flashes(strobe, 60) == 8
    seen = shown(strobe)
    assert flashes(seen, 60) == 3
    assert max(seen[-60:]) == 1.0, "what is allowed comes through whole"


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.floats(0, 1))
def test_light_is_only_ever_taken_away(values: list[float], level: float) -> None:
    guard = Guard()
    gains = [guard.gain(value * level, frame / 30) for frame, value in enumerate(values)]
    assert all(0 <= gain <= 1 for gain in gains)


def test_slow_changes_are_left_alone() -> None:
    slow = [0.5 - 0.5 * np.cos(2 * np.pi * 2 * frame / 60) for frame in range(600)]  # two a second
    assert shown(slow) == slow


def test_small_changes_are_left_alone() -> None:
    small = [0.4 + 0.08 * (frame % 2) for frame in range(120)]
    assert shown(small) == small


def test_between_bright_pictures_nothing_counts() -> None:
    bright = [0.85 + 0.15 * (frame % 2) for frame in range(120)]
    assert shown(bright) == bright


def test_a_blackout_fades_in_its_time_and_back() -> None:
    light = Light()
    dark, bright = Params(blackout=True, blackout_fade=2.0), Params(blackout_fade=2.0)
    assert light.level(bright, 10.0, lambda level: level) == 1
    levels = [light.level(dark, 10 + n / 10, lambda level: level) for n in range(1, 25)]
    assert levels == sorted(levels, reverse=True)
    assert levels[9] == pytest.approx(0.5, abs=0.01)
    assert levels[19:] == pytest.approx([0] * 5, abs=1e-6)
    back = [light.level(bright, 12.4 + n / 10, lambda level: level) for n in range(1, 25)]
    assert back == sorted(back)
    assert back[19:] == pytest.approx([1] * 5, abs=1e-6)


def test_a_blackout_of_no_time_is_there_at_once() -> None:
    light = Light()
    assert light.level(Params(blackout=True, blackout_fade=0), 1.0, lambda level: level) == 0
    assert light.level(Params(blackout_fade=0), 1.1, lambda level: level) == 1


def test_a_clock_that_goes_back_does_no_harm() -> None:
    light = Light()
    light.level(Params(blackout=True), 5.0, lambda level: level)
    assert light.level(Params(blackout=True), 4.0, lambda level: level) == 1


def test_luminance_is_that_of_srgb() -> None:
    grey = np.full((2, 2, 3), 0.5, np.float32)
    assert luminance(grey) == pytest.approx(0.2140, abs=1e-4)
    green = np.zeros((1, 1, 3), np.float32)
    green[..., 1] = 1
    assert luminance(green) == pytest.approx(0.7152)


def test_what_is_not_adjusted_stays() -> None:
    colours = np.random.default_rng(1).random((4, 5, 3)).astype(np.float32)
    assert np.array_equal(lit(colours, Params()), colours)
    assert np.allclose(lit(colours, Params(colour=0)).std(axis=-1), 0, atol=1e-6)
