"""The OpenGL screen: draws a moment along the known warp, in one pass of `shaders/tween.frag`.

    moment -> textures, maps, shares -> one triangle; then the overlay, if there is text

Needs OpenGL 3.3. Where there is none, or no graphics card behind it, `display.surface` draws the same.
"""

from pathlib import Path
from typing import Protocol

import moderngl
import numpy as np
import pygame

from dreamstream.display.moment import Moment
from dreamstream.display.picture import Picture
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame
from dreamstream.transforms import IDENTITY, Affine, Field, Warp

_FRAMES_KEPT = 4
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "gdi generic")
"""What renderers that have no graphics card call themselves."""


class Screen(Protocol):
    """What draws into the window."""

    name: str

    def draw(self, moment: Moment, window: tuple[int, int], picture: Picture) -> None:
        """Draw the moment as the picture asks, letterboxed or filling the window (width, height)."""
        ...

    def messages(self) -> list[str]:
        """Return what the operator should be told since the last time: each is given once."""
        ...

    def draw_overlay(self, text: pygame.Surface, window: tuple[int, int]) -> None:
        """Draw a surface with alpha over the whole window; the same object again is not sent again."""
        ...

    def finish(self) -> None:
        """Wait until all that was asked for is drawn."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


def viewport(picture: tuple[int, int], window: tuple[int, int], fill: bool) -> tuple[int, int, int, int]:
    """Return (x, y, width, height) of the picture in the window: inside it whole, or covering it."""
    ratios = window[0] / picture[0], window[1] / picture[1]
    scale = max(ratios) if fill else min(ratios)
    width, height = max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))
    return (window[0] - width) // 2, (window[1] - height) // 2, width, height


def warps_of(moment: Moment, tween: bool) -> tuple[Warp, Warp, float]:
    """Return the warp for the earlier frame, the one for the later, and the share of the later.

    With frame k+1 = warp(frame k), the moment t is part(t) of frame k and part(t - 1) of frame k+1.
    """
    t = moment.t
    if not tween:
        return IDENTITY, IDENTITY, float(t >= 1)
    warp = moment.later.warp or IDENTITY
    assert isinstance(warp, Affine | Field)
    return warp.part(t), warp.part(t - 1), min(t, 1.0)


class GLScreen:
    """Draws through moderngl into the window that is current."""

    name = "OpenGL"

    def __init__(self, shaders: Path) -> None:
        try:
            self._gl = moderngl.create_context(require=330)
        except Exception as error:  # moderngl raises bare Exception
            raise DisplayError(f"no OpenGL 3.3: {error}") from error
        self.renderer: str = self._gl.info["GL_RENDERER"]
        quad = (shaders / "quad.vert").read_text(encoding="utf-8")
        self._tween = self._program(quad, shaders / "tween.frag")
        self._overlay = self._program(quad, shaders / "overlay.frag")
        self._triangle = self._gl.vertex_array(self._tween, [])
        self._text_triangle = self._gl.vertex_array(self._overlay, [])
        self._pictures: dict[int, tuple[Frame, moderngl.Texture]] = {}
        self._field_of: object = None
        self._field = self._new_field((1, 1))
        self._text: moderngl.Texture | None = None
        self._text_of: pygame.Surface | None = None

    @property
    def software(self) -> bool:
        """Whether the CPU does the graphics card's work."""
        return any(word in self.renderer.lower() for word in _SOFTWARE)

    def draw(self, moment: Moment, window: tuple[int, int], picture: Picture) -> None:
        """Draw the moment; the rest of the window is black."""
        earlier, later, blend = warps_of(moment, picture.params.tween)
        self._gl.viewport = (0, 0, *window)
        self._gl.disable(moderngl.BLEND)
        self._gl.clear()
        self._gl.viewport = viewport(moment.later.size, window, picture.params.fill)
        field = earlier if isinstance(earlier, Field) else None
        self._picture(moment.earlier).use(0)
        self._picture(moment.later).use(1)
        self._set_field(moment.later.warp if field else None)
        self._field.use(2)
        uniforms = {
            "earlier": 0,
            "later": 1,
            "field": 2,
            "earlier_map": _map(earlier, moment.later.size),
            "later_map": _map(later, moment.later.size),
            "has_field": field is not None,
            "earlier_share": moment.t,
            "later_share": moment.t - 1,
            "blend": blend,
            "size": tuple(map(float, moment.later.size)),
            "wrap": field is not None and field.wrap,
        }
        for name, value in uniforms.items():
            self._tween[name] = value
        self._triangle.render(moderngl.TRIANGLES, vertices=3)

    def messages(self) -> list[str]:
        """Return what the operator should be told, once."""
        return []

    def draw_overlay(self, text: pygame.Surface, window: tuple[int, int]) -> None:
        """Draw text over the window."""
        if text is not self._text_of:
            if self._text is None or self._text.size != text.get_size():
                self._release(self._text)
                self._text = self._gl.texture(text.get_size(), 4)
            self._text.write(pygame.image.tobytes(text, "RGBA"))
            self._text_of = text
        assert self._text is not None
        self._gl.viewport = (0, 0, *window)
        self._gl.enable(moderngl.BLEND)
        self._gl.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        self._text.use(0)
        self._overlay["text"] = 0
        self._text_triangle.render(moderngl.TRIANGLES, vertices=3)

    def finish(self) -> None:
        """Wait until the driver has drawn it all."""
        self._gl.finish()

    def close(self) -> None:
        """Release the context's objects."""
        for _, texture in self._pictures.values():
            texture.release()
        self._pictures.clear()
        self._release(self._text)
        self._gl.release()

    def _program(self, vertex: str, fragment: Path) -> moderngl.Program:
        try:
            return self._gl.program(vertex, fragment.read_text(encoding="utf-8"))
        except moderngl.Error as error:
            raise DisplayError(f"{fragment}: {' '.join(str(error).split())}") from error

    def _picture(self, frame: Frame) -> moderngl.Texture:
        """Return the frame's texture, sent once; the oldest kept one is written over."""
        held = self._pictures.get(frame.index)
        if held is not None and held[0] is frame:
            return held[1]
        self._pictures.pop(frame.index, None)
        texture = None
        if len(self._pictures) >= _FRAMES_KEPT:
            texture = self._pictures.pop(min(self._pictures))[1]
            if texture.size != frame.size:
                texture.release()
                texture = None
        if texture is None:
            texture = self._gl.texture(frame.size, 3, alignment=1)
        texture.write(frame.pixels, alignment=1)
        self._pictures[frame.index] = (frame, texture)
        return texture

    def _set_field(self, warp: object) -> None:
        """Send the whole warp's displacements once; the shares scale them."""
        if warp is self._field_of or not isinstance(warp, Field):
            return
        vectors = warp.vectors
        height, width = vectors.shape[:2]
        if self._field.size != (width, height):
            self._field.release()
            self._field = self._new_field((width, height))
        self._field.write(np.ascontiguousarray(vectors))
        self._field_of = warp

    def _new_field(self, size: tuple[int, int]) -> moderngl.Texture:
        field = self._gl.texture(size, 2, dtype="f4")
        # each column keeps its own shift; and software drivers filter float textures slowly
        field.filter = moderngl.NEAREST, moderngl.NEAREST
        return field

    @staticmethod
    def _release(texture: moderngl.Texture | None) -> None:
        if texture is not None:
            texture.release()


def _map(warp: Warp, size: tuple[int, int]) -> tuple[float, ...]:
    """Return an affine warp between places (0..1) for a canvas of (width, height); identity for a field.

    The 3×3 matrix goes column by column, as GLSL keeps it. Pixel n has its centre at place (n + ½) / size.
    """
    if not isinstance(warp, Affine):
        return tuple(map(float, np.eye(3).ravel()))
    pixels = np.array([[size[0], 0, -0.5], [0, size[1], -0.5], [0, 0, 1]])
    places = np.linalg.inv(pixels) @ np.vstack([warp.matrix, [0.0, 0.0, 1.0]]) @ pixels
    return tuple(map(float, places.T.ravel()))
