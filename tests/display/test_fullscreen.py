"""Full screen where no window manager is that would make it so, seen as the X server has it."""

import time
from collections.abc import Iterator

import numpy as np
import pygame
import pytest
from PIL import ImageGrab

from dreamstream.display import Moment, Picture, Window, WindowSettings
from dreamstream.display.x11 import window_size
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from tests.conftest import virtual_display
from tests.fakes import PATIENCE, Told, picture

SIZE, DISPLAY = Size(320, 200), Size(1024, 640)


@pytest.fixture
def bare_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    with virtual_display() as name:
        yield name


def seen(window: Window, display: str, size: Size) -> np.ndarray:
    """Show a picture until the window has a size; return what the whole display then shows."""
    frame = Frame.of(picture(*SIZE.shape, 2), 1, None, 0)
    end = time.monotonic() + PATIENCE
    while True:
        pygame.event.pump()
        window.screen.draw(Moment(frame, frame, 1.0), window.size, Picture(Params(flash_guard=False)))
        window.show()
        if window.size == window_size() == size:
            break
        assert time.monotonic() < end, f"{window.size}, and the server has {window_size()}"
    window.screen.draw(Moment(frame, frame, 1.0), window.size, Picture(Params(flash_guard=False)))
    window.show()
    window.screen.finish()
    return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"), np.float32)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


@pytest.mark.parametrize("opengl", [True, False], ids=["opengl", "plain"])
def test_without_a_window_manager_the_whole_picture_fills_the_display(
    bare_display: str, opengl: bool
) -> None:
    told = Told()
    window = Window(WindowSettings(SIZE, opengl=opengl), tell=told)
    try:
        small = picture(*SIZE.shape, 2)
        for _ in range(2):
            told.clear()
            window.set_fullscreen(True)
            shown = seen(window, bare_display, DISPLAY)
            assert shown.shape == (*DISPLAY.shape, 3)
            rows, columns = (
                np.arange(n) * s // d
                for n, s, d in zip(DISPLAY.shape, SIZE.shape, DISPLAY.shape, strict=True)
            )
            assert difference(shown, small[rows][:, columns]) < 8
            assert told == [
                "no window manager makes windows full screen here: this one was made as large as the display"
            ]
            window.set_fullscreen(False)
            shown = seen(window, bare_display, SIZE)
            left, top = (DISPLAY.width - SIZE.width) // 2, (DISPLAY.height - SIZE.height) // 2
            assert difference(shown[top : top + SIZE.height, left : left + SIZE.width], small) < 8
    finally:
        window.close()
