"""Buffers: textures that passes draw into, and what copies one into another."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from dreamstream.size import Size

_VERTEX = """#version 330 core
uniform bool turned;  // upside down
out vec2 place;
void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    place = vec2(corner.x, turned ? 1.0 - corner.y : corner.y);
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
"""
_FRAGMENT = """#version 330 core
uniform sampler2D picture;
in vec2 place;
out vec4 drawn;
void main() { drawn = texture(picture, place); }
"""


class Buffer:
    """Two textures of a size: what was drawn last, and what is drawn next, for a pass may read what was."""

    def __init__(self, gl: moderngl.Context, size: Size, floating: bool = False) -> None:
        self.size = size
        textures = [gl.texture(size, 4, dtype="f4" if floating else "f1") for _ in range(2)]
        for texture in textures:
            texture.repeat_x = texture.repeat_y = False
        self._both = [(texture, gl.framebuffer([texture])) for texture in textures]
        for _, frame in self._both:
            frame.clear()

    @property
    def shown(self) -> moderngl.Texture:
        """What was drawn last; black and clear at first."""
        return self._both[0][0]

    def use(self) -> None:
        """Draw into the other one from now on."""
        self._both[1][1].use()

    def turn(self) -> None:
        """Show what was drawn into the other one."""
        self._both.reverse()

    def read(self) -> NDArray[np.uint8]:
        """Return what was drawn last: H×W×4, RGBA, the upper row first. Waits for the driver."""
        data = self._both[0][1].read(components=4, alignment=1)
        return np.frombuffer(data, np.uint8).reshape(*self.size.shape, 4)[::-1]


class Copier:
    """Draws one texture into what is drawn into."""

    def __init__(self, gl: moderngl.Context) -> None:
        self._program = gl.program(_VERTEX, _FRAGMENT)
        self._quad = gl.vertex_array(self._program, [])

    def copy(self, texture: moderngl.Texture, turned: bool = False) -> None:
        """Draw all of a texture, scaled to fit; `turned` upside down."""
        texture.use(0)
        self._program["picture"], self._program["turned"] = 0, turned
        self._quad.render(moderngl.TRIANGLE_STRIP, vertices=4)


def texture_of(gl: moderngl.Context, pixels: NDArray[np.uint8] | NDArray[np.float32]) -> moderngl.Texture:
    """Return a picture (H×W×4, the upper row first; bytes, or float32) as a texture, lower row first."""
    kind = "f4" if pixels.dtype == np.float32 else "f1"
    upright = np.ascontiguousarray(pixels[::-1])
    texture = gl.texture(Size.of(pixels), 4, upright, alignment=1, dtype=kind)
    texture.repeat_x = texture.repeat_y = False
    return texture
