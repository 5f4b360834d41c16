"""A stall of the dreamer as the audience sees it: the picture moves, stays in its bounds, never jumps."""

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.display import Moment, Picture, Playhead, Window
from dreamstream.display.coasting import FARTHEST, TURN, ZOOM
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import Affine, Tick, distort
from dreamstream.transforms.tween import ways_of
from tests.display.drawing import opened, shot
from tests.fakes import FakeClock, picture

SIZE = WIDTH, HEIGHT = Size(160, 96)
RATE, SCREEN = 10, 60  # dreamed and screen frames a second
STEP = 1.2  # pixels, of a picture of that size: the most that a place moves from one screen frame to the next
WARPS = ["zoom", "rotate", "random-roll", "swirl", "none", "cut"]


@pytest.fixture(scope="module", params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str) -> Iterator[Window]:
    with opened(SIZE, request.param) as window:
        yield window


class Stall:
    """A dreamer of the transforms named, one for each frame, that comes and goes, and its moments."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.clock = FakeClock()
        noise = np.random.default_rng(1).normal(0, 60, (HEIGHT, WIDTH, 3)).astype(np.float32)
        detailed = picture(HEIGHT, WIDTH, seed=2) + cv2.GaussianBlur(noise, (0, 0), 1)  # as a dream is
        self.canvas = np.asarray(detailed, np.float32)
        self.frames = [Frame.of(self.canvas, 0, None, self.clock())]
        self.playhead = Playhead(self.clock)

    def dream(self) -> None:
        index = len(self.frames)
        name = self.names[index % len(self.names)]
        params = Params(transform="none" if name == "cut" else name, random_low=-5, random_high=5)
        warp, self.canvas = distort(self.canvas, params, Tick.of(index, 1))
        self.frames.append(Frame.of(self.canvas, index, None if name == "cut" else warp, self.clock()))

    def moments(self, seconds: float, dreaming: bool = False) -> Iterator[Moment]:
        for number in range(round(seconds * SCREEN)):
            if dreaming and number % (SCREEN // RATE) == 0:
                self.dream()
            self.clock.advance(1 / SCREEN)
            yield self.playhead.moment(self.frames[-8:])

    def go_on(self, seconds: float, dreaming: bool = False) -> None:
        for _ in self.moments(seconds, dreaming):
            pass


def shown(window: Window, moments: Iterator[Moment]) -> Iterator[np.ndarray]:
    for moment in moments:
        window.screen.draw(moment, window.size, Picture(Params(flash_guard=False)))
        yield shot(window)


def places(moment: Moment) -> np.ndarray:
    """Where the later frame is read from: H×W×2, in pixels."""
    warp = ways_of(moment, True)[1].warp(moment.later.size)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    if isinstance(warp, Affine):
        return np.stack([x, y, np.ones_like(x)], axis=-1) @ warp.matrix.T
    return np.stack([x, y], axis=-1) + warp.vectors


@pytest.mark.parametrize("name", WARPS)
def test_in_a_stall_the_picture_never_stands_nor_jumps_nor_goes_black(window: Window, name: str) -> None:
    """20 seconds of it: each picture differs from the last, by no more than a picture moved by STEP would.

    What stood still before the stall, for no warp moves it, begins to breathe in its first second.
    """
    stall = Stall(name)
    stall.go_on(2, dreaming=True)
    if name in ("none", "cut"):
        stall.go_on(1)
    pictures = list(shown(window, stall.moments(20)))
    changes = [np.abs(b - a).mean() for a, b in pairwise(pictures)]
    slope = np.abs(np.diff(stall.frames[-1].pixels.astype(np.float32), axis=1)).mean()
    assert min(changes) > 0, np.flatnonzero(np.array(changes) == 0)
    assert max(changes) < STEP * 1.5 * slope
    assert min(p.mean() for p in pictures) > 0.8 * stall.frames[-1].pixels.mean()


@pytest.mark.parametrize("name", WARPS)
def test_in_a_stall_the_picture_stays_in_its_bound_and_comes_back(name: str) -> None:
    stall = Stall(name)
    stall.go_on(2, dreaming=True)
    still = np.moveaxis(np.mgrid[:HEIGHT, :WIDTH][::-1], 0, -1)
    before, far, ways = None, [], []
    for moment in stall.moments(20):
        there = places(moment)
        far.append(np.linalg.norm(there - still, axis=-1).max())
        ways.append(moment.along)
        if before is not None:
            assert np.linalg.norm(there - before, axis=-1).max() < STEP
        before = there
    breath = np.hypot(WIDTH, HEIGHT) / 2 * (ZOOM + TURN)
    assert max(far) < FARTHEST * WIDTH + breath + 0.6  # and what is left of a residual
    if name != "cut":
        turns = [b for a, b, c in zip(ways, ways[1:], ways[2:], strict=False) if (b - a) * (c - b) < 0]
        assert len(turns) >= 6, "forth and back, without end"
        assert min(ways[300:]) < 0.02 * max(ways), "back to where it was"


@pytest.mark.parametrize("names", [("zoom",), ("random-roll",), ("zoom", "random-roll"), ("swirl", "rotate")])
def test_when_frames_come_again_nothing_jumps(window: Window, names: tuple[str, ...]) -> None:
    """A frame that is the last one over again joins in a stall at a place that no picture shows."""
    stall = Stall(*names)
    stall.go_on(2, dreaming=True)
    for seconds in (0.2, 1.3, 2.9):
        *_, before = shown(window, stall.moments(seconds))
        stall.dream()
        joined = next(shown(window, stall.moments(1 / SCREEN)))
        slope = np.abs(np.diff(stall.frames[-2].pixels.astype(np.float32), axis=1)).mean()
        assert 0 < np.abs(joined - before).mean() < STEP * 1.5 * slope


def test_coasting_is_over_a_while_after_the_stall() -> None:
    stall = Stall("zoom")
    stall.go_on(2, dreaming=True)
    stall.go_on(7)
    *_, moment = stall.moments(4, dreaming=True)
    assert moment.residual.affine.matrix == pytest.approx(np.eye(3)[:2])
    assert moment.along == 0


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(0.02, 1.5), st.sampled_from(["zoom", "rotate", "random-roll", "none"])),
        max_size=12,
    )
)
def test_whatever_comes_when_no_place_jumps(gaps: list[tuple[float, str]]) -> None:
    """A place moves by no more than the warps at hand and coasting can move it in a screen frame."""
    stall = Stall(*(name for _, name in gaps), "zoom")
    before: Moment | None = None
    for seconds, _ in gaps:
        stall.dream()
        for moment in stall.moments(seconds):
            if before is not None and before.later is moment.later and moment.t == before.t == 1:
                moved = np.linalg.norm(places(moment) - places(before), axis=-1).max()
                assert moved < 3 * STEP
            before = moment


def test_a_freeze_stands_still() -> None:
    stall = Stall("zoom")
    stall.go_on(2, dreaming=True)
    *_, before = stall.moments(3)
    stall.clock.advance(2)
    held = stall.playhead.moment(stall.frames[-8:], hold=True)
    assert np.array_equal(places(held), places(before))


def test_another_size_of_the_canvas_is_met() -> None:
    stall = Stall("random-roll")
    stall.go_on(2, dreaming=True)
    stall.go_on(1)
    stall.canvas = picture(HEIGHT // 2, WIDTH // 2)
    stall.dream()
    *_, moment = stall.moments(0.5)
    assert not moment.residual.fields
