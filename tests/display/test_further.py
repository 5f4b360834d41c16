"""Further windows beside the first, on a real display: what each shows, as the X server has it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pygame
import pytest
from PIL import ImageGrab

from dreamstream.display import MappedWindows, Moment, Picture, Window, WindowSettings
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame
from dreamstream.mapping import PLAIN, Mapping, card
from dreamstream.mapping.editor import Editor
from dreamstream.params import Params
from dreamstream.size import Size
from tests.conftest import virtual_display
from tests.fakes import PATIENCE

SIZE = Size(240, 160)
PLACES = ((10, 10), (300, 10), (600, 10))


@pytest.fixture
def bare_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    with virtual_display() as name:
        yield name


class Opened:
    """A show's three windows side by side, as they are mapped."""

    def __init__(
        self, display: str, opengl: bool, *mappings: Mapping, tell: Callable[[str, str], None] | None = None
    ) -> None:
        self.display, self.editor = display, Editor(*mappings)
        settings = WindowSettings(SIZE, opengl=opengl, further=(0, 0))
        self.window = Window(
            settings, tell=lambda text, key="": tell(key, text) if tell is not None else None
        )
        self.mapped = MappedWindows(self.editor, self.window)
        pygame.display.set_window_position(PLACES[0])
        self.systems = [each.window for each in self.window.further]
        for system, place in zip(self.systems, PLACES[1:], strict=True):
            assert system is not None
            system.position = place

    def draw(self, params: Params | None = None) -> None:
        frame = Frame.of(CANVAS, 1, None, 0)
        picture = Picture(params or Params(flash_guard=False))
        self.mapped.draw(Moment(frame, frame, 1.0), picture)
        self.mapped.draw_handles()

    def seen(self, expected: list[np.ndarray], within: float, params: Params | None = None) -> None:
        """Draw until the windows show what is expected, which takes a server a while."""
        end = time.monotonic() + PATIENCE
        while True:
            pygame.event.pump()
            self.draw(params)
            self.window.show()
            self.window.screen.finish()
            whole = np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"), np.float32)
            shown = [whole[y : y + SIZE.height, x : x + SIZE.width] for x, y in PLACES]
            far = [np.abs(one - other).mean() for one, other in zip(shown, expected, strict=True)]
            if max(far) <= within:
                return
            assert time.monotonic() < end, f"they are off by {far}"


def smooth(size: Size) -> np.ndarray:
    y, x = np.mgrid[: size.height, : size.width] + 0.5
    return np.stack([200 * x / size.width, 200 * y / size.height, 80 + 0 * x], axis=-1) + 30


CANVAS = smooth(SIZE)


