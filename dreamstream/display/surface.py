"""The plain screen: the same moments with OpenCV and pygame, without OpenGL.

    frames -> four bytes a pixel, once a frame -> warped, blended, lit at canvas size -> into the window

It also draws where OpenGL is there but is software: that takes several times as long for the same picture.
"""

import cv2
import numpy as np
import pygame
from numpy.typing import NDArray

from dreamstream.display.picture import Picture
from dreamstream.display.plain_effects import PlainEffects
from dreamstream.display.screen import viewport
from dreamstream.display.thumbs import Thumbs, thumb
from dreamstream.effects import Light, lit, luminance
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame, Pixels
from dreamstream.params import UPSCALES, Params
from dreamstream.tween import Moment, blended, ways_of

_FRAMES_KEPT = 4
_ORDERS = {(0xFF0000, 0xFF00, 0xFF): cv2.COLOR_RGB2BGRA, (0xFF, 0xFF00, 0xFF0000): cv2.COLOR_RGB2RGBA}
"""By a surface's masks of red, green and blue: how to make its pixels of a frame's."""


class SurfaceScreen:
    """Draws into the display's surface."""

    name = "plain (no OpenGL)"

    def __init__(self, why: str = "no OpenGL") -> None:
        self.name = f"plain ({why})"
        self._pictures: dict[int, tuple[Frame, Pixels]] = {}
        self._order = cv2.COLOR_RGB2BGRA
        self._light, self._thumbs, self._effects = Light(), Thumbs(), PlainEffects()
        self._drawn: object = None
        self._text_of: pygame.Surface | None = None
        self._text_in = pygame.Rect(0, 0, 0, 0)

    def draw(self, moment: Moment, window: tuple[int, int], picture: Picture) -> None:
        """Warp, blend and light at canvas size, then scale into the window; what is there already stays."""
        surface, params = _surface(), picture.params
        order = _ORDERS.get(surface.get_masks()[:3]) if surface.get_bytesize() == 4 else None
        self._use(order or cv2.COLOR_RGB2RGBA)
        links = self._effects.usable(picture)
        blended = (
            self._effects.run(links, picture, self._blended(moment, params.tween), self._order)
            if links
            else None
        )
        level = self._light.level(
            params, picture.seconds, lambda level: self._measured(blended, moment, params, level)
        )
        wanted = (moment, surface, window, params, level, pygame.display.is_fullscreen())
        if blended is None and wanted == self._drawn:
            return
        if blended is None:
            blended = self._blended(moment, params.tween)
        shown = self._effects.lit(blended, params, level, self._order)
        how = cv2.INTER_LINEAR if params.upscale == UPSCALES[0] else cv2.INTER_CUBIC
        at = pygame.Rect(viewport(moment.later.size, window, params.fill))
        _fill_round(surface, at)
        if order is None:
            scaled = cv2.resize(shown, at.size, interpolation=how)
            surface.blit(pygame.image.frombuffer(scaled.tobytes(), at.size, "RGBX"), at)
        else:
            _enlarge(shown, at, _pixels(surface), how)
        self._drawn = wanted

    def messages(self) -> list[str]:
        """Return what the operator should be told, once."""
        told, self._effects.messages = self._effects.messages, []
        return told

    def _measured(self, blended: Pixels | None, moment: Moment, params: Params, level: float) -> float:
        if blended is None:
            return self._thumbs.luminance(moment, ways_of(moment, params.tween)[2], params, level)
        colours = thumb(blended)[..., :3]
        return luminance(
            lit(colours[..., ::-1] if self._order == cv2.COLOR_RGB2BGRA else colours, params, level)
        )

    def draw_overlay(self, text: pygame.Surface, window: tuple[int, int]) -> None:
        """Draw text over the window: the part of it that is not empty."""
        if text is not self._text_of:
            self._text_of, self._text_in = text, text.get_bounding_rect()
        _surface().blit(text, self._text_in, self._text_in)
        self._drawn = None

    def pixels(self, window: tuple[int, int]) -> Pixels:
        """Return what is drawn, before it is shown."""
        return np.ascontiguousarray(pygame.surfarray.array3d(_surface()).swapaxes(0, 1))

    def finish(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Let go of the frames."""
        self._pictures.clear()

    def _use(self, order: int) -> None:
        if order != self._order:
            self._order = order
            self._pictures.clear()

    def _blended(self, moment: Moment, tween: bool) -> Pixels:
        return blended(moment, tween, self._picture)

    def _picture(self, frame: Frame) -> Pixels:
        """Return the frame in the surface's own form, made once; that not used for longest goes."""
        held = self._pictures.pop(frame.index, None)
        if held is not None and held[0] is frame:
            self._pictures[frame.index] = held  # at the end again
            return held[1]
        if len(self._pictures) >= _FRAMES_KEPT:
            self._pictures.pop(next(iter(self._pictures)))
        picture = np.asarray(cv2.cvtColor(frame.pixels, self._order), np.uint8)
        self._pictures[frame.index] = (frame, picture)
        return picture


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
