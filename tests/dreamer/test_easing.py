"""Easing from one chain to the next."""

import numpy as np
import pytest

from dreamstream.dreamer.easing import Easing
from dreamstream.knobs import Link, links_of
from dreamstream.params import Params
from dreamstream.transforms import Tick, distort
from tests.fakes import picture


def eased(before: str, after: str, frames: int, **params: float) -> list[tuple[Link, ...]]:
    return [
        each.links for each in easings(Params(transform=before), Params(transform=after, **params), frames)
    ]


def easings(before: Params, after: Params, frames: int) -> list[Easing]:
    """Those of the frames from a change on, after one frame before it."""
    made = [Easing(before)]
    for _ in range(frames):
        made.append(made[-1].next(after))
    return made[1:]


def test_the_first_chain_is_there_at_once() -> None:
    assert Easing(Params(transform="zoom+rotate")).links == links_of("zoom+rotate")


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
    tenth = easings(Params(transform="zoom"), Params(transform="rotate"), 10)[-1]
    middle, after = tenth.links, tenth.next(Params(transform="none")).links
    assert dict(middle).keys() == dict(after).keys()
    assert all(abs(dict(after)[name] - scale) < 0.02 for name, scale in middle)


def test_other_weights_of_the_same_links_are_there_at_once() -> None:
    assert eased("zoom+rotate", "zoom:0.3+rotate:0.8", 1) == [links_of("zoom:0.3+rotate:0.8")]


def test_a_link_that_has_only_begun_to_come_is_there_at_once() -> None:
    slight = "zoom:0.99+rotate:0.01"
    assert eased("zoom", slight, 1) == [links_of(slight)]
    assert eased(slight, "zoom", 1) == [links_of("zoom")]
    assert eased("zoom", "zoom:0.9+rotate:0.1", 1) != [links_of("zoom:0.9+rotate:0.1")]


def test_a_transform_that_is_there_twice_is_not_mixed_up() -> None:
    for links in eased("zoom+rotate+zoom", "zoom", 19):
        assert sum(scale for name, scale in links if name == "zoom") == pytest.approx(2, abs=1.01)
    _, canvas = distort(picture(), Params(), Tick.of(1, 1), eased("zoom+rotate+zoom", "zoom", 5)[-1])
    assert np.isfinite(canvas).all()


def zoomed(easing: Easing) -> float:
    """How much is cut away at a frame."""
    warp, _ = distort(picture(), easing.knobs, Tick.of(1, 1), easing.links)
    return float(1 - warp.matrix[0, 0])  # type: ignore[union-attr]


@pytest.mark.parametrize("amount", [1.0, 3.0])
def test_knobs_that_change_with_the_chain_go_along(amount: float) -> None:
    before = Params(transform="zoom", zoom=0.02)
    after = Params(transform="zoom+blur:0.5", zoom=0.008, amount=amount)
    way = [zoomed(each) for each in (Easing(before), *easings(before, after, 25))]
    assert way[0] == pytest.approx(0.02)
    assert way[20:] == pytest.approx([0.008 * amount] * 6)
    assert np.abs(np.diff(way)).max() < 0.15 * max(abs(way[0] - way[-1]), 0.01)


def test_knobs_are_there_at_once_by_a_cut_and_by_themselves() -> None:
    easing = Easing(Params(transform="zoom", zoom=0.02))
    cut = easing.next(Params(transform="zoom+blur", zoom=0.1, ease=0))
    assert zoomed(cut) == pytest.approx(0.1)
    alone = cut.next(Params(transform="zoom+blur", zoom=0.2))
    assert zoomed(alone) == pytest.approx(0.2)
    middle = alone.next(Params(transform="zoom", zoom=0.2))
    assert zoomed(middle) == pytest.approx(0.2)
    turned = middle.next(Params(transform="zoom", zoom=0.05))
    assert zoomed(turned) == pytest.approx(0.05), "by hand, in the middle of a change"


def test_knobs_go_on_from_the_middle_of_a_change_and_a_frame_tried_again_is_the_same() -> None:
    after = Params(transform="zoom+blur", zoom=0.1)
    *_, ninth, tenth = easings(Params(transform="zoom", zoom=0.02), after, 10)
    assert zoomed(ninth.next(after)) == zoomed(tenth)
    on = zoomed(tenth.next(Params(transform="zoom+hue", zoom=0.3)))
    assert abs(on - zoomed(tenth)) < 0.01
    assert zoomed(tenth.next(Params(transform="zoom+hue", zoom=0.3))) == on


@pytest.mark.parametrize(
    ("bpm", "ease", "frames"), [(120, 1.0, 20), (100, 1.0, 24), (60, 0.2, 20), (0, 1.0, 20)]
)
def test_with_the_beat_it_eases_over_whole_beats(bpm: float, ease: float, frames: int) -> None:
    params = Params(transform="zoom", bpm=bpm, quantise="beat", ease=ease)
    after = params.model_copy(update={"transform": "rotate"})
    way = [each.links for each in easings(params, after, frames)]
    assert way.index((Link("rotate"),)) == frames - 1


def test_with_the_beat_no_ease_is_none() -> None:
    params = Params(transform="zoom", bpm=90, quantise="beat", ease=0)
    (cut,) = easings(params, params.model_copy(update={"transform": "rotate"}), 1)
    assert cut.links == (Link("rotate"),)
