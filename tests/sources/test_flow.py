"""Optical flow, on motion that is known."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.size import Size
from dreamstream.sources.flow import Flow, flow_between, seen
from tests.fakes import picture
from tests.moving import SIZE, Moving, panned, texture, turned, with_figure

MOTIONS = [panned, turned, with_figure]


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    before = cv2.getNumThreads()
    yield cv2.setNumThreads
    cv2.setNumThreads(before)


def flow_of(before: np.ndarray, after: np.ndarray) -> Flow:
    return flow_between(seen(before), seen(after))


def between(moving: Moving, number: int) -> tuple[Flow, np.ndarray]:
    """The flow to a picture, and by how many pixels each of its vectors is wrong."""
    flow = flow_of(*moving.pictures[number - 1 : number + 1])
    y, x = np.mgrid[: SIZE.height, : SIZE.width]
    return flow, np.linalg.norm(flow.vectors + np.dstack([x, y]) - moving.places[number], axis=-1)


@pytest.mark.parametrize("motion", MOTIONS)
def test_it_tells_where_things_were_to_a_part_of_a_pixel(motion: Callable[[int], Moving]) -> None:
    moving = motion(6)
    flow, wrong = between(moving, 5)
    known = moving.known[5]
    assert np.median(wrong[known]) < 0.12
    assert np.mean(wrong[known] < 1) > 0.85
    if moving.on_figure[5].any():
        assert np.median(wrong[known & moving.on_figure[5]]) < 0.4
    assert flow.new[known].mean() < 0.05
    assert not flow.cut


@pytest.mark.parametrize("fast", [15, 30, 45])
def test_what_moves_fast_is_found_a_view_and_a_figure(fast: int) -> None:
    """In pixels of 448x252: up to a tenth of the width from one picture to the next."""
    large, size = texture(1, Size(900, 600)), Size(448, 252)
    before, after = (np.ascontiguousarray(large[100:352, x : x + size.width]) for x in (100, 100 + fast))
    flow = flow_of(before, after)
    assert np.percentile(np.abs(flow.vectors - (fast, 0))[:, : -2 * fast], 95) < 1
    assert not flow.cut
    figure = texture(2, Size(96, 160))
    after = before.copy()
    before[46:206, 150:246], after[46:206, 150 + fast : 246 + fast] = figure, figure
    flow = flow_of(before, after)
    wrong = np.linalg.norm(np.add(flow.vectors, (fast, 0)), axis=-1)[56:196, 160 + fast : 236 + fast]
    assert np.median(wrong) < 3
    ground = np.ones(size.shape, bool)
    ground[46:206, 150 : 246 + fast] = False
    dragged = (np.linalg.norm(flow.vectors, axis=-1) > 1) & (flow.new < 0.5)
    assert dragged[ground].mean() < 0.02, "what is beside it stays"


def test_what_comes_in_from_outside_and_from_behind_is_new() -> None:
    moving = panned(2)
    flow, _ = between(moving, 1)
    assert flow.new[:-3, -2:].mean() > 0.8
    assert flow.new[10:-10, 10:-10].mean() < 0.02
    ground, figure = texture(1, SIZE), texture(2, Size(48, 48))
    before, after = ground.copy(), ground.copy()
    before[24:72, 20:68], after[24:72, 32:80] = figure, figure
    flow = flow_of(before, after)
    assert flow.new[28:68, 20:30].mean() > 0.5, "which it hid"
    assert flow.new[28:68, 100:].mean() < 0.02


def test_what_is_plain_goes_along_with_what_is_around_whatever_its_noise() -> None:
    rng, plain = np.random.default_rng(0), np.full((*SIZE.shape, 3), 150, np.float32)
    noise = [np.float32(rng.normal(0, 3, plain.shape)) for _ in range(2)]
    plain[:, :24] = texture(1, Size(24, SIZE.height))
    flow = flow_of(*[np.asarray(plain + each, np.float32) for each in noise])
    assert np.percentile(np.linalg.norm(flow.vectors, axis=-1), 95) < 0.4
    assert flow.new.mean() < 0.1


def test_the_same_again_does_not_move_at_all() -> None:
    flow = flow_of(picture(), picture())
    assert not flow.vectors.any()
    assert not flow.new.any()
    assert not flow.cut


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (texture(1, SIZE), texture(2, SIZE)),
        (texture(1, SIZE), np.zeros((*SIZE.shape, 3), np.float32)),
        (np.zeros((*SIZE.shape, 3), np.float32), texture(1, SIZE)),
        (picture(96, 160, 1), picture(96, 160, 2)),
    ],
    ids=["another", "black", "from black", "soft"],
)
def test_a_cut_is_noticed(before: np.ndarray, after: np.ndarray) -> None:
    assert flow_of(before, after).cut


@pytest.mark.parametrize("change", [lambda p: p * 0.7, lambda p: p + 30, lambda p: np.roll(p, 12, 1)])
def test_light_that_changes_and_fast_motion_are_no_cut(change: Callable[[np.ndarray], np.ndarray]) -> None:
    large = np.asarray(texture(1, Size(448, 252)) * 0.8, np.float32)
    assert not flow_of(large, change(large)).cut


def test_it_is_the_same_with_any_number_of_threads(threads: Callable[[int], None]) -> None:
    before, after = with_figure(2).pictures
    flows = []
    for count in (1, 2, 3, 8):
        threads(count)
        flows += [flow_of(before, after) for _ in range(3)]
    for flow in flows[1:]:
        assert np.array_equal(flow.vectors, flows[0].vectors)
        assert np.array_equal(flow.new, flows[0].new)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 200), st.integers(1, 200), st.sampled_from([0.0, 1.0]), st.integers(0, 3))
def test_pictures_of_any_size_have_a_flow(width: int, height: int, contrast: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = contrast * rng.uniform(0, 255, (2, height, width, 3))
    before, after = np.asarray(levels[0], np.float32), np.asarray(levels[1], np.float32)
    flow = flow_of(before, after)
    assert flow.vectors.shape == (height, width, 2)
    assert flow.new.shape == (height, width)
    assert np.isfinite(flow.vectors).all()
    assert flow.new.min() >= 0
    assert flow.new.max() <= 1
