import numpy as np
import pytest

from dreamstream.dream import Habit
from dreamstream.params import Params
from tests.fakes import picture

SHAPE = (96, 160)


def shapes(canvas: np.ndarray) -> np.ndarray:
    return canvas.mean(axis=2)[::4, ::4].ravel()


def texture(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).uniform(60, 200, (12, 20, 3)).astype(np.float32)
    return np.kron(small, np.ones((8, 8, 1), np.float32))


def test_what_stands_still_gives_way_and_what_is_new_does_not() -> None:
    habit, still, new = Habit(), texture(0), texture(1)
    params = Params(restless=0.3)
    for _ in range(60):
        habit.faded(still, params)
    mixed = (still + new) / 2
    faded = habit.faded(mixed, params)

    def share(part: np.ndarray) -> float:
        return float(np.corrcoef(shapes(faded), shapes(part))[0, 1])

    assert share(new) > share(still) + 0.1
    assert np.corrcoef(shapes(mixed), shapes(still))[0, 1] > share(still)


def test_light_and_contrast_stay_as_they_are() -> None:
    habit, params = Habit(), Params(restless=0.5)
    canvas = texture(0)
    for _ in range(40):
        faded = habit.faded(canvas, params)
        assert faded.mean() == pytest.approx(canvas.mean(), abs=1.5)
    assert shapes(faded).std() == pytest.approx(shapes(canvas).std(), rel=0.15)


def test_of_a_picture_what_moves_is_hardly_touched_and_what_stands_is() -> None:
    habit, params = Habit(), Params(restless=0.3)
    for step in range(80):
        moving = np.roll(texture(1), step * 8, axis=1)
        faded = habit.faded((texture(0) + moving) / 2, params)
    parts = np.stack([shapes(texture(0)), shapes(moving), np.ones(shapes(moving).size)], axis=1)
    standing, going, _ = np.linalg.lstsq(parts, shapes(faded))[0]
    assert standing < 0.9 * 0.5
    assert going == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize("speed", [0, 8])
def test_a_picture_that_has_nothing_else_keeps_its_contrast(speed: int) -> None:
    habit, params = Habit(), Params(restless=0.1)
    for step in range(60):
        canvas = np.roll(texture(0), step * speed, axis=1)
        faded = habit.faded(canvas, params)
    assert np.abs(faded - canvas).mean() < 0.05 * np.abs(texture(0) - texture(0).mean()).mean()


def test_at_rest_it_does_nothing_and_remembers_nothing() -> None:
    habit, canvas = Habit(), picture(*SHAPE)
    habit.faded(canvas, Params(restless=1))
    assert habit.faded(canvas, Params(restless=0)) is canvas
    assert np.allclose(habit.faded(canvas, Params(restless=0.2)), Habit().faded(canvas, Params(restless=0.2)))


@pytest.mark.parametrize("shape", [(32, 32), (33, 71), (7, 300)])
@pytest.mark.parametrize("level", [0, 255])
def test_any_size_and_canvas_stays_a_number(shape: tuple[int, int], level: int) -> None:
    habit = Habit()
    for _ in range(5):
        flat = np.full((*shape, 3), level, np.float32)
        faded = habit.faded(flat, Params(restless=1))
        assert faded.shape == flat.shape
        assert np.allclose(faded, flat, atol=1e-3)
    other = habit.faded(picture(*SHAPE), Params(restless=1))  # another canvas: it begins anew
    assert other.shape == (*SHAPE, 3)
    assert np.isfinite(other).all()
