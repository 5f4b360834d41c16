"""The screen's part: a window of its own, and one moment drawn between two frames."""

import pygame

from dreamstream.display import Moment, Picture, Window, WindowSettings, display_missing
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.places import own_folder
from dreamstream.size import Size


class ScreenProbe:
    """Draws what a show draws, to be timed; the two frames are sent to the driver beforehand."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.name = f"{window.screen.name}, {window.size}"

    def prepare(self, earlier: Frame, later: Frame, params: Params) -> None:
        """Say what `draw` is to draw, and draw a moment before it: frames are sent once for several."""
        pygame.event.pump()  # or the desktop takes the window for dead
        self._moment, self._params = Moment(earlier, later, 0.25), params
        self.draw()
        self._window.show()
        self._moment = Moment(earlier, later, 0.75)  # the same once more may be no work at all

    def draw(self) -> None:
        """Draw the moment, to the last pixel."""
        params, window = self._params, self._window
        window.screen.draw(self._moment, window.size, Picture(params))
        window.screen.finish()

    def close(self) -> None:
        """Close the window."""
        self._window.close()


def open_screen(size: Size) -> tuple[ScreenProbe | None, str]:
    """Return a screen in a window of this size, or None and why there is none."""
    if why := display_missing():
        return None, why
    try:
        return ScreenProbe(Window(WindowSettings(size, title="dreamstream bench"), own_folder("shaders"))), ""
    except DisplayError as error:
        return None, str(error)
