"""What tests of controls share."""

from collections.abc import Iterator

import pygame
import pytest


@pytest.fixture
def no_events() -> Iterator[None]:
    """A window system that nobody sees, with a small window and no events yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SDL_VIDEODRIVER", "dummy")
        pygame.display.quit()
        pygame.display.init()
        pygame.display.set_mode((32, 32))
        pygame.event.clear()
        yield
        pygame.display.quit()