def enlarged(part: np.ndarray) -> np.ndarray:
    """A half of the canvas, letterboxed in a window of the canvas's shape."""
    window = np.zeros((*SIZE.shape, 3))
    window[:, SIZE.width // 4 : SIZE.width * 3 // 4] = part
    return window


@pytest.fixture(params=[True, False], ids=["opengl", "plain"])
def opengl(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_each_window_shows_its_part_or_has_its_own_effects(bare_display: str, opengl: bool) -> None:
    right, mirrored = Mapping(part=(0.5, 0.0, 0.5, 1.0)), Mapping(effects="mirror", gain=0.5)
    opened = Opened(bare_display, opengl, PLAIN, right, mirrored)
    mirror = CANVAS.copy()
    mirror[:, 120:] = mirror[:, :120][:, ::-1]
    try:
        opened.seen([CANVAS, enlarged(CANVAS[:, 120:]), 0.5 * mirror], within=2)
        opened.window.screen.shoot(0.0)
        (shot,) = opened.window.screen.shots(all=True)
        assert np.abs(shot.pixels - CANVAS).mean() < 1, "a recording gets the first window's picture, whole"
        params = Params(flash_guard=False, effects="mirror")
        opened.seen([mirror, enlarged(mirror[:, 120:]), 0.5 * mirror], within=2, params=params)
        opened.window.screen.shoot(0.0)
        (shot,) = opened.window.screen.shots(all=True)
        assert np.abs(shot.pixels - mirror).mean() < 1
    finally:
        opened.window.close()


def test_what_a_further_window_s_own_effects_lack_is_said_of_it_until_it_has_none(bare_display: str) -> None:
    told: dict[str, str] = {}
    opened = Opened(
        bare_display, False, PLAIN, Mapping(effects="trails+mirror"), PLAIN, tell=told.__setitem__
    )
    lacked = Params(flash_guard=False, effects="trails", upscale="sharp")
    try:
        opened.draw(lacked)
        opened.draw()
        said = "effect trails needs OpenGL, and this screen draws without; --opengl asks for it"
        assert told.pop("window 2: effect trails") == f"window 2: {said}"
        assert told == {"effect trails": "", "upscale sharp": ""}, "which the show does not ask for any more"
        opened.editor.mappings = (PLAIN,) * 3
        opened.draw()
        assert told["window 2: effect trails"] == ""
    finally:
        opened.window.close()


def test_the_first_window_may_show_a_part_and_the_card_is_on_all(bare_display: str, opengl: bool) -> None:
    left, right = Mapping(part=(0.0, 0.0, 0.5, 1.0)), Mapping(part=(0.5, 0.0, 0.5, 1.0))
    opened = Opened(bare_display, opengl, left, right, PLAIN)
    try:
        opened.seen([enlarged(CANVAS[:, :120]), enlarged(CANVAS[:, 120:]), CANVAS], within=2)
        opened.editor.card = True
        whole = card(SIZE).astype(np.float32)
        opened.seen([enlarged(whole[:, :120]), enlarged(whole[:, 120:]), whole], within=3)
    finally:
        opened.window.close()


def test_a_further_window_is_mapped_by_the_mouse_over_it(bare_display: str, opengl: bool) -> None:
    opened = Opened(bare_display, opengl, PLAIN, PLAIN, PLAIN)
    editor, (second, third) = opened.editor, opened.systems
    try:
        opened.draw()
        editor.on = True
        moved: dict[str, Any] = {"rel": (0, 0), "buttons": (1, 0, 0)}
        for event in (
            pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(239, 159), button=1, window=second),
            pygame.event.Event(pygame.MOUSEMOTION, pos=(215, 143), window=second, **moved),
            pygame.event.Event(pygame.MOUSEMOTION, pos=(20, 20), window=third, **moved),
            pygame.event.Event(pygame.MOUSEBUTTONUP, pos=(20, 20), button=1, window=third),
            pygame.event.Event(pygame.MOUSEMOTION, pos=(20, 20), window=second, **moved),
        ):
            assert opened.mapped.hear(event)
        assert editor.mappings[0] == editor.mappings[2] == PLAIN
        assert editor.mappings[1].corners is not None
        assert editor.mappings[1].corners[2] == pytest.approx((0.9, 0.9))
        assert not opened.mapped.hear(pygame.event.Event(pygame.MOUSEMOTION, pos=(0, 0), window=third), third)
        opened.draw()
        editor.on = False
        assert not opened.mapped.hear(pygame.event.Event(pygame.MOUSEMOTION, pos=(0, 0), window=None))
        assert opened.mapped.hear(pygame.event.Event(pygame.MOUSEMOTION, pos=(0, 0), window=second))
    finally:
        opened.window.close()


def test_closing_a_further_window_leaves_the_others_as_they_are(bare_display: str, opengl: bool) -> None:
    opened = Opened(bare_display, opengl, PLAIN, PLAIN, PLAIN)
    try:
        opened.seen([CANVAS] * 3, within=2)
        first, second = opened.window.further
        assert not second.close_if(opened.systems[0])
        assert first.close_if(opened.systems[0])
        assert not first.close_if(opened.systems[0])
        opened.seen([CANVAS, np.zeros_like(CANVAS), CANVAS], within=2)
        opened.window.set_fullscreen(True)
        opened.window.set_fullscreen(False)
    finally:
        opened.window.close()


def test_a_display_that_is_not_there_is_said(bare_display: str) -> None:
    with pytest.raises(DisplayError, match="no display 3"):
        Window(WindowSettings(SIZE, opengl=False, further=(3,)))
    pygame.display.quit()
