"""Fresh borders: no mirror line stands where a warp draws the picture in, on the host and on a device."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.frame import Canvas
from dreamstream.params import Params
from dreamstream.pictures import HOST, Pictures, pictures_on
from dreamstream.size import Size
from dreamstream.transforms import IDENTITY, TRANSFORMS, Affine, Tick, Warp, distort
from dreamstream.transforms.chain import then
from dreamstream.transforms.warp import places_of
from tests.device import NAME
from tests.fakes import picture

SIZE = Size(120, 80)
INWARDS = {"shear": 4.0, "breathing": -4.0, "tilt": 4.0, "mobius": 4.0, "matrix": -2.0}
"""Warps that draw something in, with an amount that draws in much within a few frames."""


def shapes(size: Size) -> Canvas:
    noise = np.random.default_rng(1).normal(0, 60, (*size.shape, 3)).astype(np.float32)
    return np.clip(picture(*size.shape) + HOST.blur(noise, 2.0) * 4, 0, 255)


def stream(frames: int, p: Pictures = HOST, **params: Any) -> Canvas:
    """Return a canvas that was distorted so many times, with no dream between."""
    canvas = p.of(shapes(SIZE))
    for index in range(1, frames + 1):
        _, canvas = distort(canvas, Params(**params), Tick.of(3, index, p))
    return p.host(canvas)


def folds(canvas: Canvas, deepest: int = 30) -> Iterator[float]:
    """Give for each line along a border the share of what changes across it that is the same on both sides.

    It is 1 for a mirror image, and a half where the sides have nothing to do with each other.
    """
    light = HOST.luma(canvas)
    for turned in (light, light[::-1], light.T, light.T[::-1]):
        for line in range(8, deepest):
            outer, inner = turned[line - 8 : line][::-1], turned[line + 1 : line + 9]
            alike, unlike = (outer + inner) / 2, (outer - inner) / 2
            alike = alike - alike.mean(axis=0)
            yield float((alike**2).sum() / ((alike**2).sum() + (unlike**2).sum()))


@pytest.mark.parametrize("turns", range(4), ids=["right", "above", "left", "below"])
def test_a_steady_inflow_brings_in_no_line_and_no_streaks(turns: int) -> None:
    x, y = (1, 0, -1, 0)[turns], (0, -1, 0, 1)[turns]
    for speed, frames in ((0.5, 40), (2.0, 10)):
        shift: dict[str, Any] = {"transform": "matrix", "matrix": (1, 0, speed * x, 0, 1, speed * y)}
        mirrored, fresh = (stream(frames, border=border, **shift) for border in ("mirror", "fresh"))
        assert np.array_equal(mirrored, stream(frames, **shift))  # what a dream has unless asked
        came_in = [np.rot90(each, -turns)[:, -18:-1] for each in (mirrored, fresh)]
        streaks = [np.abs(np.diff(each, axis=1)).mean() for each in came_in]
        assert max(folds(fresh)) < 0.75
        assert streaks[1] > 1
        assert max(folds(mirrored)) > 0.95 or streaks[0] < 0.5  # so slow that only the border is pulled out


@pytest.mark.parametrize("name", INWARDS)
def test_what_a_warp_draws_in_is_not_what_was_there(name: str) -> None:
    params: dict[str, Any] = {"transform": name, "amount": INWARDS[name], "cycle": 20}
    motion: Warp = IDENTITY
    for index in range(1, 10):
        motion = then(motion, distort(shapes(SIZE), Params(**params), Tick.of(3, index))[0], SIZE)
    places = places_of(SIZE) + (
        motion.moves(places_of(SIZE)) if isinstance(motion, Affine) else motion.vectors
    )
    beyond = ((places < -1) | (places > np.array(SIZE))).any(axis=2)
    mirrored, fresh = (HOST.luma(stream(9, border=border, **params)) for border in ("mirror", "fresh"))
    assert beyond.sum() > 200
    assert np.corrcoef(mirrored[beyond], fresh[beyond])[0, 1] < 0.5


@given(st.sampled_from(sorted(TRANSFORMS)), st.integers(1, 200))
def test_a_fresh_border_changes_only_the_rims_and_keeps_to_the_range(name: str, index: int) -> None:
    canvas, tick = shapes(SIZE), Tick.of(4, index)
    motion, mirrored = distort(canvas, Params(transform=name, cubic=False), tick)
    same, fresh = distort(canvas, Params(transform=name, cubic=False, border="fresh"), Tick.of(4, index))
    assert type(same) is type(motion)
    inner = np.s_[14:-14, 14:-14]
    assert np.array_equal(fresh[inner], mirrored[inner])
    assert -1e-3 <= fresh.min() <= fresh.max() <= 255 + 1e-3


def test_rims_end_along_no_straight_line() -> None:
    params: dict[str, Any] = {"transform": "zoom", "zoom": -0.05, "cubic": False}
    mirrored, fresh = (
        distort(shapes(SIZE), Params(**params, border=border), Tick.of(4, 1))[1]
        for border in ("mirror", "fresh")
    )
    changed = (mirrored != fresh).any(axis=2)
    for turned in (changed, changed[::-1], changed.T, changed.T[::-1]):
        depths = (~turned[:, 20:-20]).argmax(axis=0)  # away from the corners, where two rims meet
        assert 2 <= depths.min() <= depths.mean() / 1.5
        assert depths.max() >= depths.mean() * 1.3
        assert np.abs(np.diff(depths)).max() <= 3


@pytest.mark.parametrize("name", ["zoom", "spiral", "sine-roll", "kaleidoscope", "mirror", "blur", "none"])
def test_where_nothing_flows_in_it_is_the_same_dream(name: str) -> None:
    mirrored, fresh = (stream(3, transform=name, angle=0.0, border=border) for border in ("mirror", "fresh"))
    assert np.array_equal(mirrored, fresh)


@pytest.mark.device
@pytest.mark.parametrize("name", [*INWARDS, "zoom", "flow", "drift", "camera-shake", "tilt+sine-roll+shear"])
def test_a_device_has_the_host_s_border(name: str) -> None:
    device = pictures_on(NAME)
    one, other = (stream(4, p, transform=name, border="fresh", zoom=-0.03) for p in (HOST, device))
    assert np.abs(one - other).max() < 1.5


@pytest.mark.parametrize("name", [*INWARDS, "flow"])
def test_a_border_waits_for_no_device(name: str) -> None:
    nowhere = pictures_on("meta")
    _, canvas = distort(
        nowhere.of(shapes(SIZE)), Params(transform=name, border="fresh"), Tick.of(5, 7, nowhere)
    )
    assert canvas.shape == (*SIZE.shape, 3)


def test_a_small_canvas_has_a_border_too() -> None:
    canvas = shapes(Size(32, 20))
    _, moved = distort(canvas, Params(transform="zoom", zoom=-0.2, border="fresh"), Tick.of(0, 1))
    assert moved.shape == canvas.shape
    assert np.isfinite(moved).all()
