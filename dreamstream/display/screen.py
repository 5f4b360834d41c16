"""The OpenGL screen: draws a moment along the known warp, in one pass of `shaders/tween.frag`.

    moment -> textures, maps, shares -> one triangle; then the overlay, if there is text
    with effects: the same into a texture -> a pass for each -> onto the window

Needs OpenGL 3.3. Where there is none, or no graphics card behind it, `display.surface` draws the same.
"""

from pathlib import Path
from typing import Any, Protocol

import moderngl
import numpy as np
import pygame

from dreamstream.display.passes import EffectPasses
from dreamstream.display.picture import Picture
from dreamstream.display.shader import EARLIER, FIELD, LATER, PICTURE, Shader, Variants, shader_text
from dreamstream.display.thumbs import SIZE, Thumbs
from dreamstream.effects import EffectShelf, Light, adjusted
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame, Pixels
from dreamstream.params import UPSCALES
from dreamstream.transforms import Affine, Field, Warp
from dreamstream.tween import Moment, warps_of

_FRAMES_KEPT = 4
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "gdi generic")
"""What renderers that have no graphics card call themselves."""
_SOFTWARE_PIXELS = 640 * 360
"""The most that an effect is drawn at there, to be enlarged onto the window: the dream is hardly larger."""


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

    def pixels(self, window: tuple[int, int]) -> Pixels:
        """Return what is drawn (H×W×3), before it is shown. Slow: all of it is read back."""
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


class GLScreen:
    """Draws through moderngl into the window that is current."""

    name = "OpenGL"

    def __init__(self, shaders: Path, effects: EffectShelf) -> None:
        try:
            self._gl = moderngl.create_context(require=330)
        except Exception as error:  # moderngl raises bare Exception
            raise DisplayError(f"no OpenGL 3.3: {error}") from error
        self.renderer: str = self._gl.info["GL_RENDERER"]
        vertex = shader_text(shaders / "quad.vert")
        self._tween, self._present, self._luminance, self._overlay = (
            Variants(self._gl, vertex, shaders / f"{name}.frag")
            for name in ("tween", "present", "luminance", "overlay")
        )
        for lanes, whole in ((0, 0), (1, 0), (2, 0), (0, 1)):
            self._tween.of(UPSCALE=0, LANES=lanes, FIELD=whole, ADJUSTED=0)
        self._effects = EffectPasses(self._gl, shaders, effects)
        self._light, self._thumbs = Light(), Thumbs()
        self._cells = self._gl.framebuffer([self._gl.texture(SIZE, 1, dtype="f4")])
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
        params, seconds = picture.params, picture.seconds
        earlier, later, blend = warps_of(moment, params.tween)
        at = viewport(moment.later.size, window, params.fill)
        values = self._moment_values(moment, earlier, later, blend)
        how = {"UPSCALE": UPSCALES.index(params.upscale), **_kind(earlier)}
        changed = {"ADJUSTED": int(adjusted(params))}
        lighting = {name: getattr(params, name) for name in ("colour", "contrast", "brightness", "gamma")}
        links = self._effects.usable(picture.links, seconds)
        self._gl.disable(moderngl.BLEND)
        if not links:
            level = self._light.level(
                params, seconds, lambda level: self._thumbs.luminance(moment, blend, params, level)
            )
            self._clear(window, at)
            self._tween.of(**how, **changed).draw({**values, **lighting, "light": level, "kept": False})
            return
        self._effects.target(_affordable(at[2:]) if self.software else at[2:]).use()
        self._tween.of(**how, ADJUSTED=0).draw({**values, "light": 1.0, "kept": True})
        self._effects.run(links, picture).use(PICTURE)
        measure = self._luminance.of(**changed)
        level = self._light.level(
            params, seconds, lambda level: self._measured(measure, {**lighting, "light": level})
        )
        self._clear(window, at)
        self._present.of(**changed).draw({**lighting, "light": level, "kept": False})

    def messages(self) -> list[str]:
        """Return what the operator should be told, once."""
        told, self._effects.messages = self._effects.messages, []
        return told

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
        self._text.use(EARLIER)
        self._overlay.of().draw({"kept": False})

    def pixels(self, window: tuple[int, int]) -> Pixels:
        """Return what is drawn, before it is shown."""
        data = self._gl.screen.read(viewport=(0, 0, *window), alignment=1)
        return np.frombuffer(data, np.uint8).reshape(window[1], window[0], 3)[::-1]

    def finish(self) -> None:
        """Wait until the driver has drawn it all."""
        self._gl.finish()

    def close(self) -> None:
        """Release the context's objects."""
        for _, texture in self._pictures.values():
            texture.release()
        self._pictures.clear()
        self._effects.close()
        self._release(self._text)
        self._gl.release()

    def _clear(self, window: tuple[int, int], at: tuple[int, int, int, int]) -> None:
        self._gl.screen.use()
        self._gl.viewport = (0, 0, *window)
        self._gl.clear()
        self._gl.viewport = at

    def _moment_values(self, moment: Moment, earlier: Warp, later: Warp, blend: float) -> dict[str, Any]:
        """Return what the tween shader takes; its textures are set up on the way."""
        field = earlier if isinstance(earlier, Field) else None
        self._picture(moment.earlier).use(EARLIER)
        self._picture(moment.later).use(LATER)
        self._set_field(moment.later.warp if field else None)
        self._field.use(FIELD)
        size = moment.later.size
        return {
            "earlier_map": _map(earlier, size),
            "later_map": _map(later, size),
            "earlier_share": moment.t,
            "later_share": moment.t - 1,
            "blend": blend,
            "size": tuple(map(float, size)),
            "wrap": field is not None and field.wrap,
        }

    def _measured(self, shader: Shader, lighting: dict[str, Any]) -> float:
        """Return the mean relative luminance of the picture behind the effects, read back from the driver."""
        self._cells.use()
        shader.draw({**lighting, "kept": True, "cells": tuple(map(float, SIZE))})
        return float(np.frombuffer(self._cells.read(components=1, dtype="f4"), np.float32).mean())

    def _picture(self, frame: Frame) -> moderngl.Texture:
        """Return the frame's texture, sent once; that not used for longest is written over."""
        held = self._pictures.pop(frame.index, None)
        if held is not None and held[0] is frame:
            self._pictures[frame.index] = held  # at the end again
            return held[1]
        texture = held[1] if held else None
        if texture is None and len(self._pictures) >= _FRAMES_KEPT:
            texture = self._pictures.pop(next(iter(self._pictures)))[1]
        if texture is not None and texture.size != frame.size:
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


def _affordable(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size that effects are drawn at where the CPU does it, in the picture's shape."""
    scale = min(1.0, (_SOFTWARE_PIXELS / (size[0] * size[1])) ** 0.5)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _kind(warp: Warp) -> dict[str, int]:
    """Return the constants of the tween shader for a warp."""
    if not isinstance(warp, Field):
        return {"LANES": 0, "FIELD": 0}
    rows, columns = warp.vectors.shape[:2]
    lanes = 1 if rows == 1 else 2 if columns == 1 else 0
    return {"LANES": lanes, "FIELD": int(not lanes)}
