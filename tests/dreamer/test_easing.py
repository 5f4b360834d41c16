"""Easing from one chain to the next."""

import numpy as np
import pytest

from dreamstream.dreamer.easing import Easing
from dreamstream.knobs import Link, links_of
from dreamstream.params import Params
from dreamstream.transforms import Tick, distort
from tests.fakes import picture


def eased(before: str, after: str, frames: int, **params: float) -> list[tuple[Link, ...]]:
    easing = Easing()
    easing.links(Params(transform=before))
    return [easing.links(Params(transform=after, **params)) for _ in range(frames)]


def test_the_first_chain_is_there_at_once() -> None:
    assert Easing().links(Params(transform="zoom+rotate")) == links_of("zoom+rotate")


def test_a_change_takes_its_time_and_ends_at_the_new_chain() -> None:
    ways = eased("zoom", "rotate", 21, ease=1.0)
    zoom = [dict(links).get("zoom", 0.0) for links in ways]
    rotate = [dict(links).get("rotate", 0.0) for links in ways]
    assert np.allclose(np.add(zoom, rotate), 1)
    assert (np.diff(rotate) >= 0).all()
    assert np.diff(rotate, prepend=0).max() < 0.08  # no jerk in 20 frames
    assert ways[18] != ways[19] == ways[20] == links_of("rotate")


def test_it_counts_in_frames_of_the_rate_that_is_kept() -> None:
    assert eased("zoom", "rotate", 30, ease=1.0, fps_target=30)[28] != links_of("rotate")
    assert eased("zoom", "rotate", 30, ease=1.0, fps_target=30)[29] == links_of("rotate")


def test_no_time_is_a_cut() -> None:
    assert eased("zoom", "rotate", 1, ease=0) == [links_of("rotate")]


def test_what_stays_in_the_chain_goes_on_at_full_strength() -> None:
    for links in eased("zoom", "zoom+rotate", 20):
        assert dict(links)["zoom"] == pytest.approx(1)
    for links in eased("zoom:2+rotate", "zoom", 20):
        assert 1 <= dict(links)["zoom"] <= 2


def test_a_change_in_the_middle_of_another_goes_on_from_there() -> None:
    easing = Easing()
    easing.links(Params(transform="zoom"))
    for _ in range(10):
        middle = easing.links(Params(transform="rotate"))
    after = easing.links(Params(transform="none"))
    assert dict(middle).keys() == dict(after).keys()
    assert all(abs(dict(after)[name] - scale) < 0.02 for name, scale in middle)


def test_a_transform_that_is_there_twice_is_not_mixed_up() -> None:
    for links in eased("zoom+rotate+zoom", "zoom", 19):
        assert sum(scale for name, scale in links if name == "zoom") == pytest.approx(2, abs=1.01)
    _, canvas = distort(picture(), Params(), Tick.of(1, 1), eased("zoom+rotate+zoom", "zoom", 5)[-1])
    assert np.isfinite(canvas).all()


def zooms(easing: Easing, params: Params, frames: int, first: int = 1) -> list[float]:
    """How much is cut away at each frame."""
    made = []
    for index in range(first, first + frames):
        links = easing.links(params, index)
        warp, _ = distort(picture(), easing.knobs(params), Tick.of(1, index), links)
        made.append(1 - warp.matrix[0, 0])  # type: ignore[union-attr]
    return made


@pytest.mark.parametrize("amount", [1.0, 3.0])
def test_knobs_that_change_with_the_chain_go_along(amount: float) -> None:
    easing, before = Easing(), Params(transform="zoom", zoom=0.02)
    after = Params(transform="zoom+blur:0.5", zoom=0.008, amount=amount)
    way = zooms(easing, before, 1) + zooms(easing, after, 25, 2)
    assert way[0] == pytest.approx(0.02)
    assert way[20:] == pytest.approx([0.008 * amount] * 6)
    assert np.abs(np.diff(way)).max() < 0.15 * max(abs(way[0] - way[-1]), 0.01)


def test_knobs_are_there_at_once_by_a_cut_and_by_themselves() -> None:
    easing = Easing()
    zooms(easing, Params(transform="zoom", zoom=0.02), 1)
    assert zooms(easing, Params(transform="zoom+blur", zoom=0.1, ease=0), 1, 2) == pytest.approx([0.1])
    assert zooms(easing, Params(transform="zoom+blur", zoom=0.2), 1, 3) == pytest.approx([0.2])
    (middle,) = zooms(easing, Params(transform="zoom", zoom=0.2), 1, 4)
    assert middle == pytest.approx(0.2)
    (turned,) = zooms(easing, Params(transform="zoom", zoom=0.05), 1, 5)
    assert turned == pytest.approx(0.05), "by hand, in the middle of a change"


def test_knobs_go_on_from_the_middle_of_a_change_and_a_frame_tried_again_is_the_same() -> None:
    easing = Easing()
    zooms(easing, Params(transform="zoom", zoom=0.02), 1)
    way = zooms(easing, Params(transform="zoom+blur", zoom=0.1), 10, 2)
    (again,) = zooms(easing, Params(transform="zoom+blur", zoom=0.1), 1, 11)
    assert again == way[-1]
    (on,) = zooms(easing, Params(transform="zoom+hue", zoom=0.3), 1, 12)
    assert abs(on - way[-1]) < 0.01
    (again,) = zooms(easing, Params(transform="zoom+hue", zoom=0.3), 1, 12)
    assert again == on


@pytest.mark.parametrize(
    ("bpm", "ease", "frames"), [(120, 1.0, 20), (100, 1.0, 24), (60, 0.2, 20), (0, 1.0, 20)]
)
def test_with_the_beat_it_eases_over_whole_beats(bpm: float, ease: float, frames: int) -> None:
    params = Params(transform="zoom", bpm=bpm, on_beat=True, ease=ease)
    easing = Easing()
    easing.links(params)
    after = params.model_copy(update={"transform": "rotate"})
    taken = 1
    while easing.links(after) != (Link("rotate"),):
        taken += 1
    assert taken == frames


def test_with_the_beat_no_ease_is_none() -> None:
    easing = Easing()
    params = Params(transform="zoom", bpm=90, on_beat=True, ease=0)
    easing.links(params)
    assert easing.links(params.model_copy(update={"transform": "rotate"})) == (Link("rotate"),)
