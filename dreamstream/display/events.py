"""What the window system has to say where there is no window: pads are heard by it."""

from collections.abc import Callable, Sequence

import pygame

from dreamstream.errors import DisplayError


def open_events() -> Callable[[], Sequence[pygame.event.Event]]:
    """Open the window system, and return what gives its events since the last time. Raises DisplayError."""
    try:
        pygame.display.init()
    except pygame.error as error:
        raise DisplayError(f"no gamepads here: {error}") from error
    return pygame.event.get
