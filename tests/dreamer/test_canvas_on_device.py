"""The whole dream on the device beside the host's; and frames that land during the next one."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from dreamstream.dreamer import Dreamer
from dreamstream.errors import DreamError
from dreamstream.frame import Frame
from dreamstream.params import ParamStore
from dreamstream.pictures import HOST, Landing, Pictures, pictures_on
from dreamstream.pictures.device import Device
from dreamstream.score.records import CanvasSwap
from dreamstream.size import Size
from dreamstream.stage.settings import Settings
from dreamstream.stage.stage import Stage
from dreamstream.transforms import Affine, Field
from tests.device import NAME
from tests.dreamer.dreamers import PARAMS, dreamer_of
from tests.fakes import FakeClock, still, tiny_net
from tests.waiting import NoWaiting

pytestmark = pytest.mark.device


class Later(Device):
    """A device whose frames land when they are asked for, a frame late, as a card's do."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.ahead = 1

    def out(self, numbers: torch.Tensor) -> Landing:
        return lambda: numbers.cpu().contiguous().numpy().copy()


EVERYTHING = {
    "octaves": 2,
    "mix": 0.1,
    "restless": 0.4,
    "smooth": 0.5,
    "soften": 0.7,
    "decorrelate": 0.3,
    "octave_tilt": 0.4,
    "held_palette": "source",
    "palette_pull": 0.5,
    "variety": 0.3,
    "paint": "border",
    "paint_share": 0.7,
    "fatigue": 1.0,
    "fatigue_time": 1.0,
    "pick": "weak",
    "pick_count": 3,
}
DIRECTED = {"direction": "1+3:-0.5", "direction_share": 1.0}  # alone: what is mixed is measured on the host


def show(pictures: Pictures, frames: int, **params: object) -> list[Frame]:
    store = ParamStore(PARAMS.model_copy(update=params))
    dreamer = dreamer_of(store, pictures=pictures)
    return [dreamer.step() for _ in range(frames)]


def difference(one: Frame, other: Frame) -> np.ndarray:
    return np.abs(one.pixels.astype(float) - other.pixels)


@pytest.mark.parametrize(
    "more", [{}, EVERYTHING, {**EVERYTHING, "held_palette": "neon"}, DIRECTED, {"tile_memory": 2}]
)
def test_a_frame_on_the_device_is_the_hosts(more: dict[str, Any]) -> None:
    host, device = (show(pictures, 2, **more) for pictures in (HOST, pictures_on(NAME)))
    assert difference(host[0], device[0]).max() <= 1
    assert difference(host[1], device[1]).mean() <= 0.1


@pytest.mark.parametrize(
    "more",
    [
        {},
        EVERYTHING,
        DIRECTED,
        {"tile_memory": 2},
        {"transform": "ripple+flow"},
        {"transform": "random-roll"},
    ],
)
def test_nothing_in_a_frame_waits_for_the_device(more: dict[str, Any]) -> None:
    store = ParamStore(PARAMS.model_copy(update=more))
    dreamer = dreamer_of(store, pictures=pictures_on(NAME))
    dreamer.step()
    dreamer.step()  # what is held on the device is there
    with NoWaiting(sends=True):
        dreamer.step()


@pytest.mark.parametrize("more", [{}, EVERYTHING, {"transform": "zoom+flow"}])
def test_frames_that_land_late_are_the_same(more: dict[str, Any]) -> None:
    at_once, late = show(pictures_on(NAME), 4, **more), show(Later(), 4, **more)
    assert [frame.index for frame in late] == [1, 2, 3, 4]
    for one, other in zip(at_once, late, strict=True):
        assert np.array_equal(one.pixels, other.pixels)
        assert isinstance(one.warp, Affine | Field)
        assert isinstance(other.warp, type(one.warp))
        moved = (frame.warp.apply(at_once[0].pixels) for frame in (one, other))  # by the screen
        assert np.array_equal(*moved)


def failing(dreamer: Dreamer, calls: set[int], fault: float) -> None:
    """Have the net's gradient be of one value in some of its calls, from 1."""
    gradient, count = dreamer.network.input_gradient, 0

    def broken(image: Any, objective: Any) -> Any:
        nonlocal count
        count += 1
        result, value = gradient(image, objective)
        return (result * 0 + fault if count in calls else result), value

    dreamer.network.input_gradient = broken  # type: ignore[method-assign]


