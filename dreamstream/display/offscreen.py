"""Pictures as the screen would show them, without a screen: for what is drawn into a file.

    Moment, Picture -> OffScreen -> pixels, at any size

With OpenGL where it can be had without a window, in software too: nobody waits for it. Else as the plain
screen draws, which lacks some effects.
"""

import contextlib
import ctypes
import sys
from pathlib import Path
from typing import Any, Protocol

import cv2
import moderngl
import numpy as np

from dreamstream.display.painter import Painter
from dreamstream.display.passes import Target
from dreamstream.display.picture import Picture
from dreamstream.display.plain import PlainPainter
from dreamstream.effects import EffectShelf
from dreamstream.errors import DisplayError
from dreamstream.frame import Pixels
from dreamstream.params import UPSCALES
from dreamstream.size import Size
from dreamstream.tell import Tell, tell_nobody
from dreamstream.transforms.tween import Moment


class OffScreen(Protocol):
    """What draws moments one after the other; effects' seconds count from 0."""

    name: str

    def draw(self, moment: Moment, size: Size, picture: Picture) -> Pixels:
        """Return the moment (H×W×3) at a size, which has the frames' shape."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


def open_off_screen(shaders: Path, effects: EffectShelf, tell: Tell = tell_nobody) -> OffScreen:
    """Return what draws here: with OpenGL, or without. It tells of effects that cannot be drawn."""
    try:
        return GLOffScreen(shaders, effects, tell)
    except DisplayError:
        return PlainOffScreen(tell)


class GLOffScreen:
    """Draws in an OpenGL context of its own; for one thread, the one that made it."""

    def __init__(self, shaders: Path, effects: EffectShelf, tell: Tell = tell_nobody) -> None:
        # the way over X11 ends the whole process where the display refuses it
        backend: dict[str, Any] = {"backend": "egl"} if sys.platform.startswith(("linux", "freebsd")) else {}
        try:
            self._gl = moderngl.create_context(require=330, standalone=True, **backend)
        except Exception as error:  # moderngl raises bare Exception
            raise DisplayError(f"no OpenGL 3.3 without a window: {error}") from error
        self._painter = Painter(self._gl, shaders, effects, tell, start=0.0, patience=True)
        self._target: Target | None = None
        self.name = f"OpenGL ({self._painter.renderer})"

    def draw(self, moment: Moment, size: Size, picture: Picture) -> Pixels:
        """Paint, and wait for the pixels."""
        if self._target is None or self._target.texture.size != size:
            if self._target is not None:
                self._target.release()
            self._target = Target(self._gl, size)
        stroke = self._painter.paint(moment, size, picture)
        self._target.buffer.use()
        self._gl.viewport = (0, 0, *size)
        stroke.draw(kept=True)
        data = self._target.buffer.read(components=3, alignment=1)
        return np.frombuffer(data, np.uint8).reshape(*size.shape, 3)

    def close(self) -> None:
        """Release the context, and the thread: while that is EGL's, an X11 window would end the process."""
        self._painter.close()
        self._gl.release()
        with contextlib.suppress(OSError, AttributeError):  # where there is no EGL
            ctypes.CDLL("libEGL.so.1").eglReleaseThread()


class PlainOffScreen:
    """Draws as the plain screen does."""

    name = "plain (no OpenGL)"

    def __init__(self, tell: Tell = tell_nobody) -> None:
        self._painter = PlainPainter(tell, start=0.0)

    def draw(self, moment: Moment, size: Size, picture: Picture) -> Pixels:
        """Draw at the frames' size, then enlarge."""
        _, make = self._painter.paint(moment, picture, cv2.COLOR_RGB2RGBA)
        pixels = np.asarray(cv2.cvtColor(make(), cv2.COLOR_RGBA2RGB), np.uint8)
        if moment.later.size == size:
            return pixels
        how = cv2.INTER_LINEAR if picture.params.upscale == UPSCALES[0] else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)

    def close(self) -> None:
        """Let go of the frames."""
        self._painter.close()
