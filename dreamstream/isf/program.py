"""A file of the format, compiled: pictures, values and the time in, a picture out; all its passes.

    Program.draw(size, Given) -> each pass into its buffer -> the last one's texture, first row at the bottom

For one context, and one thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import moderngl
import numpy as np

from dreamstream.errors import ShaderError
from dreamstream.isf.buffers import Buffer, Copier, texture_of
from dreamstream.isf.glsl import compiled
from dreamstream.isf.head import Head, Pass
from dreamstream.isf.imported import picture_of
from dreamstream.isf.inputs import Input, Kind, Value
from dreamstream.isf.sizes import size_of
from dreamstream.isf.sounds import sound_row
from dreamstream.size import Size

_FIRST_UNIT = 8  # of textures: those below are the screen's own
_SAMPLER = 0x8B5E  # OpenGL's number of the type


@dataclass(frozen=True)
class Given:
    """What a picture is drawn from: textures by the inputs' names, values, seconds since the show began.

    `bands` are what is heard, low to high, each 0..1; `opened` is when the show began, in seconds since 1970.
    """

    pictures: Mapping[str, moderngl.Texture] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    seconds: float = 0.0
    bands: tuple[float, ...] = ()
    opened: float = 0.0


class Program:
    """Compiles a file in a context; ShaderError names the file, the line, and what is wrong there."""

    def __init__(self, gl: moderngl.Context, head: Head) -> None:
        self.head, self._gl = head, gl
        program = compiled(gl, head)
        self._quad = gl.vertex_array(program, [])
        members = {name: program[name] for name in program}
        self._uniforms = {
            name: each
            for name, each in members.items()
            if isinstance(each, moderngl.Uniform) and each.array_length == 1
        }
        self._samplers = [name for name, each in self._uniforms.items() if vars(each)["gl_type"] == _SAMPLER]
        self._imported = {
            name: texture_of(gl, picture_of(path, name, head))
            for name, path in head.imported
            if name in self._samplers
        }
        self._nothing = texture_of(gl, np.zeros((1, 1, 4), np.uint8))
        self._copier = Copier(gl)
        self._buffers: dict[str, Buffer] = {}
        self._events: dict[str, bool] = {}
        self._index, self._last = 0, 0.0

    def draw(self, size: Size, given: Given) -> moderngl.Texture:
        """Draw one picture and return it, good until the next; ShaderError where a buffer has no size."""
        values = {each.name: given.values.get(each.name, each.default) for each in self.head.inputs}
        self._set_all(values, given)
        pictures = {**self._imported, **given.pictures, **self._sounds(given)}
        buffers = self._sized(size, {n: float(v) for n, v in values.items() if not isinstance(v, tuple)})
        for number, buffer in enumerate(buffers):
            self._set("PASSINDEX", number)
            self._set("RENDERSIZE", tuple(map(float, buffer.size)))
            self._bind(pictures)
            buffer.use()
            self._quad.render(moderngl.TRIANGLE_STRIP, vertices=4)
            buffer.turn()
        self._index, self._last = self._index + 1, given.seconds
        return buffers[-1].shown

    def forget(self) -> None:
        """Begin anew: no buffer holds anything, and the next picture is the first."""
        self._buffers, self._events, self._index = {}, {}, 0

    def _set_all(self, values: Mapping[str, Value], given: Given) -> None:
        for each in self.head.inputs:
            if each.dials:
                self._set(each.name, self._value(each, values[each.name]))
        passed = max(given.seconds - self._last, 0.0) if self._index else 0.0
        date = datetime(1970, 1, 1) + timedelta(seconds=given.opened + given.seconds)
        midnight = date.replace(hour=0, minute=0, second=0, microsecond=0)
        self._set("TIME", given.seconds)
        self._set("TIMEDELTA", passed)
        self._set("FRAMEINDEX", self._index)
        self._set("DATE", (*map(float, (date.year, date.month, date.day)), (date - midnight).total_seconds()))

    def _value(self, each: Input, value: Value) -> Value:
        """Return what an input is set to; an event is on in the one picture in which it is switched on."""
        if each.kind is not Kind.EVENT:
            return value
        before, self._events[each.name] = self._events.get(each.name, False), bool(value)
        return bool(value) and not before

    def _set(self, name: str, value: Any) -> None:
        if name in self._uniforms:
            self._uniforms[name].value = value

    def _sounds(self, given: Given) -> dict[str, moderngl.Texture]:
        """Return a picture, one row high, of each sound that is asked for."""
        return {
            each.name: texture_of(self._gl, sound_row(each, given.bands, given.seconds))
            for each in self.head.inputs
            if each.samples and each.name in self._samplers
        }

    def _bind(self, pictures: Mapping[str, moderngl.Texture]) -> None:
        """Give every sampler of the shader its texture, black where there is none."""
        for unit, name in enumerate(self._samplers, _FIRST_UNIT):
            buffer = self._buffers.get(name)
            texture = buffer.shown if buffer is not None else pictures.get(name, self._nothing)
            texture.use(unit)
            self._uniforms[name].value = unit

    def _sized(self, size: Size, scalars: Mapping[str, float]) -> list[Buffer]:
        """Return the buffer that each pass draws into, as large as it is to be now."""
        sizes: dict[str, tuple[Pass, Size]] = {}
        names = [each.target or f"pass {number}" for number, each in enumerate(self.head.passes)]
        try:
            for name, each in zip(names, self.head.passes, strict=True):
                sizes.setdefault(name, (each, size_of(each.width, each.height, size, scalars)))
        except ValueError as error:
            raise ShaderError(f"{self.head.path}: {error}") from error
        for name, (each, its) in sizes.items():
            old = self._buffers.get(name)
            if old is None or old.size != its:
                self._buffers[name] = fresh = Buffer(self._gl, its, each.floating)
                if old is not None and each.persistent:
                    fresh.use()
                    self._copier.copy(old.shown)
                    fresh.turn()
        return [self._buffers[name] for name in names]
