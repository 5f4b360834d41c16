"""The plain screen: the same moments with OpenCV and pygame, without OpenGL.

    moment -> PlainPainter, at canvas size -> into the window

It also draws where OpenGL is there but is software: that takes several times as long for the same picture.
"""

import cv2
import numpy as np
import pygame
from numpy.typing import NDArray

from dreamstream.display.picture import Picture
from dreamstream.display.plain import PlainPainter
from dreamstream.display.screen import viewport
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame, Pixels
from dreamstream.params import UPSCALES
from dreamstream.size import Size
from dreamstream.tell import Tell, tell_nobody
from dreamstream.transforms.tween import Moment

_ORDERS = {(0xFF0000, 0xFF00, 0xFF): cv2.COLOR_RGB2BGRA, (0xFF, 0xFF00, 0xFF0000): cv2.COLOR_RGB2RGBA}
_BACK = {(0xFF0000, 0xFF00, 0xFF): cv2.COLOR_BGRA2RGB, (0xFF, 0xFF00, 0xFF0000): cv2.COLOR_RGBA2RGB}
"""By a surface's masks of red, green and blue: how to make its pixels of a frame's, and back."""


class SurfaceScreen:
    """Draws into the display's surface."""

    name = "plain (no OpenGL)"

    def __init__(self, why: str = "no OpenGL", tell: Tell = tell_nobody) -> None:
        self.name = f"plain ({why})"
        self._painter = PlainPainter(tell, "; --opengl asks for it")
        self._seen, self._index = pygame.Rect(0, 0, 0, 0), 0
        self._shots: list[Frame] = []
        self._drawn: object = None
        self._text_of: pygame.Surface | None = None
        self._text_in = pygame.Rect(0, 0, 0, 0)

    def draw(self, moment: Moment, window: Size, picture: Picture) -> None:
        """Warp, blend and light at canvas size, then scale into the window; what is there already stays."""
        surface, params = _surface(), picture.params
        order = _ORDERS.get(surface.get_masks()[:3]) if surface.get_bytesize() == 4 else None
        key, make = self._painter.paint(moment, picture, order or cv2.COLOR_RGB2RGBA)
        wanted = (key, surface, window, pygame.display.is_fullscreen())
        if key is not None and wanted == self._drawn:
            return
        shown = make()
        how = cv2.INTER_LINEAR if params.upscale == UPSCALES[0] else cv2.INTER_CUBIC
        at = pygame.Rect(viewport(moment.later.size, window, params.fill))
        self._seen, self._index = at.clip(pygame.Rect((0, 0), window)), moment.later.index
        _fill_round(surface, at)
        if order is None:
            scaled = cv2.resize(shown, at.size, interpolation=how)
            surface.blit(pygame.image.frombuffer(scaled.tobytes(), at.size, "RGBX"), at)
        else:
            _enlarge(shown, at, _pixels(surface), how)
        self._drawn = wanted

    def shoot(self, time: float, size: Size | None = None) -> None:
        """Copy the picture out of the surface; it is scaled by whoever takes the frames."""
        surface = _surface()
        seen = self._seen.clip(surface.get_rect())
        if seen.size == (0, 0):
            return
        back = _BACK.get(surface.get_masks()[:3]) if surface.get_bytesize() == 4 else None
        if back is None:
            part = pygame.surfarray.array3d(surface.subsurface(seen)).swapaxes(0, 1)
            pixels = np.ascontiguousarray(part)
        else:
            part = _pixels(surface)[seen.top : seen.bottom, seen.left : seen.right]
            pixels = np.asarray(cv2.cvtColor(part, back), np.uint8)
        pixels.flags.writeable = False
        self._shots.append(Frame(pixels, self._index, time))

    def shots(self, all: bool = False) -> list[Frame]:
        """Return the pictures taken."""
        shots, self._shots = self._shots, []
        return shots

    def draw_overlay(self, text: pygame.Surface, window: Size) -> None:
        """Draw text over the window: the part of it that is not empty."""
        if text is not self._text_of:
            self._text_of, self._text_in = text, text.get_bounding_rect()
        _surface().blit(text, self._text_in, self._text_in)
        self._drawn = None

    def pixels(self, window: Size) -> Pixels:
        """Return what is drawn, before it is shown."""
        return np.ascontiguousarray(pygame.surfarray.array3d(_surface()).swapaxes(0, 1))

    def finish(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Let go of the frames."""
        self._painter.close()


def _surface() -> pygame.Surface:
    surface = pygame.display.get_surface()  # asked for anew each time: resizing may replace it
    if surface is None:
        raise DisplayError("the window is gone")
    return surface


def _pixels(surface: pygame.Surface) -> NDArray[np.uint8]:
    """Return the surface's own memory, H×W×4; it is locked for as long as the array is there."""
    width, height = surface.get_size()
    memory = memoryview(surface.get_buffer())  # type: ignore[arg-type]  # pygame's is one, but says it not
    return np.ndarray((height, width, 4), np.uint8, memory, strides=(surface.get_pitch(), 4, 1))


def _enlarge(picture: Pixels, at: pygame.Rect, pixels: NDArray[np.uint8], how: int) -> None:
    """Draw the picture into its place among the pixels; what overhangs is cut."""
    height, width = pixels.shape[:2]
    seen = at.clip(pygame.Rect(0, 0, width, height))
    place = pixels[seen.top : seen.bottom, seen.left : seen.right]
    if seen == at:
        cv2.resize(picture, at.size, place, interpolation=how)
        return
    scaled = cv2.resize(picture, at.size, interpolation=how)
    place[:] = scaled[seen.top - at.top : seen.bottom - at.top, seen.left - at.left : seen.right - at.left]


def _fill_round(surface: pygame.Surface, picture: pygame.Rect) -> None:
    """Make black what the picture leaves of the window."""
    width, height = surface.get_size()
    for bar in (
        pygame.Rect(0, 0, width, picture.top),
        pygame.Rect(0, picture.bottom, width, height - picture.bottom),
        pygame.Rect(0, picture.top, picture.left, picture.height),
        pygame.Rect(picture.right, picture.top, width - picture.right, picture.height),
    ):
        if bar.width > 0 and bar.height > 0:
            surface.fill((0, 0, 0), bar)
