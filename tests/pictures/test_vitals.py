import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.pictures.vitals import Vitals
from tests.fakes import picture


def pixels(canvas: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)


def verdict(*canvases: np.ndarray) -> str:
    return Vitals.of([pixels(canvas) for canvas in canvases]).verdict()


ONE, OTHER = picture(96, 160, 0), picture(96, 160, 1)
NOISE = np.random.default_rng(0).uniform(0, 255, (2, 96, 160, 3))


def test_vitals_are_the_formulas() -> None:
    halves = np.zeros((8, 8, 3))
    halves[:, 4:] = (200, 100, 0)
    vitals = Vitals.of([pixels(np.full((8, 8, 3), 10.0)), pixels(halves)])
    luma = 0.299 * 200 + 0.587 * 100
    assert vitals.luma == pytest.approx(luma / 2, abs=1e-3)
    assert vitals.contrast == pytest.approx(luma / 2, abs=1e-3)
    assert vitals.entropy == pytest.approx(1)
    assert vitals.clipped == 1  # blue is 0 everywhere
    assert vitals.smooth == pytest.approx((6 / 7 - 1 / 7 + 1) / 2)
    assert vitals.change == pytest.approx((10 * 3 + 190 + 90 + 10) / 6)
    assert vitals.colour == pytest.approx(np.hypot(50, 75) + 0.3 * np.hypot(50, 75), rel=1e-5)


def test_a_living_picture_is_told_alive() -> None:
    assert verdict(ONE, OTHER) == "alive"


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("black", ONE, ONE * 0.05),
        ("white", ONE, 255 - OTHER * 0.05),
        ("flat", ONE, 100 + OTHER * 0.05),
        ("clipped", ONE, (OTHER - 128) * 20 + 128),
        ("grey", ONE, np.repeat(OTHER.mean(axis=2, keepdims=True), 3, axis=2)),
        ("garish", ONE, np.where(OTHER > 128, 255, 0)),
        ("still", ONE, ONE + (NOISE[0] - 127) * 0.02),
        ("noise", *NOISE),
        ("grey noise", *(np.repeat(noise[:, :, :1], 3, axis=2) for noise in NOISE)),
    ],
)
def test_what_is_wrong_is_named(words: str, before: np.ndarray, after: np.ndarray) -> None:
    assert words in verdict(before, after).split(", ")


def test_shapes_that_stay_are_told_still_however_they_shimmer() -> None:
    shimmer = [pixels(ONE + 30 * (noise - 127) / 127) for noise in NOISE]
    assert Vitals.of(shimmer, pixels(OTHER)).verdict() == "alive"
    vitals = Vitals.of(shimmer, pixels(ONE))
    assert vitals.steady > 0.95
    assert vitals.verdict() == "still"


@given(st.integers(0, 255), st.floats(0, 3), st.floats(0, 60), st.integers(0, 3))
def test_what_is_wrong_has_no_life_and_what_lives_has_some(
    level: int, contrast: float, grain: float, seed: int
) -> None:
    clouds = (picture(24, 32, seed) - 128) * contrast + level
    noise = np.random.default_rng(seed).uniform(-grain, grain, (2, 24, 32, 3))
    vitals = Vitals.of([pixels(clouds + each) for each in noise])
    assert 0 <= vitals.alive <= 1
    if vitals.alive > 0:
        assert vitals.verdict() == "alive"
    if vitals.verdict() != "alive":
        assert vitals.alive == 0


def test_a_picture_is_the_less_alive_the_darker_it_gets() -> None:
    lives = [Vitals.of([pixels(ONE * light), pixels(OTHER * light)]).alive for light in (1, 0.35, 0.25, 0.05)]
    assert lives == sorted(lives, reverse=True)
    assert lives[0] == 1
    assert 0 < lives[2] < 1
    assert lives[-1] == 0
