"""The OpenGL screen: what the painter paints, onto the window; then the overlay, if there is text.

    moment -> GLPainter -> LastPass -> the window, and a shot of it where one is asked for
                             (mapped) -> a texture -> GLMapping -> the window

Needs OpenGL 3.3. Where there is none, or no graphics card behind it, `PlainScreen` draws the same.
"""

from functools import lru_cache

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
        self._painter = GLPainter(self._gl, effects, tell, reduced=self.software)
        self._shots = Shots(self._gl)
        self._overlay = variants(self._gl, "overlay.frag")()
        self._text = lru_cache(maxsize=2)(self._text_texture)
        self._mapping = GLMapping(self._gl)
        self._whole: Target | None = None
        self._card = lru_cache(maxsize=1)(self._card_texture)
        self._drawn: tuple[LastPass, Place, Size, int] | None = None

    def draw(self, moment: Moment, window: Size, picture: Picture) -> None:
        """Draw the moment as the picture asks, letterboxed or filling the window; the rest of it is black."""
        place = viewport(moment.later.size, window, picture.params.fill)
        last = self._painter.paint(moment, Size(*place[2:]), picture)
        if picture.is_mapped:
            self._draw_mapped(last, moment.later.size, window, picture)
        else:
            self._begin(window)
            self._gl.viewport = place
            last.draw(into_texture=False)
        self._drawn = last, place, window, moment.later.index

    def _begin(self, window: Size) -> None:
        """Go on with the window, all of it black."""
        self._gl.screen.use()
        self._gl.viewport = (0, 0, *window)
        self._gl.clear()

    def _draw_mapped(self, last: LastPass, size: Size, window: Size, picture: Picture) -> None:
        lay = layout(size, window, picture.params.fill, picture.mapping)
        texture = self._card(lay.size) if picture.card else self._drawn_whole(last, lay.size)
        self._begin(window)
        self._mapping.draw(texture, lay, picture.mapping, window)

    def _drawn_whole(self, last: LastPass, size: Size) -> moderngl.Texture:
        """Return the whole picture in a texture."""
        if self._whole is None or self._whole.texture.size != size:
            self._whole = Target(self._gl, size)
        self._whole.buffer.use()
        last.draw(into_texture=True)
        return self._whole.texture

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
