"""What is filmed of a screen against what the screen drew, on real windows, and through real files."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pygame
import pytest

from dreamstream.display import Moment, Picture, Window, WindowSettings
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.record import Encoding, Filming, Recordings
from dreamstream.ring import Ring
from dreamstream.size import Size
from dreamstream.transforms import Tick, distort
from tests.fakes import Told, picture
from tests.record.films import difference, read

WINDOW = Size(400, 300)
PLACE = slice(30, 270)  # the rows of a picture of 160×96, letterboxed
CANVAS = Size(160, 96)
AT_ONCE = {"blackout_fade": 0.0, "flash_guard": False}  # one window for all: none sees another's light
LOOKS = {
    "plain": Params(**AT_ONCE),
    "effects": Params(effects="mirror+hue-turn:0.5+vignette", hue_speed=90.0, **AT_ONCE),
    "light": Params(brightness=0.7, contrast=1.2, colour=0.5, gamma=1.3, **AT_ONCE),
    "blackout": Params(blackout=True, **AT_ONCE),
    "cubic": Params(upscale="cubic", effects="mirror", **AT_ONCE),
}


@pytest.fixture(scope="module", params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str) -> Iterator[Window]:
    os.environ.pop("SDL_VIDEODRIVER", None)
    told = Told()
    window = Window(WindowSettings(WINDOW, opengl=request.param), tell=told)
    assert window.screen.name.startswith("OpenGL" if request.param else "plain"), told
    yield window
    window.close()


def moments(count: int) -> list[Moment]:
    canvas = picture(*CANVAS.shape, seed=4)
    warp, moved = distort(canvas, Params(transform="rotate", angle=8.0), Tick.of(0, 1))
    earlier, later = Frame.of(canvas, 7, None, 0), Frame.of(moved, 8, warp, 0)
    return [Moment(earlier, later, number / count) for number in range(count)]


def overlay() -> pygame.Surface:
    text = pygame.Surface(WINDOW, pygame.SRCALPHA)
    text.fill((255, 255, 255, 255), (0, 0, 200, 200))
    return text


@pytest.mark.parametrize("look", LOOKS)
def test_a_shot_is_the_picture_without_text_and_bars(window: Window, look: str) -> None:
    window.screen.draw(moments(3)[1], WINDOW, Picture(LOOKS[look], 10.0))
    seen = window.screen.pixels(WINDOW)
    window.screen.shoot(10.0)
    window.screen.draw_overlay(overlay(), WINDOW)
    (shot,) = window.screen.shots(all=True)
    assert (shot.size, shot.index, shot.time) == ((400, 240), 8, 10.0)
    assert not shot.pixels.flags.writeable
    assert np.abs(shot.pixels.astype(int) - seen[PLACE].astype(int)).max() <= 1
    covered = window.screen.pixels(WINDOW)
    assert covered[:200, :200].min() == 255, "and the window has its text"
    assert np.array_equal(covered[200:], seen[200:])


@pytest.mark.parametrize("window_size", [Size(300, 300), Size(400, 203)], ids=str)
def test_where_the_picture_fills_the_window_the_shot_has_what_is_seen_of_it(
    window: Window, window_size: Size
) -> None:
    window.screen.draw(
        moments(3)[1], window_size, Picture(LOOKS["plain"].model_copy(update={"fill": True}), 1.0)
    )
    window.screen.shoot(1.0)
    (shot,) = window.screen.shots(all=True)
    seen = window.screen.pixels(window_size)[: window_size.height, : window_size.width]
    assert shot.size == window_size
    assert np.abs(shot.pixels.astype(int) - seen.astype(int)).max() <= 1


def test_many_shots_come_in_order_each_once_and_nobody_waits(window: Window) -> None:
    got = []
    for number, moment in enumerate(moments(12)):
        window.screen.draw(moment, WINDOW, Picture(LOOKS["plain"], float(number)))
        window.screen.shoot(float(number))
        got += window.screen.shots()
    assert len(got) >= 9
    got += window.screen.shots(all=True)
    assert [shot.time for shot in got] == [float(number) for number in range(12)]
    assert window.screen.shots(all=True) == []
    for number, moment in enumerate(moments(12)):
        window.screen.draw(moment, WINDOW, Picture(LOOKS["plain"], float(number)))
        seen = window.screen.pixels(WINDOW)[PLACE]
        assert np.abs(got[number].pixels.astype(int) - seen.astype(int)).max() <= 1


def test_a_film_of_the_screen_is_what_was_drawn_at_each_of_its_times(window: Window, tmp_path: Path) -> None:
    """Effects that go by the time, a blackout that fades, and a window that changes its size in between."""
    recordings = Recordings(Ring(8), tmp_path, encoding=Encoding("ffv1"), filming=Filming(20))
    recordings.start(tmp_path / "x.mkv", screen=True)
    drawn = []
    for number, moment in enumerate(moments(40)):
        now = 3 + number / 40
        params = LOOKS["effects"].model_copy(update={"blackout": number >= 30, "blackout_fade": 0.1})
        window.screen.draw(moment, WINDOW, Picture(params, now))
        if number % 2 == 0:
            drawn.append(window.screen.pixels(WINDOW)[PLACE])
        recordings.filming.turn(window.screen, now)
        window.screen.draw_overlay(overlay(), WINDOW)
    (status,) = recordings.close()
    assert (status.failure, status.dropped, status.written) == ("", 0, 20)
    shown = read(tmp_path / "x.mkv")
    assert [each.time for each in shown] == pytest.approx([number / 20 for number in range(20)], abs=1e-3)
    for each, wanted in zip(shown, drawn, strict=True):
        assert np.abs(each.pixels.astype(int) - wanted.astype(int)).max() <= 1
    assert shown[-1].pixels.max() == 0
    assert min(difference(a.pixels, b.pixels) for a, b in pairwise(shown[:15])) > 0.5


def test_a_recording_may_have_a_size_of_its_own_and_keeps_it(window: Window, tmp_path: Path) -> None:
    filming = Filming(20, Size(320, 192))
    recordings = Recordings(Ring(8), tmp_path, encoding=Encoding("ffv1"), filming=filming)
    recordings.start(tmp_path / "x.mkv", screen=True)
    for number, size in enumerate([WINDOW, Size(200, 120), WINDOW]):
        window.screen.draw(moments(3)[1], size, Picture(LOOKS["plain"], number / 20))
        filming.turn(window.screen, number / 20)
    recordings.close()
    shown = read(tmp_path / "x.mkv")
    assert [each.pixels.shape for each in shown] == [(192, 320, 3)] * 3
    assert difference(shown[0].pixels, shown[2].pixels) == 0
    assert difference(shown[0].pixels, shown[1].pixels) < 6
