"""Pictures of a file of the format without a window, from a thread of their own that has the context.

Any thread may ask, one at a time: OpenGL knows a context by its thread.
"""

from concurrent.futures import ThreadPoolExecutor

import moderngl
import numpy as np
from numpy.typing import NDArray

from dreamstream.isf.buffers import Buffer, Copier
from dreamstream.isf.context import close_off_screen, off_screen_context
from dreamstream.isf.head import Head
from dreamstream.isf.program import Given, Program
from dreamstream.size import Size


class OffScreen:
    """Draws a file; ShaderError where that does not compile, DisplayError where there is no OpenGL."""

    def __init__(self, head: Head) -> None:
        self._thread = ThreadPoolExecutor(1, "isf")
        self._gl: moderngl.Context | None = None
        self._buffer: Buffer | None = None
        try:
            self._thread.submit(self._open, head).result()
        except Exception:
            self.close()
            raise

    def draw(self, size: Size, given: Given) -> NDArray[np.uint8]:
        """Return a picture, H×W×4, RGBA, the upper row first; raises ShaderError."""
        return self._thread.submit(self._draw, size, given).result()

    def forget(self) -> None:
        """Begin anew: what persisted is gone."""
        self._thread.submit(self._program.forget).result()

    def close(self) -> None:
        """Let go of the context and its thread; once more does nothing."""
        gl, self._gl = self._gl, None
        if gl is not None:
            self._thread.submit(close_off_screen, gl).result()
        self._thread.shutdown()

    def _open(self, head: Head) -> None:
        self._gl = off_screen_context()
        self._program, self._copier = Program(self._gl, head), Copier(self._gl)

    def _draw(self, size: Size, given: Given) -> NDArray[np.uint8]:
        assert self._gl is not None
        if self._buffer is None or self._buffer.size != size:
            self._buffer = Buffer(self._gl, size)
        drawn = self._program.draw(size, given)
        self._buffer.use()  # as bytes, whatever the file draws in, and at this size
        self._copier.copy(drawn)
        self._buffer.turn()
        self._gl.gc()
        return self._buffer.read()