@pytest.mark.parametrize(("fault", "what"), [(np.nan, "not a number"), (0.0, "empty")])
def test_a_gradient_that_cannot_be_climbed_is_told_a_frame_late_and_the_dream_goes_on(
    fault: float, what: str
) -> None:
    store = ParamStore(
        PARAMS.model_copy(update={"octaves": 1, "iterations": 1, "restless": 0.4, "fatigue": 1.0})
    )
    dreamer = dreamer_of(store, pictures=Later())
    failing(dreamer, {3}, fault)
    assert [dreamer.step().index, dreamer.step().index] == [1, 2]
    with pytest.raises(DreamError, match=f"conv2 is {what}"):
        dreamer.step()
    frames = [dreamer.step() for _ in range(3)]
    assert [frame.index for frame in frames] == [5, 6, 7]
    assert all(frame.pixels.std() > 5 for frame in frames)


def test_what_ends_the_next_frame_early_costs_none_that_is_begun() -> None:
    class Stopped(Exception):  # noqa: N818
        pass

    def checks(last: int) -> Callable[[], None]:
        def check() -> None:
            if dreamer.index > last:
                raise Stopped

        return check

    dreamer = dreamer_of(pictures=Later())
    assert [dreamer.step(checks(3)).index for _ in range(3)] == [1, 2, 3]
    with pytest.raises(Stopped):
        dreamer.step(checks(3))
    assert dreamer.step().index == 4


def test_another_canvas_in_the_middle_of_what_lands_late() -> None:
    store = ParamStore(PARAMS)
    dreamer = dreamer_of(store, pictures=Later())
    sizes = [dreamer.step().size]
    assert dreamer.switch(store.snapshot(), Size(96, 64), CanvasSwap((96, 64)))
    sizes += [dreamer.step().size for _ in range(3)]
    assert sizes == [Size(64, 48), Size(64, 48), Size(96, 64), Size(96, 64)]


def test_a_cut_between_a_bad_frame_and_its_landing_is_not_lost() -> None:
    store = ParamStore(PARAMS.model_copy(update={"octaves": 1, "iterations": 1, "step": 0.0}))
    dreamer = dreamer_of(store, 1, still(seed=1), pictures=Later())
    failing(dreamer, {3}, np.nan)
    frames = [dreamer.step(), dreamer.step()]  # the third is begun
    store.change(restart=1)
    with pytest.raises(DreamError):
        dreamer.step()
    frames.append(dreamer.step())
    assert frames[-1].warp is not None
    store.change(restart=2)
    dreamer.step()  # the one that was begun
    assert dreamer.step().warp is None


def test_what_nothing_was_dreamt_in_is_no_work_of_a_frame_that_was_begun() -> None:
    clock, store = FakeClock(), ParamStore(PARAMS)
    dreamer = Dreamer(store, (still(),), tiny_net(), 1, clock, pictures=Later())
    noted: list[float] = []
    dreamer.governor.note = lambda frame, seconds, climbing: noted.append(seconds)  # type: ignore[method-assign]
    gradient = dreamer.network.input_gradient

    def slow(image: Any, objective: Any) -> Any:
        clock.advance(0.1)
        return gradient(image, objective)

    dreamer.network.input_gradient = slow  # type: ignore[method-assign]
    dreamer.step()
    assert dreamer.coming == 2
    clock.advance(60)  # a pause
    dreamer.rested(60)
    dreamer.step()
    dreamer.step()
    assert max(noted) < 1


LIKE = {1: 0.9999, 30: 0.97, 300: 0.7}
"""Frame -> the least correlation of the large shapes: what is rounded otherwise grows."""


@pytest.mark.slow
@pytest.mark.parametrize(("transform", "last"), [("zoom", 30), ("random-roll", 300)])
def test_a_show_on_the_device_stays_with_the_hosts(transform: str, last: int) -> None:
    """By the 300th frame a zoom has brought in other pictures."""
    shows = []
    for place in ("host", "device"):
        params = {"transform": transform, "octaves": 1}
        settings = Settings(size=Size(128, 96), canvas_on=place, device=NAME, params=params)
        dreamer = Stage(settings).open_dreamer()
        shown = (dreamer.step().pixels.astype(np.float32) for _ in range(last))
        shows.append({index: frame for index, frame in enumerate(shown, 1) if index in LIKE})
    host, device = shows
    assert np.abs(host[1] - device[1]).mean() <= 0.1
    for index in host:
        low = [cv2.GaussianBlur(frame[index], (0, 0), 4).ravel() for frame in shows]
        assert np.corrcoef(*low)[0, 1] >= LIKE[index], f"frame {index}"
    assert np.abs(host[last].mean((0, 1)) - device[last].mean((0, 1))).max() <= 30
    assert 0.75 <= host[last].std() / device[last].std() <= 1.33
