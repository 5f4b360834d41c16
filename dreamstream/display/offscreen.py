"""Pictures as the screen would show them, without a screen: for what is drawn into a file.

    Moment, Picture -> an off-screen painter -> pixels, at any size

With OpenGL where it can be had without a window, even in software, for nobody waits for it. Otherwise as the
plain screen draws, which lacks some effects.
"""

import cv2
import numpy as np

from dreamstream.display.gl_painter import GLPainter
from dreamstream.display.picture import Picture
from dreamstream.display.plain_painter import PlainPainter, interpolation
from dreamstream.display.shots import Shots
from dreamstream.effects import EffectShelf
from dreamstream.errors import DisplayError
from dreamstream.frame import Pixels
from dreamstream.isf.context import close_off_screen, off_screen_context
from dreamstream.size import Size
from dreamstream.tell import Tell, tell_nobody
from dreamstream.transforms.tween import Moment


class GLOffScreen:
    """Draws in an OpenGL context of its own; for one thread, the one that made it."""

    def __init__(self, effects: EffectShelf, tell: Tell = tell_nobody) -> None:
        self._gl = off_screen_context()
        self._painter, self._shots = GLPainter(self._gl, effects, tell), Shots(self._gl)
        self.name = f"OpenGL ({self._gl.info['GL_RENDERER']})"

    def draw(self, moment: Moment, size: Size, picture: Picture) -> Pixels:
        """Return the moment (H×W×3) at a size, which has the frames' shape."""
        last = self._painter.paint(moment, size, picture)
        self._shots.take(last, size, (0, 0, *size), moment.later.index, picture.seconds)
        (shot,) = self._shots.ready(all=True)
        return shot.pixels

    def close(self) -> None:
        """Release the context, and its thread."""
        close_off_screen(self._gl)


class PlainOffScreen:
    """Draws as the plain screen does."""

    name = "plain (no OpenGL)"

    def __init__(self, tell: Tell = tell_nobody) -> None:
        self._painter = PlainPainter(cv2.COLOR_RGB2RGBA, tell)

    def draw(self, moment: Moment, size: Size, picture: Picture) -> Pixels:
        """Draw at the frames' size, then enlarge (see `GLOffScreen.draw`)."""
        painted = self._painter.paint(moment, picture)
        pixels = np.asarray(cv2.cvtColor(painted, cv2.COLOR_RGBA2RGB), np.uint8)
        if moment.later.size == size:
            return pixels
        return np.asarray(cv2.resize(pixels, size, interpolation=interpolation(picture.params)), np.uint8)

    def close(self) -> None:
        """Nothing to release."""


def open_off_screen(effects: EffectShelf, tell: Tell = tell_nobody) -> GLOffScreen | PlainOffScreen:
    """Return what can draw here: with OpenGL or without. It tells of effects that cannot be drawn."""
    try:
        return GLOffScreen(effects, tell)
    except DisplayError:
        return PlainOffScreen(tell)
