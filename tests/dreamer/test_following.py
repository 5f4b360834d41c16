"""Dreams that follow what moves in their source, on motion that is known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dreamstream.frame import Frame
from dreamstream.params import ParamStore
from dreamstream.pictures import HOST, Pictures, pictures_on
from dreamstream.transforms import IDENTITY, Field
from tests.device import NAME
from tests.dreamer.dreamers import PARAMS, Failing, dreamer_of
from tests.fakes import FakeClock, ListSource, still, tiny_net
from tests.moving import Moving, panned, turned, with_figure

STILL = {"transform": "none", "mix": 0.15}


def show(pictures: list[np.ndarray], place: Pictures = HOST, **params: Any) -> list[Frame]:
    """The frames that are dreamt over pictures: each has one, but the first, which begins it."""
    store = ParamStore(PARAMS.model_copy(update={**STILL, **params}))
    dreamer = dreamer_of(store, 1, ListSource(pictures), pictures=place)
    return [dreamer.step() for _ in pictures[1:]]


def pixels(frames: list[Frame]) -> list[np.ndarray]:
    return [frame.pixels.astype(np.float32) for frame in frames]


@pytest.mark.parametrize(
    ("motion", "on_figure"),
    [(panned, None), (turned, None), (with_figure, True)],
    ids=["pan", "turn", "figure"],
)
def test_the_dream_sticks_to_what_moves(motion: Callable[[int], Moving], on_figure: bool | None) -> None:
    moving = motion(24)
    changes = [
        moving.changes([moving.pictures[0], *pixels(show(moving.pictures, follow=follow))], on_figure)
        for follow in (0.0, 0.5, 1.0)
    ]
    assert changes[2] <= changes[0] / 2
    assert changes[2] < changes[1] < changes[0]


def test_what_stands_still_beside_what_moves_stays_as_it_was() -> None:
    moving = with_figure(24)
    plain, followed = (
        moving.changes([moving.pictures[0], *pixels(show(moving.pictures, follow=follow))], on_figure=False)
        for follow in (0.0, 1.0)
    )
    assert followed < 1.2 * plain


def test_where_something_new_is_seen_it_is_the_source() -> None:
    moving = panned(12)
    quiet = {
        "step": 0.0,
        "grain": 0.0,
        "wander": 0.0,
        "restless": 0.0,
        "hold": 0.0,
        "mix": 0.0,
        "follow": 1.0,
    }
    last = pixels(show(moving.pictures, HOST, **quiet))[-1]
    wrong = np.abs(last - moving.pictures[-1]).mean(-1)
    assert wrong[4:-4, -20:-1].mean() < 4, "that came in from the right, and nothing was dreamt"
    assert wrong[4:-4, 4:-20].mean() < 4, "and nothing was lost on the way"
    plain = pixels(show(moving.pictures, HOST, **{**quiet, "follow": 0.0}))[-1]
    assert np.abs(plain - moving.pictures[-1]).mean() > 15


def test_the_frame_tells_the_motion_that_it_followed_and_its_transform_s_behind_it() -> None:
    moving = panned(4)
    for frame in show(moving.pictures, follow=1.0):
        assert isinstance(frame.warp, Field)
        assert np.median(frame.warp.vectors, (0, 1)) == pytest.approx((2.5, 1.0), abs=0.1)
    for frame in show(moving.pictures, follow=1.0, transform="matrix", matrix=(1, 0, 7, 0, 1, 0)):
        assert isinstance(frame.warp, Field)
        assert np.median(frame.warp.vectors, (0, 1)) == pytest.approx((9.5, 1.0), abs=0.1)


def test_without_it_nothing_is_different_and_a_still_is_not_followed() -> None:
    store = ParamStore(PARAMS.model_copy(update={"mix": 0.2}))
    plain = [dreamer_of(store, 1, still()).step() for _ in range(2)]
    store.change(follow=1.0)
    followed = [dreamer_of(store, 1, still()).step() for _ in range(2)]
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(plain, followed, strict=True))


def test_it_follows_though_nothing_flows_in() -> None:
    moving = panned(8)
    frames = show(moving.pictures, follow=1.0, mix=0.0)
    assert isinstance(frames[-1].warp, Field)
    assert moving.changes([moving.pictures[0], *pixels(frames)]) < 4


@pytest.mark.parametrize("ease", [0.0, 0.5])
def test_a_cut_in_the_film_is_not_followed_and_flows_in_faster(ease: float) -> None:
    pictures = [*panned(4).pictures, *[np.ascontiguousarray(p[:, ::-1]) for p in turned(12).pictures]]
    frames = show(pictures, follow=1.0, mix=0.05, ease=ease)
    plain = show(pictures, mix=0.05, ease=ease)
    at = 3  # the first that shows the picture behind the cut
    assert frames[at].warp is (None if ease == 0 else IDENTITY)
    assert isinstance(frames[at + 1].warp, Field)

    def far(frame: Frame) -> float:
        return float(np.abs(frame.pixels - pictures[-1]).mean())

    assert far(frames[-1]) < 0.6 * far(plain[-1])


def test_the_same_pictures_are_followed_the_same_bit_for_bit_also_over_a_frame_that_failed() -> None:
    pictures = [*panned(5).pictures, *turned(5).pictures]
    store = ParamStore(PARAMS.model_copy(update={**STILL, "follow": 1.0, "ease": 0.3}))
    once = [frame.pixels for frame in show(pictures, follow=1.0, ease=0.3)]
    for fails in range(1, 9):
        dreamer = Failing(store, [ListSource(pictures)], tiny_net(), 1, FakeClock())
        dreamer.fails = frozenset([fails])
        again = []
        while len(again) < len(once):
            try:
                again.append(dreamer.step().pixels)
            except FloatingPointError:
                assert dreamer.steps == fails
        assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True)), fails


def test_what_a_tile_remembers_goes_along() -> None:
    moving = panned(24)
    changes = [
        moving.changes([moving.pictures[0], *pixels(show(moving.pictures, follow=follow, tile_memory=2))])
        for follow in (0.0, 1.0)
    ]
    assert changes[1] <= changes[0] / 2


def test_another_source_and_another_size_are_no_motion() -> None:
    store = ParamStore(PARAMS.model_copy(update={**STILL, "follow": 1.0, "ease": 0.0}))
    two = ListSource(panned(6).pictures), ListSource(turned(6).pictures)
    dreamer = dreamer_of(store, 1, *two)
    for _ in range(3):
        dreamer.step()
    store.change(next_source=1, ease=1.0)
    assert dreamer.step().warp is IDENTITY
    assert isinstance(dreamer.step().warp, Field)


@pytest.mark.device
@pytest.mark.parametrize("more", [{}, {"transform": "zoom"}, {"transform": "zoom+flow", "tile_memory": 2}])
def test_a_frame_that_followed_on_the_device_is_the_hosts(more: dict[str, Any]) -> None:
    host, device = (
        show(with_figure(4).pictures, place, follow=1.0, **more) for place in (HOST, pictures_on(NAME))
    )
    for one, other in zip(host, device, strict=True):
        assert np.abs(one.pixels.astype(float) - other.pixels).mean() <= 0.1
        assert isinstance(one.warp, Field)
        assert isinstance(other.warp, Field)
        assert np.allclose(one.warp.vectors, other.warp.vectors, atol=0.1)
