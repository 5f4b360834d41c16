import numpy as np
import pytest

from dreamstream.dream import Look, stabilise
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


@pytest.mark.parametrize("size", [(32, 32), (33, 71), (96, 160), (200, 40)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_canvas_comes_back_to_life(size: tuple[int, int], level: int) -> None:
    canvas = run(np.full((*size, 3), level, np.float32), Look.of(picture(*size)), 120)
    assert canvas.shape == (*size, 3)
    assert canvas.dtype == np.float32
    assert np.isfinite(canvas).all()
    assert 0 <= canvas.min() <= canvas.max() <= 255
    assert 0.2 < luma(canvas).mean() < 0.8
    assert luma(canvas).std() > 0.03


def test_fine_contrast_that_piles_up_is_taken_down(rng: np.random.Generator) -> None:
    calm = picture(96, 160)
    wild = np.clip(calm + rng.normal(0, 70, calm.shape), 0, 255).astype(np.float32)
    held = run(wild, Look.of(calm), 20, Params(grain=0, drift=0))
    assert np.abs(np.diff(luma(held), axis=1)).mean() < 0.4 * np.abs(np.diff(luma(wild), axis=1)).mean()


def test_a_dark_or_bright_drift_is_pulled_back() -> None:
    calm = picture(96, 160)
    for shift in (-90, 90):
        drifted = np.clip(calm + shift, 0, 255)
        held = run(drifted, Look.of(calm), 40)
        assert abs(luma(held).mean() - luma(calm).mean()) < abs(luma(drifted).mean() - luma(calm).mean())


def test_a_natural_picture_is_hardly_changed_by_one_frame() -> None:
    canvas = run(picture(96, 160), Look.of(picture(96, 160)), 40)  # settled
    once = run(canvas, Look.of(picture(96, 160)), 1, Params(grain=0, drift=0))
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
