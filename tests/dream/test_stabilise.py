from collections.abc import Callable

import cv2
import numpy as np
import pytest

from dreamstream.dream import Look, stabilise
from dreamstream.dream.stabilise import AXES, BACK, covariance_of, maps_towards
from dreamstream.dreamer import Dreamer
from dreamstream.nets import Network
from dreamstream.params import Params, ParamStore
from tests.fakes import picture, still

LUMA = np.array([0.299, 0.587, 0.114], np.float32) / 255
HELD = Params()


def luma(canvas: np.ndarray) -> np.ndarray:
    return canvas.astype(np.float32) @ LUMA


def run(canvas: np.ndarray, look: Look, count: int, params: Params = HELD) -> np.ndarray:
    for index in range(count):
        canvas = stabilise(canvas, look, params, np.random.default_rng(index))
    return canvas


def test_without_hold_the_picture_is_left_alone(rng: np.random.Generator) -> None:
    canvas = picture()
    assert np.array_equal(stabilise(canvas, Look.of(canvas), Params(hold=0), rng), canvas)


def test_the_same_generator_gives_the_same_picture() -> None:
    canvas, look = picture(), Look.of(picture(seed=1))
    first, again = (stabilise(canvas, look, HELD, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("shape", [(32, 32), (33, 71), (96, 160), (200, 40)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_canvas_comes_back_to_life(shape: tuple[int, int], level: int) -> None:
    canvas = run(np.full((*shape, 3), level, np.float32), Look.of(picture(*shape)), 120)
    assert canvas.shape == (*shape, 3)
    assert canvas.dtype == np.float32
    assert np.isfinite(canvas).all()
    assert 0 <= canvas.min() <= canvas.max() <= 255
    assert 0.2 < luma(canvas).mean() < 0.8
    assert luma(canvas).std() > 0.03


def test_fine_contrast_that_piles_up_is_taken_down(rng: np.random.Generator) -> None:
    calm = picture(96, 160)
    wild = np.clip(calm + rng.normal(0, 70, calm.shape), 0, 255).astype(np.float32)
    held = run(wild, Look.of(calm), 20, Params(grain=0, wander=0))
    assert np.abs(np.diff(luma(held), axis=1)).mean() < 0.4 * np.abs(np.diff(luma(wild), axis=1)).mean()


def test_a_dark_or_bright_drift_is_pulled_back() -> None:
    calm = picture(96, 160)
    for shift in (-90, 90):
        drifted = np.clip(calm + shift, 0, 255)
        held = run(drifted, Look.of(calm), 40)
        assert abs(luma(held).mean() - luma(calm).mean()) < abs(luma(drifted).mean() - luma(calm).mean())


def test_a_natural_picture_is_hardly_changed_by_one_frame() -> None:
    canvas = run(picture(96, 160), Look.of(picture(96, 160)), 40)  # settled
    once = run(canvas, Look.of(picture(96, 160)), 1, Params(grain=0, wander=0))
    assert np.abs(once - canvas).mean() < 3


@pytest.mark.slow
@pytest.mark.parametrize("transform", ["zoom", "vertical-stretch"])
def test_the_picture_lives_for_300_frames_on_the_real_net(lite0: Network, transform: str) -> None:
    store = ParamStore(Params(transform=transform, layer="block9"))
    dreamer = Dreamer(store, (still(96, 160, seed=2),), lite0, 1)
    before, means, deviations, changes = None, [], [], []
    for _ in range(300):
        pixels = dreamer.step().pixels
        light = luma(pixels)
        means.append(light.mean())
        deviations.append(light.std())
        if before is not None:
            changes.append(np.abs(pixels.astype(int) - before).mean())
        before = pixels
    assert 0.2 < min(means) <= max(means) < 0.8
    assert min(deviations[5:]) > 0.08
    assert min(changes) > 1


def test_stabilising_leaves_the_canvas_it_is_given_alone(rng: np.random.Generator) -> None:
    canvas = picture(96, 160)
    before = canvas.copy()
    stabilise(canvas, Look.of(canvas), HELD, rng)
    assert np.array_equal(canvas, before)


def test_grain_is_grey_of_the_asked_deviation_and_new_at_each_frame() -> None:
    canvas = np.full((96, 160, 3), 128, np.float32)
    plain, *grainy = (
        stabilise(canvas, Look.of(canvas), Params(wander=0, grain=grain), np.random.default_rng(seed))
        for grain, seed in ((0, 1), (4, 1), (4, 2))
    )
    first, second = (picture - plain for picture in grainy)
    assert first.std() == pytest.approx(4, rel=0.05)
    assert abs(first.mean()) < 0.2
    assert np.abs(first - first[..., :1]).max() < 1e-3
    assert abs(np.corrcoef(first[..., 0].ravel(), second[..., 0].ravel())[0, 1]) < 0.05


def test_a_band_has_the_covariance_that_it_is_moved_to(rng: np.random.Generator) -> None:
    """At full speed, from not too far, each band ends with the look's colours and contrast."""
    band = rng.normal(0, 6, (126, 224, 3)).astype(np.float32)
    measured = covariance_of(band)
    wanted = np.diag([30.0, 4.0, 3.0]) + 1.0
    scaled = wanted * np.trace(measured) / np.trace(wanted)
    move = maps_towards(measured[None], scaled[None], np.ones(1))[0]
    gains = np.linalg.eigvalsh(AXES @ move @ BACK)
    assert gains.max() <= 1.15 + 0.01
    shrunk = scaled * 0.2  # only made fainter, which has no bound
    moved = band @ maps_towards(measured[None], shrunk[None], np.ones(1))[0].astype(np.float32).T
    assert np.allclose(covariance_of(moved), shrunk, atol=0.03 * np.trace(shrunk))


@pytest.mark.parametrize("shape", [(252, 448), (270, 480)])
def test_few_rows_measure_a_band_well(shape: tuple[int, int], rng: np.random.Generator) -> None:
    noise = rng.normal(0, 9, (*shape, 3)).astype(np.float32)
    band = noise - cv2.GaussianBlur(noise, (0, 0), 2)
    pixels = band.reshape(-1, 3).astype(np.float64)
    whole = AXES @ (pixels.T @ pixels / len(pixels)) @ AXES.T
    assert np.allclose(np.sqrt(np.diag(covariance_of(band))), np.sqrt(np.diag(whole)), rtol=0.05)


@pytest.mark.parametrize(
    ("params", "measure", "factor"),
    [
        ({"held_contrast": 1.5}, lambda canvas: luma(canvas).std(), 1.3),
        ({"held_contrast": 0.6}, lambda canvas: luma(canvas).std(), 0.75),
        ({"held_colour": 1.8}, lambda canvas: (canvas - canvas.mean(axis=2, keepdims=True)).std(), 1.3),
        ({"held_colour": 0.0}, lambda canvas: (canvas - canvas.mean(axis=2, keepdims=True)).std(), 0.3),
        ({"held_light": 40.0}, lambda canvas: luma(canvas).mean(), 1.15),
        ({"held_light": -40.0}, lambda canvas: luma(canvas).mean(), 0.85),
        ({"held_detail": 1.0}, lambda canvas: np.abs(np.diff(luma(canvas), axis=1)).mean(), 1.2),
        ({"held_detail": -1.0}, lambda canvas: np.abs(np.diff(luma(canvas), axis=1)).mean(), 0.85),
    ],
)
def test_what_is_held_is_what_was_asked_for(
    params: dict[str, float], measure: Callable[[np.ndarray], float], factor: float
) -> None:
    look, begun = Look.of(picture(96, 160)), run(picture(96, 160), Look.of(picture(96, 160)), 40)
    plain, held = (
        measure(run(begun, look, 60, Params(grain=1.5, wander=0, **more))) for more in ({}, params)
    )
    assert held >= factor * plain if factor > 1 else held <= factor * plain
