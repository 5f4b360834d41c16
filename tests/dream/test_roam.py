"""The roam over a layer's map."""

from itertools import pairwise

import numpy as np
import pytest

from dreamstream.dream import Aim, LayerMap
from dreamstream.dream.roam import Roam
from dreamstream.params import Params


@pytest.fixture
def layer_map(rng: np.random.Generator) -> LayerMap:
    """A map of six kinds of places, four of each."""
    kinds = np.repeat(np.eye(6, 20), 4, axis=0)
    return LayerMap.of(kinds + rng.normal(0, 0.1, kinds.shape))


def test_all_places_are_seen_before_one_comes_back(layer_map: LayerMap) -> None:
    roam = Roam(layer_map, 3)
    order = [roam.place(number) for number in range(72)]
    rounds = [order[start : start + 24] for start in (0, 24, 48)]
    assert all(sorted(each) == list(range(24)) for each in rounds)
    assert rounds[0] != rounds[1] != rounds[2]


def test_the_order_is_the_seed_s(layer_map: LayerMap) -> None:
    first, again, other = (Roam(layer_map, seed) for seed in (3, 3, 4))
    assert again.place(50) == first.place(50)  # whatever was asked for before
    assert [first.place(n) for n in range(50)] == [again.place(n) for n in range(50)]
    assert [first.place(n) for n in range(50)] != [other.place(n) for n in range(50)]


def test_the_next_place_is_unlike_the_last(layer_map: LayerMap) -> None:
    for seed in range(10):
        roam = Roam(layer_map, seed)
        kinds = [roam.place(number) // 4 for number in range(240)]
        alike = sum(a == b for a, b in pairwise(kinds))
        assert alike < 15, "by chance there are 31"


def test_a_roam_is_smooth_and_stands_at_its_places(layer_map: LayerMap) -> None:
    roam, frames = Roam(layer_map, 1), 50
    vectors = [roam.at(step / frames) for step in range(20 * frames + 1)]
    angles = [np.arccos(np.clip(a @ b, -1, 1)) for a, b in pairwise(vectors)]
    assert max(angles) <= 1.5 * np.pi / frames  # the smooth step's steepest, over half a turn
    assert all(np.array_equal(roam.at(n), layer_map.vectors[roam.place(n)]) for n in range(20))
    assert all(np.linalg.norm(vector) == pytest.approx(1) for vector in vectors)


def test_a_map_of_one_place_is_roamed_too() -> None:
    roam = Roam(LayerMap.of(np.array([[0.0, 1.0]])), 1)
    assert np.allclose(roam.at(7.3), [0, 1])


def roamed(*params: Params) -> list[float]:
    aim = Aim.of(params[0])
    aims = [aim, *((aim := aim.next(each)) for each in params[1:])]
    return [each.roamed for each in aims]


def test_the_roam_goes_on_by_frames_and_stands_where_there_is_none() -> None:
    on, off = Params(roam=0.5, roam_time=2), Params(roam_time=2)
    assert roamed(*[on] * 41)[-1] == pytest.approx(1)
    assert roamed(on, on, off, off, on) == pytest.approx([0, 1 / 40, 1 / 40, 1 / 40, 2 / 40])
    faster = Params(roam=1, roam_time=2, fps_target=10)
    assert roamed(*[faster] * 21)[-1] == pytest.approx(1)


def test_with_the_beat_it_takes_whole_beats() -> None:
    beats = Params(roam=1, roam_time=1.2, bpm=120, quantise="beat")  # two beats of half a second
    assert roamed(*[beats] * 21)[-1] == pytest.approx(1)


def test_another_layer_is_roamed_from_as_far_on() -> None:
    one, other = Params(layer="conv1", roam=1, roam_time=1), Params(layer="conv2", roam=1, roam_time=1)
    assert roamed(one, one, other)[-1] == pytest.approx(2 / 20)
