"""The plain screen: the same moments with OpenCV and pygame, where there is no OpenGL."""

import cv2
import numpy as np
import pygame

from dreamstream.display.moment import Moment
from dreamstream.display.screen import viewport, warps_of
from dreamstream.errors import DisplayError


class SurfaceScreen:
    """Draws into the display's surface."""

    name = "plain (no OpenGL)"

    def draw(self, moment: Moment, window: tuple[int, int], fill: bool, tween: bool) -> None:
        """Warp and blend at canvas size, then scale into the window."""
        earlier, later, blend = warps_of(moment, tween)
        picture = later.apply(moment.later.pixels.astype(np.float32))
        if blend < 1:
            before = earlier.apply(moment.earlier.pixels.astype(np.float32))
            picture = np.asarray(cv2.addWeighted(before, 1 - blend, picture, blend, 0), np.float32)
        x, y, width, height = viewport(moment.later.size, window, fill)
        pixels = cv2.resize(picture.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
        surface = _surface()
        surface.fill((0, 0, 0))
        surface.blit(pygame.image.frombuffer(pixels.tobytes(), (width, height), "RGB"), (x, y))

    def draw_overlay(self, text: pygame.Surface, window: tuple[int, int]) -> None:
        """Draw text over the window."""
        _surface().blit(text, (0, 0))

    def close(self) -> None:
        """Nothing to let go of."""


def _surface() -> pygame.Surface:
    surface = pygame.display.get_surface()  # asked for anew each time: resizing may replace it
    if surface is None:
        raise DisplayError("the window is gone")
    return surface
