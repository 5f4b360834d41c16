"""The operator's window: preview, state and keys, on another display than the show's.

    newest frame, lines, keys -> OperatorWindow, drawn a few times a second

It is drawn by the CPU, so that the show's OpenGL stays what it is. Its keys are the show's.
"""

import os
from collections.abc import Callable, Mapping, Sequence

import pygame

from dreamstream.display.hud import DIM, INK, Row, Type, draw_help, drawable
from dreamstream.errors import DisplayError
from dreamstream.every import Every
from dreamstream.frame import Frame
from dreamstream.size import Size

_SIZE = Size(960, 720)
_EACH = 0.1  # seconds from one drawing to the next
_GROUND = (16, 18, 22)
_ANYWHERE = 0x1FFF0000  # SDL's 'wherever', to which a display's number is added


class OperatorWindow:
    """A second window; use it from the main thread. Closing it leaves the show as it is."""

    def __init__(self, display: int, clock: Callable[[], float]) -> None:
        # or SDL draws it through an OpenGL of its own, and the show's is no longer the current one
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        place = _ANYWHERE + display
        try:
            self._window: pygame.Window | None = pygame.Window(
                "dreamstream: operator", _SIZE, (place, place), resizable=True
            )
            self._window.get_surface()
        except pygame.error as error:
            raise DisplayError(f"no window for the operator: {error}") from error
        self._clock, self._each = clock, Every(_EACH)
        self._texts: dict[tuple[str, int, tuple[int, ...]], pygame.Surface] = {}
        self._help: tuple[object, pygame.Surface] | None = None

    def close_if(self, window: object) -> bool:
        """Close it if it is this window; return whether it was."""
        if self._window is None or window is not self._window:
            return False
        self.close()
        return True

    @property
    def open(self) -> bool:
        """Whether nobody has closed it."""
        return self._window is not None

    def due(self) -> bool:
        """Return whether it is open and time to draw again: a few times a second."""
        return self._window is not None and self._each.due(self._clock())

    def draw(
        self, frame: Frame, lines: Sequence[str], params: Sequence[Row], keys: Mapping[str, Sequence[Row]]
    ) -> None:
        """Draw all of it: the frame small, lines of state and changed params beside it, keys below.

        Raises DisplayError where the system took the window away; it is closed then.
        """
        if self._window is None:
            return
        try:
            self._draw(self._window.get_surface(), frame, lines, params, keys)
            self._window.flip()
        except pygame.error as error:
            self._window = None
            raise DisplayError(f"the operator's window is gone: {error}") from error

    def close(self) -> None:
        """Close the window, if it is still open."""
        if self._window is not None:
            self._window.destroy()
            self._window = None

    def _draw(
        self,
        surface: pygame.Surface,
        frame: Frame,
        lines: Sequence[str],
        params: Sequence[Row],
        keys: Mapping[str, Sequence[Row]],
    ) -> None:
        width, height = surface.get_size()
        surface.fill(_GROUND)
        points = max(12, height // 36)
        shown = self._preview(surface, frame, pygame.Rect(0, 0, width * 2 // 5, height * 2 // 5))
        left = shown.right + points // 2
        self._rows(surface, [("", line) for line in lines], (left, points // 2), points, height // 2)
        self._rows(
            surface, params, (points // 2, shown.bottom + points // 2), points, height // 2, shown.width
        )
        below = pygame.Rect(0, height // 2, width, height - height // 2)
        surface.blit(self._keys(keys, Size(*below.size)), below)

    def _preview(self, surface: pygame.Surface, frame: Frame, room: pygame.Rect) -> pygame.Rect:
        scale = min(room.width / frame.size.width, room.height / frame.size.height)
        size = Size(int(frame.size.width * scale), int(frame.size.height * scale))
        picture = pygame.image.frombuffer(frame.pixels.tobytes(), frame.size, "RGB")
        surface.blit(pygame.transform.scale(picture, size), room)
        return pygame.Rect(room.topleft, size)

    def _rows(
        self,
        surface: pygame.Surface,
        rows: Sequence[Row],
        at: tuple[int, int],
        points: int,
        end: int,
        width: int | None = None,
    ) -> None:
        """Draw rows of text down to `end`; what is too wide is cut."""
        x, y = at
        room = (width or surface.get_width() - x) - points // 2
        for label, text in rows:
            if y + points > end:
                break
            parts = [(label, DIM), (text, INK)] if label else [(text, INK)]
            for number, (part, colour) in enumerate(parts):
                image = self._drawn(part, points, colour)
                place = x + (room * 3 // 5 if number else 0)
                surface.blit(image, (place, y), (0, 0, room - (place - x), image.get_height()))
            y += int(points * 1.15)

    def _drawn(self, text: str, points: int, colour: tuple[int, ...]) -> pygame.Surface:
        """Return text as a picture; those of the newest drawings are remembered."""
        key = text, points, colour
        if key not in self._texts:
            if len(self._texts) > 200:
                self._texts.clear()
            self._texts[key] = Type(points).render(drawable(text), colour)
        return self._texts[key]

    def _keys(self, keys: Mapping[str, Sequence[Row]], size: Size) -> pygame.Surface:
        content = size, tuple((group, tuple(rows)) for group, rows in keys.items())
        if self._help is None or self._help[0] != content:
            surface = pygame.Surface(size)
            surface.fill(_GROUND)
            draw_help(surface, keys, surface.get_rect())
            self._help = content, surface
        return self._help[1]
