"""The plain screen: the same moments with OpenCV and pygame, without OpenGL.

    moment -> PlainPainter, at canvas size -> enlarged, or mapped, into the window

It also draws where OpenGL is software: that would take several times as long for the same picture.
"""

from functools import lru_cache, partial
from typing import Literal

import cv2
import numpy as np
import pygame
from numpy.typing import NDArray

from dreamstream.display.layout import layout, viewport
from dreamstream.display.picture import Picture
from dreamstream.display.plain_mapping import mapped
from dreamstream.display.plain_painter import PlainPainter, interpolation
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame, Pixels, new_pixels
from dreamstream.mapping import card
from dreamstream.size import Size
from dreamstream.sources.cover import trimmed
from dreamstream.tell import Tell
from dreamstream.transforms.tween import Moment

_ORDERS = {
    (0xFF0000, 0xFF00, 0xFF): (cv2.COLOR_RGB2BGRA, cv2.COLOR_BGRA2RGB),
    (0xFF, 0xFF00, 0xFF0000): (cv2.COLOR_RGB2RGBA, cv2.COLOR_RGBA2RGB),
}
"""By a surface's masks of red, green and blue: how a frame's pixels become its own, and back."""


class PlainScreen:
    """Draws into the display's surface; `why` says in its name why it is not OpenGL that draws."""

    def __init__(self, why: str, tell: Tell) -> None:
        self.name = f"plain ({why})"
        surface = _surface()
        orders = _ORDERS.get(surface.get_masks()[:3]) if surface.get_bytesize() == 4 else None
        self._direct = orders is not None  # otherwise, as with 16 bits a pixel, pygame converts
        self._order, self._back = orders or (cv2.COLOR_RGB2RGBA, cv2.COLOR_RGBA2RGB)
        self._new_painter = partial(PlainPainter, self._order, tell, "; --opengl asks for it")
        self._painter = self._new_painter()
        self._painters: dict[int, PlainPainter] = {}  # by the windows' numbers
        self._visible, self._index = pygame.Rect(0, 0, 0, 0), 0
        self._shots: list[Frame] = []
        self._painted: Pixels | None = None  # what is on the window, if no text lies over it
        self._drawn: object = None
        self._unmapped: tuple[Pixels, pygame.Rect, int] | None = (
            None  # what the window shows mapped, and how it is enlarged
        )
        self._card = lru_cache(maxsize=1)(self._ordered_card)
        self._text_place = lru_cache(maxsize=2)(pygame.Surface.get_bounding_rect)

    def draw(self, moment: Moment, window: Size, picture: Picture) -> None:
        """Draw the moment as the picture asks, letterboxed or filling the window; the rest of it is black."""
        self.paint(moment, window, picture)
        self.present()

    def paint(self, moment: Moment, window: Size, picture: Picture, room: Size | None = None) -> None:
        """Paint what `present` then draws into the window, and what further windows show, too.

        It is painted at canvas size: `room`, the size that these need, is for OpenGL.
        """
        self._shared = self._painter.paint(moment, picture), picture.params
        self._next = moment, window, picture

    def present(self) -> None:
        """Scale what was painted into the window; a picture that is there already stays."""
        moment, window, picture = self._next
        surface, params = _surface(), picture.params
        painted, method = self._shared[0], interpolation(params)
        drawn = picture.mapping, picture.card, params, surface, window, pygame.display.is_fullscreen()
        if painted is self._painted and drawn == self._drawn:
            return
        fitting = trimmed(painted, window) if params.fill else painted
        place = pygame.Rect(viewport(Size.of(fitting), window, params.fill))
        self._visible = place.clip(pygame.Rect((0, 0), window)).clip(surface.get_rect())
        self._index = moment.later.index
        self._unmapped = (fitting, place, method) if picture.is_mapped else None
        if picture.is_mapped:
            self._draw_mapped(painted, surface, moment.later.size, picture)
        elif self._direct:
            _fill_round(surface, place)
            _enlarge(fitting, place, self._visible, _memory(surface, self._visible), method)
        else:
            _fill_round(surface, place)
            self._blit(cv2.resize(fitting, place.size, interpolation=method), surface, place)
        self._painted, self._drawn = painted, drawn

    def draw_further(self, number: int, surface: pygame.Surface, moment: Moment, picture: Picture) -> None:
        """Draw the same moment into another window's surface, once it is painted for the first.

        What has the first one's params is painted already; the others have a painter each, by their number.
        """
        painted, params = self._shared
        if picture.params != params:
            if number not in self._painters:
                self._painters[number] = self._new_painter(window=number)
            painted = self._painters[number].paint(moment, picture)
        elif number in self._painters:
            self._painters.pop(number).forget()
        self._draw_mapped(painted, surface, moment.later.size, picture)

    def _draw_mapped(self, painted: Pixels, surface: pygame.Surface, size: Size, picture: Picture) -> None:
        window, params = Size(*surface.get_size()), picture.params
        lay = layout(size, window, params.fill, picture.mapping)
        if picture.card:
            painted = self._card(lay.size)
        pixels = mapped(painted, lay, picture.mapping, window, self._order, interpolation(params))
        if self._direct and surface.get_masks() == _surface().get_masks():
            _memory(surface, surface.get_rect())[:] = pixels
        else:
            self._blit(pixels, surface, surface.get_rect())

    def _blit(self, pixels: np.ndarray, surface: pygame.Surface, place: pygame.Rect) -> None:
        order: Literal["RGBX", "BGRA"] = "RGBX" if self._order == cv2.COLOR_RGB2RGBA else "BGRA"
        surface.blit(pygame.image.frombuffer(pixels.tobytes(), place.size, order), place)

    def _ordered_card(self, size: Size) -> Pixels:
        return np.asarray(cv2.cvtColor(card(size), self._order), np.uint8)

    def shoot(self, time: float, size: Size | None = None) -> None:
        """Take the picture as it was drawn last, not mapped, without bars; call it before text is drawn over.

        It has the size that it has in the window: whoever takes the frames scales them.
        """
        surface = _surface()
        visible = self._visible.clip(surface.get_rect())
        if visible.size == (0, 0):
            return
        pixels = new_pixels(Size(*visible.size))
        if self._unmapped is not None:
            picture, place, method = self._unmapped
            enlarged = np.empty((visible.height, visible.width, 4), np.uint8)
            _enlarge(picture, place, visible, enlarged, method)
            cv2.cvtColor(enlarged, self._back, pixels)
        elif self._direct:
            cv2.cvtColor(_memory(surface, visible), self._back, pixels)
        else:
            pixels = _copy(surface.subsurface(visible))
        pixels.flags.writeable = False
        self._shots.append(Frame(pixels, self._index, time))

    def shots(self, all: bool = False) -> list[Frame]:
        """Return the pictures taken, each once."""
        shots, self._shots = self._shots, []
        return shots

    def draw_overlay(self, text: pygame.Surface, window: Size) -> None:
        """Draw text over the window: the part of it that is not empty."""
        place = self._text_place(text)
        _surface().blit(text, place, place)
        self._painted = None

    def pixels(self, window: Size) -> Pixels:
        """Return what is drawn (H×W×3), before it is shown."""
        return _copy(_surface())

    def finish(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to release."""


def _surface() -> pygame.Surface:
    surface = pygame.display.get_surface()  # asked for anew each time: resizing may replace it
    if surface is None:
        raise DisplayError("the window is gone")
    return surface


def _copy(surface: pygame.Surface) -> Pixels:
    """Return a surface's pixels, H×W×3."""
    return np.ascontiguousarray(pygame.surfarray.array3d(surface).swapaxes(0, 1))


def _memory(surface: pygame.Surface, part: pygame.Rect) -> NDArray[np.uint8]:
    """Return a part of the surface's own memory, H×W×4; it is locked for as long as the array is there."""
    width, height = surface.get_size()
    memory = memoryview(surface.get_buffer())  # type: ignore[arg-type]  # pygame's is one, but says it not
    pixels = np.ndarray((height, width, 4), np.uint8, memory, strides=(surface.get_pitch(), 4, 1))
    return pixels[part.top : part.bottom, part.left : part.right]


def _enlarge(
    picture: Pixels, place: pygame.Rect, visible: pygame.Rect, target: NDArray[np.uint8], method: int
) -> None:
    """Draw the picture into its place on the `visible` target; what overhangs that is cut."""
    if visible == place:
        cv2.resize(picture, place.size, target, interpolation=method)
        return
    scaled = cv2.resize(picture, place.size, interpolation=method)
    x, y = visible.left - place.left, visible.top - place.top
    target[:] = scaled[y : y + visible.height, x : x + visible.width]


def _fill_round(surface: pygame.Surface, picture: pygame.Rect) -> None:
    """Make black what the picture leaves of the window."""
    width, height = surface.get_size()
    surface.fill((0, 0, 0), (0, 0, width, picture.top))  # pygame passes over what has no area
    surface.fill((0, 0, 0), (0, picture.bottom, width, height - picture.bottom))
    surface.fill((0, 0, 0), (0, 0, picture.left, height))
    surface.fill((0, 0, 0), (picture.right, 0, width - picture.right, height))
