"""The operator's window: preview, state and keys, on another display than the show's.

    newest frame, lines, keys -> OperatorWindow, drawn a few times a second

It is drawn by the CPU, so that the show's OpenGL stays what it is. Its keys are the show's.
"""

import os
from collections.abc import Callable, Sequence

import pygame

from dreamstream.controls.keymap import Help
from dreamstream.display.hud import Block, Row, help_surface, type_of, wrapped
from dreamstream.errors import DisplayError
from dreamstream.every import Every
from dreamstream.frame import Frame
from dreamstream.size import Size

_SIZE = Size(960, 720)
_INTERVAL = 0.1  # seconds from one drawing to the next
_FEW, _FEW_ROWS, _MANY_ROWS = 18, 36, 44  # lines of state that fit a large type; what the height is parted by
_GROUND = (16, 18, 22)
_ANYWHERE = 0x1FFF0000  # SDL's 'wherever', to which a display's number is added


class OperatorWindow:
    """A second window; use it from the main thread. Closing it leaves the show as it is."""

    def __init__(self, display: int, clock: Callable[[], float]) -> None:
        # or SDL would draw it through an OpenGL of its own, and the show's would no longer be the current one
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        place = _ANYWHERE + display
        try:
            self.window: pygame.Window | None = pygame.Window(
                "dreamstream: operator", _SIZE, (place, place), resizable=True
            )
            """The system's window; None once it is closed."""
            self.window.get_surface()
        except pygame.error as error:
            raise DisplayError(f"no window for the operator: {error}") from error
        self._clock, self._every = clock, Every(_INTERVAL)
        self._type = type_of(12)

    def close_if(self, window: object) -> bool:
        """Close it if it is this window; return whether it was."""
        if self.window is None or window is not self.window:
            return False
        self.close()
        return True

    @property
    def open(self) -> bool:
        """Whether nobody has closed it."""
        return self.window is not None

    def due(self) -> bool:
        """Return whether it is open and time to draw again: a few times a second."""
        return self.window is not None and self._every.due(self._clock())

    def draw(self, frame: Frame, lines: Sequence[str], params: Sequence[Row], keys: Help) -> None:
        """Draw all of it: the frame small, lines of state beside it, changed params and keys below.

        Raises DisplayError where the system took the window away; it is closed then.
        """
        if self.window is None:
            return
        try:
            surface = self.window.get_surface()
            width, height = surface.get_size()
            surface.fill(_GROUND)
            points = max(12, height // (_MANY_ROWS if len(lines) > _FEW else _FEW_ROWS))
            self._type = type_of(points)
            preview = self._preview(surface, frame, pygame.Rect(0, 0, width * 2 // 5, height * 2 // 5))
            beside = pygame.Rect(preview.right, 0, width - preview.right, height // 2)
            self._rows(surface, wrapped(lines, self._type, beside.width - points), beside)
            below = pygame.Rect(0, preview.bottom, preview.width, height // 2 - preview.bottom)
            self._rows(surface, params, below)
            surface.blit(help_surface(Size(width, height - height // 2), keys, _GROUND), (0, height // 2))
            self.window.flip()
        except pygame.error as error:
            self.window = None
            raise DisplayError(f"the operator's window is gone: {error}") from error

    def close(self) -> None:
        """Close the window, if it is still open."""
        if self.window is not None:
            self.window.destroy()
            self.window = None

    def _preview(self, surface: pygame.Surface, frame: Frame, room: pygame.Rect) -> pygame.Rect:
        scale = min(room.width / frame.size.width, room.height / frame.size.height)
        size = Size(int(frame.size.width * scale), int(frame.size.height * scale))
        picture = pygame.image.frombuffer(frame.pixels.tobytes(), frame.size, "RGB")
        surface.blit(pygame.transform.scale(picture, size), room)
        return pygame.Rect(room.topleft, size)

    def _rows(self, surface: pygame.Surface, rows: Sequence[Row], place: pygame.Rect) -> None:
        """Draw as many rows as there is room for; what is too wide is cut."""
        shown = Block([rows[: place.height // self._type.step]], self._type)
        shown.draw(surface.subsurface(place), (0, 0), shade=None)
