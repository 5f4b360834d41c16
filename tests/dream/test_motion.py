"""Where a source moves, in made pictures."""

import numpy as np

from dreamstream.dream import Motion, Painter
from dreamstream.params import Params
from dreamstream.size import Size
from tests.fakes import picture

SIZE = Size(160, 96)


def shot(left: int) -> np.ndarray:
    """Return a picture that stands still but for a light square."""
    canvas = picture(*SIZE.shape) * 0.5
    canvas[30:60, left : left + 30] = 250
    return canvas.astype(np.float32)


def moved(*lefts: int, params: Params | None = None) -> Motion:
    first, *rest = map(shot, lefts)
    motion = Motion.begun(first)
    for canvas in rest:
        motion = motion.next(canvas, params or Params())
    return motion


def test_places_are_where_something_moves() -> None:
    motion = moved(20, 26, 32)
    rows, columns = np.nonzero(motion.places > 0.5)
    assert set(rows) <= set(range(4, 13))
    assert set(columns) <= set(range(2, 14))
    assert {*range(6, 11)} <= set(rows)
    assert motion.places[:, 20:].max() == 0


def test_grain_is_no_motion() -> None:
    rng = np.random.default_rng(1)
    canvas, motion = shot(20), Motion.begun(shot(20))
    for _ in range(5):
        motion = motion.next(canvas + rng.normal(0, 3, canvas.shape).astype(np.float32), Params())
    assert motion.places.max() < 0.1


def test_what_stands_still_again_is_let_go_in_about_half_a_second_of_frames() -> None:
    for fps, frames in ((0.0, 10), (40.0, 20)):
        params = Params(fps_target=fps)
        begun = moved(20, 40, params=params).places
        after = moved(20, 40, *[40] * frames, params=params).places
        assert np.allclose(after, begun * np.exp(-1), atol=1e-4)


def test_it_is_painted_where_something_moves() -> None:
    weights = Painter().weights(Params(paint="motion"), moved(20, 26, 32), shot(32))
    assert weights is not None
    found = weights(SIZE)[..., 0]
    assert found[45, 35] > 0.9
    assert found[:, 110:].max() == 0
