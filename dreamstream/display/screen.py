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
from dreamstream.transforms import Affine, Field
from dreamstream.tween import Moment, Way, ways_of

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
        self._fields: tuple[Field, ...] = ()
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
        earlier, later, blend = ways_of(moment, params.tween)
        at = viewport(moment.later.size, window, params.fill)
        how = {"UPSCALE": UPSCALES.index(params.upscale), **self._set_fields(earlier)}
        values = self._moment_values(moment, earlier, later, blend)
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

    def _moment_values(self, moment: Moment, earlier: Way, later: Way, blend: float) -> dict[str, Any]:
        """Return what the tween shader takes; its textures are set up on the way."""
        self._picture(moment.earlier).use(EARLIER)
        self._picture(moment.later).use(LATER)
        self._field.use(FIELD)
        size, fields = moment.later.size, earlier.fields
        return {
            "earlier_map": _map(earlier.affine, size),
            "later_map": _map(later.affine, size),
            "earlier_share": fields[0][1] if fields else 0.0,
            "later_share": later.fields[0][1] if fields else 0.0,
            "rest_share": fields[1][1] if len(fields) > 1 else 0.0,
            "blend": blend,
            "size": tuple(map(float, size)),
            "wrap": any(field.wrap for field, _ in fields),
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

    def _set_fields(self, way: Way) -> dict[str, int]:
        """Send a way's whole fields once, for shares scale them; return the shader's constants for them."""
        fields = tuple(field for field, _ in way.fields)
        if not fields:
            return {"LANES": 0, "FIELD": 0}
        if fields != self._fields:
            vectors = np.concatenate(np.broadcast_arrays(*(field.vectors for field in fields)), axis=-1)
            height, width, count = vectors.shape
            if (self._field.size, self._field.components) != ((width, height), count):
                self._field.release()
                self._field = self._new_field((width, height), count)
            self._field.write(np.ascontiguousarray(vectors))
            self._fields = fields
        lanes = 1 if self._field.height == 1 else 2 if self._field.width == 1 else 0
        return {"LANES": lanes, "FIELD": int(not lanes)}

    def _new_field(self, size: tuple[int, int], components: int = 2) -> moderngl.Texture:
        field = self._gl.texture(size, components, dtype="f4")
        # each column keeps its own shift; and software drivers filter float textures slowly
        field.filter = moderngl.NEAREST, moderngl.NEAREST
        return field

    @staticmethod
    def _release(texture: moderngl.Texture | None) -> None:
        if texture is not None:
            texture.release()


def _map(warp: Affine, size: tuple[int, int]) -> tuple[float, ...]:
    """Return an affine warp between places (0..1) for a canvas of (width, height).

    The 3×3 matrix goes column by column, as GLSL keeps it. Pixel n has its centre at place (n + ½) / size.
    """
    pixels = np.array([[size[0], 0, -0.5], [0, size[1], -0.5], [0, 0, 1]])
    places = np.linalg.inv(pixels) @ np.vstack([warp.matrix, [0.0, 0.0, 1.0]]) @ pixels
    return tuple(map(float, places.T.ravel()))


def _affordable(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size that effects are drawn at where the CPU does it, in the picture's shape."""
    scale = min(1.0, (_SOFTWARE_PIXELS / (size[0] * size[1])) ** 0.5)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
