"""The last pass of a mapped window: a texture on the triangles of its net, in its own light.

texture, Layout, Mapping -> `shaders/mapping.vert`, `.frag` -> the window
"""

from functools import lru_cache

import moderngl
import numpy as np

from dreamstream.display.layout import Layout
from dreamstream.display.shader import MAPPED, shader_text
from dreamstream.mapping import Mapping, Net
from dreamstream.size import Size


class GLMapping:
    """Draws in the context that is current."""

    def __init__(self, gl: moderngl.Context) -> None:
        self._gl = gl
        self._program = gl.program(shader_text("mapping.vert"), shader_text("mapping.frag"))
        self._program["mapped"] = MAPPED
        self._mesh = lru_cache(maxsize=8)(self._new_mesh)

    def draw(self, texture: moderngl.Texture, layout: Layout, mapping: Mapping, window: Size) -> None:
        """Draw what is shown of a whole picture's texture, whose first row is its top, into the window."""
        texture.use(MAPPED)
        self._gl.viewport = (0, 0, *window)
        self._gl.disable(moderngl.BLEND)
        self._program["shown"] = layout.shown
        for name in ("edges", "edge_curve", "edge_gamma", "gain", "gamma", "white"):
            self._program[name] = getattr(mapping, name)
        self._mesh(mapping, layout.corners.tobytes()).render(moderngl.TRIANGLES)

    def _new_mesh(self, mapping: Mapping, corners: bytes) -> moderngl.VertexArray:
        net = mapping.net(np.frombuffer(corners).reshape(4, 2))
        vertices = np.hstack([_clip_places(net), net.rest.reshape(-1, 2)]).astype(np.float32)
        buffers = self._gl.buffer(vertices.tobytes()), self._gl.buffer(net.triangles.tobytes())
        return self._gl.vertex_array(self._program, [(buffers[0], "3f 2f", "at", "point")], buffers[1])


def _clip_places(net: Net) -> np.ndarray:
    """Return the nodes' places in the window as OpenGL has them, -1..1 with y up, times how far they are."""
    nodes = net.nodes.reshape(-1, 2)
    x, y, far = net.matrix @ np.vstack([nodes.T, np.ones(len(nodes))])
    return np.stack([2 * x - far, far - 2 * y, far], axis=-1)
