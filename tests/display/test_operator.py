"""The operator's window beside the show's, on a real display."""

from collections.abc import Iterator

import cv2
import numpy as np
import pygame
import pytest
from PIL import ImageGrab

from dreamstream.controls import KEYS, action_table, key_help
from dreamstream.display import Moment, OperatorWindow, Picture, Window, WindowSettings, monitors
from dreamstream.display.window import Monitor
from dreamstream.effects import EFFECTS
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS
from tests.display.drawing import opened, shot
from tests.fakes import FakeClock, picture

HELP = key_help(KEYS, action_table(TRANSFORMS, EFFECTS))


@pytest.fixture(params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str) -> Iterator[Window]:
    with opened(Size(320, 192), request.param) as window:
        yield window


def drawn_by(operator: OperatorWindow) -> np.ndarray:
    """What the operator's window holds: H×W×3."""
    assert operator.window is not None
    return pygame.surfarray.array3d(operator.window.get_surface()).swapaxes(0, 1)


def test_the_operator_s_window_leaves_the_show_s_as_it_is(window: Window) -> None:
    clock = FakeClock()
    frame = Frame.of(picture(96, 160), 1, None, 0.0)
    moment, how = Moment(frame, frame, 1.0), Picture(Params())
    window.screen.draw(moment, Size(320, 192), how)
    alone = shot(window)
    window.show()
    operator = OperatorWindow(0, clock)
    try:
        for number in range(3):
            assert operator.due()
            operator.draw(frame, ["zoom × 1", f"line {number}"], [("octaves", "3")], HELP)
            assert not operator.due()
            clock.advance(0.11)
            window.screen.draw(moment, Size(320, 192), how)
            assert np.array_equal(shot(window), alone), "the show draws into its own window still"
            window.show()
        drawn = drawn_by(operator)
        height, width = drawn.shape[:2]
        parts = {
            "lines": drawn[: height // 8, width * 2 // 5 : width * 3 // 5],
            "keys": drawn[height // 2 :],
        }
        assert [name for name, part in parts.items() if part.max() < 200 or part.std() < 5] == []
        preview = cv2.resize(drawn[: width * 6 // 25, : width * 2 // 5], (160, 96)).astype(float)
        assert np.corrcoef(preview.ravel(), frame.pixels.ravel())[0, 1] > 0.98
    finally:
        operator.close()
    window.screen.draw(moment, Size(320, 192), how)
    assert np.array_equal(shot(window), alone)


def test_a_long_message_is_wrapped(window: Window) -> None:
    operator = OperatorWindow(0, FakeClock())
    frame = Frame.of(picture(96, 160), 1, None, 0.0)
    operator.draw(frame, ["a message that is much too long for one line " * 4], [], HELP)
    drawn = drawn_by(operator)
    operator.close()
    height, width = drawn.shape[:2]
    ink = drawn[: height // 2, width * 2 // 5 :].max(axis=2) > 60
    assert np.count_nonzero(np.diff(ink.any(axis=1).astype(int)) == 1) >= 3, "rows"
    assert not ink[:, -4:].any(), "and nothing is cut"


def test_a_closed_operator_s_window_is_no_end_and_draws_no_more(window: Window) -> None:
    operator = OperatorWindow(0, FakeClock())
    assert not operator.close_if(None)
    assert not operator.close_if("another")
    assert operator.open
    assert operator.close_if(operator.window)
    assert not operator.open
    assert not operator.due()
    operator.draw(Frame.of(picture(), 1, None, 0.0), [], [], HELP)
    operator.close()


def test_the_displays_are_listed(window: Window, display: str) -> None:
    (monitor,) = monitors()
    assert (monitor.number, monitor.size) == (0, ImageGrab.grab(xdisplay=display).size)
    assert monitor == Monitor(0, monitor.size, monitor.rate, monitor.name)
    assert WindowSettings(display=0).other_display() == 0


def test_without_a_display_none_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    pygame.display.quit()
    with pytest.raises(DisplayError, match="no display: neither DISPLAY nor WAYLAND_DISPLAY is set"):
        monitors()


def test_a_window_that_the_system_took_away_is_told_of_once(window: Window) -> None:
    operator = OperatorWindow(0, FakeClock())
    assert operator.window is not None
    operator.window.destroy()
    with pytest.raises(DisplayError, match="operator's window is gone"):
        operator.draw(Frame.of(picture(), 1, None, 0.0), [], [], HELP)
    assert not operator.open
    operator.draw(Frame.of(picture(), 1, None, 0.0), [], [], HELP)
    operator.close()
