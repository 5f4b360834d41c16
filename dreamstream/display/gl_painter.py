"""The OpenGL painter: all passes of a moment but the last, which is drawn into a window, a texture, or both.

moment -> textures, maps, shares -> LastPass: one triangle of `shaders/tween.frag`
with effects: the same into a texture -> a pass for each -> LastPass of `shaders/present.frag`
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import moderngl
import numpy as np

from dreamstream.display.effect_passes import EffectPasses
from dreamstream.display.picture import Picture
from dreamstream.display.shader import EARLIER, FIELD, LATER, PICTURE, Shader, variants
from dreamstream.display.thumbs import SIZE, moment_luminance
from dreamstream.display.transition import Transition
from dreamstream.effects import EffectShelf, Light, adjusted
from dreamstream.frame import Frame
from dreamstream.params import UPSCALES
from dreamstream.size import Size
from dreamstream.tell import Tell
from dreamstream.transforms import Affine, Field
from dreamstream.transforms.tween import Moment, Way, ways_of

_SOFTWARE_PIXELS = 640 * 360
"""At most as many an effect draws where it is reduced, to be enlarged then: the dream is hardly larger."""


@dataclass(frozen=True)
class LastPass:
    """The last pass of a moment; it can be drawn any number of times until the next moment is painted."""

    shader: Shader
    values: Mapping[str, Any]
    textures: Mapping[int, moderngl.Texture]
    """What it reads, by unit."""

    def draw(self, into_texture: bool) -> None:
        """Draw it into the viewport, of the window or of a texture, whose first row is the picture's top."""
        for unit, texture in self.textures.items():
            texture.use(unit)
        self.shader.draw({**self.values, "into_texture": into_texture})


class GLPainter:
    """Paints in an OpenGL context.

    Where they are `reduced`, effects are drawn at a size that a CPU can keep up with.
    """

    def __init__(
        self,
        gl: moderngl.Context,
        effects: EffectShelf,
        tell: Tell,
        reduced: bool = False,
    ) -> None:
        self._gl, self._reduced = gl, reduced
        self._tween, self._present, self._luminance = (
            variants(gl, f"{name}.frag") for name in ("tween", "present", "luminance")
        )
        for lanes, whole in ((0, 0), (1, 0), (2, 0), (0, 1)):
            self._tween(UPSCALE=0, LANES=lanes, FIELD=whole, ADJUSTED=0)
        self._effects = EffectPasses(gl, effects, tell)
        self._light = Light()
        self._transition = Transition(gl)
        self._shown: Callable[[], LastPass] | None = None
        """Gives what was painted last, without the light of the screen."""
        self._cells = gl.framebuffer([gl.texture(SIZE, 1, dtype="f4")])
        self._texture = lru_cache(maxsize=4)(self._frame_texture)
        self._field = lru_cache(maxsize=1)(self._field_texture)

    def paint(self, moment: Moment, size: Size, picture: Picture) -> LastPass:
        """Paint a moment for a picture of this size, up to its last pass."""
        self._gl.gc()
        params, seconds = picture.params, picture.seconds
        earlier, later, blend = ways_of(moment, params.tween)
        textures = {EARLIER: self._texture(moment.earlier), LATER: self._texture(moment.later)}
        reading = {"UPSCALE": UPSCALES.index(params.upscale), "LANES": 0, "FIELD": 0}
        if earlier.fields:
            field = self._field(tuple(field for field, _ in earlier.fields))
            textures[FIELD] = field
            reading["LANES"] = 1 if field.height == 1 else 2 if field.width == 1 else 0
            reading["FIELD"] = int(not reading["LANES"])
        values = _moment_values(moment, earlier, later, blend)
        adjusting = {"ADJUSTED": int(adjusted(params))}
        light = {name: getattr(params, name) for name in ("colour", "contrast", "brightness", "gamma")}
        self._gl.disable(moderngl.BLEND)
        scale = min(1.0, (_SOFTWARE_PIXELS / size.area) ** 0.5) if self._reduced else 1.0
        crossing = self._transition.look(picture, size.scaled(scale), self._shown)
        links = self._effects.usable(picture, crossing)

        def bare() -> LastPass:
            return LastPass(self._tween(**reading, ADJUSTED=0), {**values, "light": 1.0}, textures)

        if not links and not crossing:
            self._shown = bare
            measure = partial(moment_luminance, moment, blend, params)
            light["light"] = self._light.level(params, seconds, measure)
            return LastPass(self._tween(**reading, **adjusting), {**values, **light}, textures)
        self._effects.target(size.scaled(scale)).use()
        bare().draw(into_texture=True)
        drawn = self._effects.run(links, picture, self._transition if crossing else None)
        self._shown = lambda: LastPass(self._present(ADJUSTED=0), {"light": 1.0}, {PICTURE: drawn})
        drawn.use(PICTURE)
        measure = partial(self._measured, self._luminance(**adjusting), light)
        light["light"] = self._light.level(params, seconds, measure)
        return LastPass(self._present(**adjusting), light, {PICTURE: drawn})

    def _measured(self, shader: Shader, light: dict[str, Any], level: float) -> float:
        """Return the mean relative luminance of the picture after the effects, read back from the driver."""
        self._cells.use()
        shader.draw({**light, "light": level, "into_texture": True, "cells": tuple(map(float, SIZE))})
        return float(np.frombuffer(self._cells.read(components=1, dtype="f4"), np.float32).mean())

    def _frame_texture(self, frame: Frame) -> moderngl.Texture:
        return self._gl.texture(frame.size, 3, frame.pixels, alignment=1)

    def _field_texture(self, fields: tuple[Field, ...]) -> moderngl.Texture:
        """Send a way's fields whole, for the shader scales them."""
        vectors = np.concatenate(np.broadcast_arrays(*(field.vectors for field in fields)), axis=-1)
        texture = self._gl.texture(Size.of(vectors), vectors.shape[2], vectors, dtype="f4")
        # each column must have its own shift; besides, software drivers filter float textures slowly
        texture.filter = moderngl.NEAREST, moderngl.NEAREST
        return texture


def _moment_values(moment: Moment, earlier: Way, later: Way, blend: float) -> dict[str, Any]:
    """Return what the tween shader takes."""
    size, fields = moment.later.size, earlier.fields
    return {
        "earlier_map": _map(earlier.affine, size),
        "later_map": _map(later.affine, size),
        "earlier_share": fields[0][1] if fields else 0.0,
        "later_share": later.fields[0][1] if fields else 0.0,
        "residual_share": fields[1][1] if len(fields) > 1 else 0.0,
        "blend": blend,
        "size": tuple(map(float, size)),
        "wrap": any(field.wrap for field, _ in fields),
    }


def _map(warp: Affine, size: Size) -> tuple[float, ...]:
    """Return an affine warp between places (0..1) for a canvas of this size.

    The 3×3 matrix goes column by column, as GLSL keeps it. Pixel n has its centre at place (n + ½) / size.
    """
    pixels = np.array([[size.width, 0, -0.5], [0, size.height, -0.5], [0, 0, 1]])
    places = np.linalg.inv(pixels) @ np.vstack([warp.matrix, [0.0, 0.0, 1.0]]) @ pixels
    return tuple(map(float, places.T.ravel()))
