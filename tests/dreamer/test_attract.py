"""Where nobody is before the camera, it dreams of who was; by real pictures, and by a real dreamer."""

from itertools import pairwise

import numpy as np
import pytest

from dreamstream.dreamer.attract import Attract
from dreamstream.frame import Canvas
from dreamstream.params import Params, ParamStore
from tests.dreamer.dreamers import PARAMS, Failing, dreamer_of
from tests.fakes import FakeClock, ListSource, tiny_net
from tests.moving import SIZE, texture, with_figure

WAITS = Params(attract=3.0, fps_target=10.0)  # 30 frames; a second to go over takes 10
ROOM = texture(1, SIZE)
NOISE = 4.0  # grey levels, of a poor camera


class Watched:
    """An attract that is shown pictures, one each frame."""

    def __init__(self, params: Params = WAITS) -> None:
        self.attract, self.params, self.frame = Attract(), params, 0
        self._rng = np.random.default_rng(0)

    def see(self, picture: Canvas) -> Canvas:
        self.frame += 1
        return self.attract.shown(picture, self.params, self.frame)

    def empty_room(self, frames: int) -> list[bool]:
        """Say of each frame whether something else is shown than the room that a noisy camera sees."""
        noise = (self._rng.normal(0, NOISE, ROOM.shape).astype(np.float32) for _ in range(frames))
        rooms = [np.asarray(ROOM + each, np.float32) for each in noise]
        return [self.see(room) is not room for room in rooms]


def away(shown: Canvas, other: Canvas) -> float:
    return float(np.abs(shown - other).mean())


def test_what_moved_is_shown_once_nothing_has_for_so_long() -> None:
    watched, figures = Watched(), with_figure(30).pictures
    assert all(watched.see(each) is each for each in figures), "live while something moves"
    watched.see(ROOM)  # the figure is gone, which is a motion, too
    assert not any(watched.empty_room(30))
    assert all(watched.empty_room(70)), "from here on"
    nearest = min(away(watched.see(ROOM), figure) for figure in figures)
    assert nearest < 5
    assert away(watched.see(ROOM), ROOM) > 5


def test_it_goes_over_slowly_and_comes_back_within_a_few_frames() -> None:
    watched = Watched()
    figures = with_figure(30).pictures
    for each in figures:
        watched.see(each)
    shown = [watched.see(ROOM) for _ in range(300)]
    steps = [away(one, other) for one, other in pairwise(shown)]
    assert max(steps) < 1, "a grey level a frame is not seen"
    assert sum(steps) > 20, "though it goes from one to the next"
    back = [away(watched.see(each), each) for each in figures[:6]]
    assert back[0] > 0
    assert back[4:] == [0, 0]


def test_where_nothing_ever_moved_it_stays_live() -> None:
    watched = Watched()
    assert not any(watched.empty_room(400))


def test_off_it_shows_the_picture_itself_and_begins_to_wait_when_it_is_turned_on() -> None:
    watched = Watched()
    for each in with_figure(30).pictures:
        watched.see(each)
    watched.empty_room(100)
    watched.params = Params(fps_target=10.0)
    assert not any(watched.empty_room(100))
    watched.params = WAITS
    assert not any(watched.empty_room(30))
    assert all(watched.empty_room(5))


def test_it_counts_frames_of_the_rate_that_is_kept() -> None:
    for rate, frames in ((10.0, 20), (30.0, 60), (0.0, 40), (0.1, 1)):
        watched = Watched(Params(attract=2.0, fps_target=rate))
        for each in with_figure(60).pictures:
            watched.see(each)
        watched.see(ROOM)
        assert watched.empty_room(frames + 1) == [False] * frames + [True]


@pytest.mark.parametrize("slow", [0.25, 0.5])
def test_a_small_slow_figure_is_somebody(slow: float) -> None:
    """A tenth of the picture's width, that goes through it in half a minute."""
    watched = Watched(WAITS.model_copy(update={"attract": 1.0}))
    figure = texture(3)[:32, :16]
    for t in range(280):
        room = ROOM.copy()
        at = int(t * slow)
        room[40:72, at : at + 16] = figure
        assert watched.see(room) is room


def test_another_size_of_canvas_keeps_what_is_remembered() -> None:
    watched = Watched()
    for each in with_figure(30).pictures:
        watched.see(each)
    watched.empty_room(100)
    large = np.repeat(np.repeat(ROOM, 2, 0), 2, 1)
    shown = watched.see(large)
    assert shown.shape == large.shape
    assert away(shown, large) > 5


def film() -> list[Canvas]:
    """Somebody goes through, the room is empty, somebody comes again."""
    figures = with_figure(30).pictures
    return [*figures, *[ROOM] * 60, *figures[::-1][:10]]


def show(*fails: int, **params: object) -> list[np.ndarray]:
    values = {"mix": 0.2, "follow": 1.0, "attract": 1.0, "fps_target": 10.0, "transform": "none"}
    store = ParamStore(PARAMS.model_copy(update={**values, **params}))
    dreamer = Failing(store, [ListSource(film())], tiny_net(), 1, FakeClock())
    dreamer.fails = frozenset(fails)
    frames: list[np.ndarray] = []
    while len(frames) < len(film()) - 1:
        try:
            frames.append(dreamer.step().pixels.astype(np.float32))
        except FloatingPointError:
            assert dreamer.steps in fails
    return frames


def test_the_dream_goes_over_and_comes_back_the_same_bit_for_bit_also_where_frames_fail() -> None:
    frames, plain = show(), show(attract=0.0)
    differs = [not np.array_equal(one, other) for one, other in zip(frames, plain, strict=True)]
    first = differs.index(True)
    assert 29 + 10 <= first <= 29 + 13
    assert away(frames[85], plain[85]) > 3
    again = show(first, first + 2, 72, 96)  # each failure is one more step
    assert all(np.array_equal(a, b) for a, b in zip(frames, again, strict=True))


def test_a_still_source_has_nobody_before_it() -> None:
    store = ParamStore(PARAMS.model_copy(update={"mix": 0.2}))
    plain = dreamer_of(store).step()
    store.change(attract=1.0)
    assert np.array_equal(plain.pixels, dreamer_of(store).step().pixels)
