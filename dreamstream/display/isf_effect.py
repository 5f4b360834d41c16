"""An effect of the Interactive Shader Format: the picture into its inputs, through its own passes.

picture -> lower row first, as the format has it -> Program -> what the shader mixes in, as `before`
"""

from collections.abc import Mapping

import moderngl

from dreamstream.display.picture import Picture
from dreamstream.display.shader import BEFORE, Shader
from dreamstream.effects import values_of
from dreamstream.isf import Head, Kind, Value
from dreamstream.isf.buffers import Buffer, Copier
from dreamstream.isf.program import Given, Program
from dreamstream.size import Size


class IsfEffect:
    """A compiled file; `mixing` is the shader that puts its picture over the other. Raises ShaderError."""

    def __init__(self, gl: moderngl.Context, name: str, head: Head, mixing: Shader) -> None:
        self._gl, self._name, self._head, self._mixing = gl, name, head, mixing
        self._program, self._copier = Program(gl, head), Copier(gl)
        self._images = [each.name for each in head.inputs if each.kind is Kind.IMAGE]
        self._upright: Buffer | None = None

    def prepared(
        self,
        source: moderngl.Texture,
        picture: Picture,
        images: Mapping[str, moderngl.Texture] | None = None,
        values: Mapping[str, Value] | None = None,
    ) -> Shader:
        """Draw its passes for a texture, and return the shader that mixes the two; raises ShaderError.

        `images`, their lower row first, and `values` are those of its inputs that are none of the picture's
        and of the params.
        """
        size = Size(*source.size)
        pictures = dict.fromkeys(self._images, self._turned(source, size)) if self._images else {}
        pictures |= images or {}
        turned = {**values_of(self._name, self._head, picture.params), **(values or {})}
        given = Given(pictures, turned, picture.seconds, picture.bands, picture.opened)
        self._program.draw(size, given).use(BEFORE)
        return self._mixing

    def forget(self) -> None:
        """Begin anew: what persisted is gone."""
        self._program.forget()

    def _turned(self, source: moderngl.Texture, size: Size) -> moderngl.Texture:
        """Return the picture with its lower row first."""
        if self._upright is None or self._upright.size != size:
            self._upright = Buffer(self._gl, size)
        self._upright.use()
        self._copier.copy(source, turned=True)
        self._upright.turn()
        return self._upright.shown
