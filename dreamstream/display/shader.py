"""Shaders: GLSL files put together, compiled, and given their values by name.

    file, its includes -> text -> Shader.draw(values)

Values that a shader does not declare are left out, so that one set of values serves many.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import moderngl

from dreamstream.errors import DisplayError
from dreamstream.isf.glsl import first_error
from dreamstream.places import own_folder

_SHADERS = own_folder("shaders")
_INCLUDE = re.compile(r'^#include "(.+)"$', re.MULTILINE)
EARLIER, LATER, FIELD, PICTURE, BEFORE, PALETTES, MAPPED = range(7)
"""The texture units, each for one thing."""
_UNITS = {
    "earlier": EARLIER,
    "later": LATER,
    "field": FIELD,
    "picture": PICTURE,
    "before": BEFORE,
    "palettes": PALETTES,
    "text": EARLIER,
}
_KINDS: dict[int, type] = {0x1406: float, 0x1404: int, 0x8B56: bool}
"""By OpenGL's number of a type: the type that a single value must have."""
_SAMPLER = 0x8B5E
_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def shader_text(name: str) -> str:
    """Return the text of one of the program's own files, with that of the files that it includes."""
    text = (_SHADERS / name).read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda found: shader_text(found[1]), text)


def variants(gl: moderngl.Context, name: str) -> Callable[..., "Shader"]:
    """Return what gives one of the program's shaders by constants, compiled once for each set of them."""
    version, rest = shader_text(name).split("\n", 1)

    @cache
    def variant(**constants: int) -> Shader:
        lines = [version, *(f"#define {name} {value}" for name, value in constants.items()), "#line 2", rest]
        return Shader(gl, "\n".join(lines), _SHADERS / name)

    return variant


class Shader:
    """A compiled shader that covers the viewport; DisplayError says what is wrong with its text."""

    def __init__(self, gl: moderngl.Context, fragment: str, path: Path) -> None:
        try:
            self._program = gl.program(shader_text("quad.vert"), fragment)
        except moderngl.Error as error:
            raise DisplayError(f"{path}: {first_error(error)}") from error
        self._triangle = gl.vertex_array(self._program, [])
        self._path = path
        members = {name: self._program[name] for name in self._program}
        uniforms = {name: each for name, each in members.items() if isinstance(each, moderngl.Uniform)}
        types = {  # 0 for arrays: there is no value for one
            name: vars(each)["gl_type"] if each.array_length == 1 else 0 for name, each in uniforms.items()
        }
        self.takes = {name: _KINDS.get(type) for name, type in types.items()}
        """The names of the values that it declares, with the types of single ones."""
        units = {name: unit for name, unit in _UNITS.items() if types.get(name) == _SAMPLER}
        self._set({**units, "earlier_map": _IDENTITY, "later_map": _IDENTITY})

    def check(self, values: Mapping[str, Any]) -> None:
        """Raise DisplayError where it declares a value of another type."""
        for name in self.takes.keys() & values.keys():
            if self.takes[name] is None:
                kind = "int" if isinstance(values[name], int) else "float"
                raise DisplayError(f"{self._path}: uniform {name}: a single number is needed, {kind} {name}")

    def draw(self, values: Mapping[str, Any]) -> None:
        """Draw with these values; others stay as they were."""
        self._set(values)
        self._triangle.render(moderngl.TRIANGLES, vertices=3)

    def _set(self, values: Mapping[str, Any]) -> None:
        for name in self.takes.keys() & values.keys():
            kind = self.takes[name]
            self._program[name] = values[name] if kind is None else kind(values[name])
