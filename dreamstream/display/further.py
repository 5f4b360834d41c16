"""Further windows: the same show on more displays, each with a mapping of its own.

what the first window's screen has painted -> mapped once more -> a window on another display

With OpenGL one context draws into all of them; without, each has a surface. The first keeps the time.
"""

from collections.abc import Sequence

import pygame

from dreamstream.display.gl_screen import GLScreen
from dreamstream.display.picture import Picture
from dreamstream.display.plain_screen import PlainScreen
from dreamstream.display.sdl import Drawables
from dreamstream.errors import DisplayError
from dreamstream.size import Size
from dreamstream.transforms.tween import Moment

_ANYWHERE = 0x1FFF0000  # SDL's 'wherever', to which a display's number is added


class FurtherWindow:
    """One of them, by its number from 1. Closing it leaves the show as it is. For the main thread."""

    def __init__(self, number: int, size: Size, display: int, drawables: Drawables | None) -> None:
        self._number, self._drawables = number, drawables
        place, title = (_ANYWHERE + display,) * 2, f"dreamstream {number + 1}"
        try:
            window = pygame.Window(title, size, place, resizable=True, opengl=drawables is not None)
            if drawables is None:
                window.get_surface()
        except pygame.error as error:
            raise DisplayError(f"no further window on display {display}: {error}") from error
        finally:
            if drawables is not None:
                drawables.back()  # a new window of OpenGL is the current one
        self.window: pygame.Window | None = window
        """The system's window; None once it is closed."""
        self._fullscreen = False
        self._size = size

    @property
    def size(self) -> Size:
        """Its size, as it is now; the last one where it has none."""
        if self.window is not None and min(self.window.size) > 0:
            self._size = Size(*self.window.size)
        return self._size

    def is_the(self, window: object) -> bool:
        """Return whether it is this one of the system's windows."""
        return self.window is not None and window is self.window

    def close_if(self, window: object) -> bool:
        """Close it if it is this window; return whether it was."""
        found = self.is_the(window)
        if found:
            self.close()
        return found

    def set_fullscreen(self, fullscreen: bool) -> None:
        """Fill the display that it is on, or go back to the window."""
        if self.window is None or fullscreen == self._fullscreen:
            return
        if fullscreen:
            self.window.set_fullscreen(desktop=True)
        else:
            self.window.set_windowed()
        self._fullscreen = fullscreen

    def draw(
        self,
        screen: GLScreen | PlainScreen,
        moment: Moment,
        picture: Picture,
        text: pygame.Surface | None = None,
    ) -> None:
        """Draw what the screen of the first window has drawn, as this one's picture asks, and show it."""
        if self.window is None:
            return
        if self._drawables is not None and isinstance(screen, GLScreen):
            with self._drawables.on(self.window.id):
                screen.draw_further(self._number, moment, self.size, picture)
                if text is not None:
                    screen.draw_overlay(text, self.size)
                self.window.flip()
        elif isinstance(screen, PlainScreen):
            surface = self.window.get_surface()
            screen.draw_further(self._number, surface, moment, picture)
            if text is not None:
                surface.blit(text, (0, 0))
            self.window.flip()

    def close(self) -> None:
        """Close the window, if it is still open."""
        if self.window is not None:
            self.window.destroy()
            self.window = None
            if self._drawables is not None:
                self._drawables.back()


def open_further(screen: GLScreen | PlainScreen, size: Size, displays: Sequence[int]) -> list[FurtherWindow]:
    """Open a window on each of the displays, for what the screen draws; DisplayError where one cannot be."""
    drawables = Drawables() if displays and isinstance(screen, GLScreen) else None
    windows: list[FurtherWindow] = []
    try:
        for number, display in enumerate(displays, 1):
            windows.append(FurtherWindow(number, size, display, drawables))
    except DisplayError:
        for window in windows:
            window.close()
        raise
    return windows
