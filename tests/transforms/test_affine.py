import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS, Affine, Tick
from dreamstream.transforms.affine import wandering

SIZE = WIDTH, HEIGHT = Size(72, 54)
CENTRE = np.array([WIDTH / 2, HEIGHT / 2, 1])
SEEDS, INDICES = st.integers(0, 2**32), st.integers(1, 10**6)


def warp(name: str, index: int = 1, seed: int = 0, **params: object) -> Affine:
    make = TRANSFORMS[name].warp
    assert make is not None
    made = make(SIZE, Params(**params), Tick.of(seed, index))
    assert isinstance(made, Affine)
    return made


def whole(affine: Affine) -> np.ndarray:
    return np.vstack([affine.matrix, [0, 0, 1]])


def test_shear_shifts_each_row_by_its_distance_from_the_middle() -> None:
    for y in (0, 10, HEIGHT / 2, 40):
        read_from = warp("shear", shear=0.1).matrix @ [20, y, 1]
        assert np.allclose(read_from, [20 + 0.1 * (y - HEIGHT / 2), y])


def test_spiral_is_a_zoom_and_a_rotation() -> None:
    both = whole(warp("zoom", zoom=0.1)) @ whole(warp("rotate", angle=12))
    assert np.allclose(whole(warp("spiral", zoom=0.1, angle=12)), both)


@pytest.mark.parametrize("cycle", [8, 90])
def test_a_whole_breath_comes_back(cycle: int) -> None:
    sizes, picture = [], np.eye(3)
    for index in range(1, cycle + 1):
        picture = picture @ whole(warp("breathing", index, cycle=cycle, breath=0.05))
        sizes.append(picture[0, 0])
    assert np.allclose(picture, np.eye(3))
    assert min(sizes) == pytest.approx(np.exp(-0.05 / np.tan(np.pi / cycle)))  # the sum of half a sine


@given(SEEDS, st.sampled_from([1, 2, 7]))
def test_a_shaken_camera_stays_near_home(seed: int, every: int) -> None:
    picture = np.eye(3)
    for index in range(every, 60 * every, every):
        shaken = warp("camera-shake", index, seed, shake=6, shake_angle=0, every=every)
        picture = whole(shaken) @ picture
        assert np.abs(picture @ CENTRE - CENTRE).max() <= 12.001  # home is at most 6 px from either end


@given(SEEDS, INDICES)
def test_drift_keeps_to_its_knobs(seed: int, index: int) -> None:
    matrix = warp("drift", index, seed, zoom=0.05, angle=3, shift=4).matrix
    scale, turn = np.sqrt(np.linalg.det(matrix[:, :2])), np.rad2deg(np.arctan2(matrix[1, 0], matrix[0, 0]))
    assert np.exp(-0.05) - 1e-9 <= scale <= 1 + 1e-9
    assert abs(turn) <= 3.0001
    assert np.abs(matrix @ CENTRE - CENTRE[:2]).max() <= 4.0001


@given(SEEDS, st.floats(0, 1e4))
def test_what_wanders_is_smooth_and_within_one(seed: int, cycles: float) -> None:
    now, later = wandering(seed, cycles, 4), wandering(seed, cycles + 0.01, 4)
    assert np.abs(now).max() <= 1
    assert np.abs(later - now).max() <= 2 * np.pi * 0.01  # no faster than about a sine a cycle
    assert len(set(now)) == 4  # each by itself


def test_another_seed_wanders_another_way() -> None:
    assert not np.allclose(warp("drift", 5, seed=1).matrix, warp("drift", 5, seed=2).matrix)
