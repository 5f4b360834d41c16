"""The OpenGL screen: what the painter paints, onto the window; then the overlay, if there is text.

    moment -> GLPainter -> LastPass -> the window, and a shot of it where one is asked for
                             (mapped) -> a texture -> GLMapping -> the window

Needs OpenGL 3.3. Where there is none, or no graphics card behind it, `PlainScreen` draws the same.
"""

from collections.abc import Callable
from functools import lru_cache, partial

import moderngl
import numpy as np
import pygame

from dreamstream.display.effect_passes import Target
from dreamstream.display.gl_mapping import GLMapping
from dreamstream.display.gl_painter import GLPainter, LastPass
from dreamstream.display.layout import Place, layout, viewport
from dreamstream.display.picture import Picture
from dreamstream.display.shader import EARLIER, variants
from dreamstream.display.shots import Shots, visible_part
from dreamstream.effects import EffectShelf
from dreamstream.frame import Frame, Pixels
from dreamstream.isf.context import new_context
from dreamstream.mapping import card
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.tell import Tell
from dreamstream.transforms.tween import Moment

_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "gdi generic")
"""What renderers that have no graphics card call themselves."""


class GLScreen:
    """Draws through moderngl into the window that is current."""

    name = "OpenGL"

    def __init__(self, effects: EffectShelf, tell: Tell) -> None:
        self._gl = new_context()
        renderer = self._gl.info["GL_RENDERER"].lower()
        self.software = any(word in renderer for word in _SOFTWARE)
        """Whether the CPU does the graphics card's work."""
        self._new_painter = partial(GLPainter, self._gl, effects, tell, reduced=self.software)
        self._painter = self._new_painter()
        self._shots = Shots(self._gl)
        self._overlay = variants(self._gl, "overlay.frag")()
        self._text = lru_cache(maxsize=2)(self._text_texture)
        self._mapping = GLMapping(self._gl)
        self._wholes: dict[int, Target] = {}  # by the windows' numbers
        self._painters: dict[int, GLPainter] = {}
        self._params: Params | None = None
        self._put: Callable[[], None]
        self._card = lru_cache(maxsize=4)(self._card_texture)
        self._drawn: tuple[LastPass, Place, Size, int] | None = None

    def draw(self, moment: Moment, window: Size, picture: Picture) -> None:
        """Draw the moment as the picture asks, letterboxed or filling the window; the rest of it is black."""
        self.paint(moment, window, picture)
        self.present()

    def paint(self, moment: Moment, window: Size, picture: Picture, room: Size | None = None) -> None:
        """Paint what `present` then draws into the window, and what further windows show, too.

        `room` is the largest size of the whole picture that these need, where there are any.
        """
        place = viewport(moment.later.size, window, picture.params.fill)
        lay = layout(moment.later.size, window, picture.params.fill, picture.mapping)
        mapped = picture.is_mapped or room is not None
        size = (room or lay.size) if mapped else Size(*place[2:])
        last = self._painter.paint(moment, size, picture)
        if mapped:
            whole = self._drawn_whole(last, size, 0)
            whole = self._card(lay.size) if picture.card else whole
            self._put = partial(self._mapping.draw, whole, lay, picture.mapping, window)
        else:
            self._put = partial(self._draw_at, last, place)
        self._drawn, self._params = (last, place, window, moment.later.index), picture.params

    def present(self) -> None:
        """Draw into the window what was painted for it.

        Nothing may be drawn into another window before it is shown: drivers then forget what is in this one.
        """
        if self._drawn is not None:
            self._begin(self._drawn[2])
            self._put()

    def _draw_at(self, last: LastPass, place: Place) -> None:
        self._gl.viewport = place
        last.draw(into_texture=False)

    def draw_further(self, number: int, moment: Moment, window: Size, picture: Picture) -> None:
        """Draw the same moment into another window, the current one, once it is painted for the first.

        What has the first one's params is painted already; the others have a painter each, by their number.
        """
        lay = layout(moment.later.size, window, picture.params.fill, picture.mapping)
        if picture.card:
            whole = self._card(lay.size)
        elif picture.params == self._params:
            self._painters.pop(number, None)  # what it remembers is of long ago when it is needed again
            whole = self._wholes[0].texture
        else:
            if number not in self._painters:
                self._painters[number] = self._new_painter()
            last = self._painters[number].paint(moment, lay.size, picture)
            whole = self._drawn_whole(last, lay.size, number)
        self._begin(window)
        self._mapping.draw(whole, lay, picture.mapping, window)

    def _begin(self, window: Size) -> None:
        """Go on with the window, all of it black."""
        self._gl.screen.use()
        self._gl.viewport = (0, 0, *window)
        self._gl.clear()

    def _drawn_whole(self, last: LastPass, size: Size, number: int) -> moderngl.Texture:
        """Return the whole picture of a window in a texture."""
        if number not in self._wholes or self._wholes[number].texture.size != size:
            self._wholes[number] = Target(self._gl, size)
        self._wholes[number].buffer.use()
        last.draw(into_texture=True)
        return self._wholes[number].texture

    def shoot(self, time: float, size: Size | None = None) -> None:
        """Take the picture as it was drawn last, not mapped, without text and bars; `shots` gives it later.

        `size` is what it must fit into; without it, it is as large as it is in the window. The last pass is
        drawn again, into a texture: from there even what another window hides can be read back.
        """
        if self._drawn is not None:
            last, place, window, index = self._drawn
            self._shots.take(last, *visible_part(place, window, size), index, time)
            self._gl.screen.use()

    def shots(self, all: bool = False) -> list[Frame]:
        """Return the pictures taken that are ready, in order, each once; waits for `all` if asked."""
        return self._shots.ready(all)

    def draw_overlay(self, text: pygame.Surface, window: Size) -> None:
        """Draw a surface with alpha at the window's upper left corner; the same object is sent only once."""
        self._gl.viewport = (0, window.height - text.get_height(), *text.get_size())
        self._gl.enable(moderngl.BLEND)
        self._gl.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        self._text(text).use(EARLIER)
        self._overlay.draw({"into_texture": False})

    def pixels(self, window: Size) -> Pixels:
        """Return what is drawn (H×W×3), before it is shown. Slow: all of it is read back."""
        data = self._gl.screen.read(viewport=(0, 0, *window), alignment=1)
        return np.frombuffer(data, np.uint8).reshape(*window.shape, 3)[::-1]

    def finish(self) -> None:
        """Wait until the driver has drawn it all."""
        self._gl.finish()

    def close(self) -> None:
        """Release the context, and with it all that is in it."""
        self._gl.release()

    def _card_texture(self, size: Size) -> moderngl.Texture:
        return self._gl.texture(size, 3, card(size), alignment=1)

    def _text_texture(self, text: pygame.Surface) -> moderngl.Texture:
        return self._gl.texture(text.get_size(), 4, pygame.image.tobytes(text, "RGBA"))
