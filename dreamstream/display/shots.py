"""Shots: what the screen showed, read back from the graphics card while it draws on.

    LastPass -> drawn again into a texture -> a buffer that the card fills in its own time
             -> (two screen frames later) mapped -> a Frame

Nothing waits for the card: it has filled a buffer by the time that it is mapped.
"""

from collections import deque
from dataclasses import dataclass

import cv2
import moderngl
import numpy as np

from dreamstream.display.effect_passes import Target
from dreamstream.display.gl_painter import LastPass
from dreamstream.display.layout import Place
from dreamstream.frame import Frame, new_pixels
from dreamstream.size import Size

_AGE = 2  # screen frames from the request to the mapping


def visible_part(place: Place, window: Size, room: Size | None) -> tuple[Size, Place]:
    """Return the size of what a window shows of a picture in a place, and where the whole lies around it.

    Places count from the window's lower left, and from the visible part's upper left; what overhangs is
    negative. All is scaled to fit into the room, if there is one.
    """
    x, y, width, height = place
    above = max(y + height - window.height, 0)
    visible = Size(min(width, window.width), min(height, window.height))
    size = visible.fitted(room) if room is not None else visible
    across, down = size.width / visible.width, size.height / visible.height
    return size, (
        round(min(x, 0) * across),
        round(-above * down),
        round(width * across),
        round(height * down),
    )


@dataclass(frozen=True)
class _Shot:
    """A buffer that is being filled."""

    buffer: moderngl.Buffer
    size: Size
    index: int
    time: float
    turn: int


class Shots:
    """Takes pictures in the context that is current."""

    def __init__(self, gl: moderngl.Context) -> None:
        self._gl = gl
        self._target: Target | None = None
        self._taken: deque[_Shot] = deque()
        self._spare: list[moderngl.Buffer] = []
        self._turn = 0

    def take(self, last: LastPass, size: Size, place: Place, index: int, time: float) -> None:
        """Draw the pass again in a place, and ask for so many pixels; another framebuffer is bound then."""
        count = size.area * 4
        while self._spare and self._spare[-1].size != count:
            self._spare.pop()
        buffer = self._spare.pop() if self._spare else self._gl.buffer(reserve=count, dynamic=True)
        if self._target is None or self._target.texture.size != size:
            self._target = Target(self._gl, size)
        self._target.buffer.use()
        self._gl.viewport = place
        last.draw(into_texture=True)
        self._target.buffer.read_into(buffer, components=4)
        self._taken.append(_Shot(buffer, size, index, time, self._turn))

    def ready(self, all: bool = False) -> list[Frame]:
        """Return the frames whose buffers are old enough, or all; call it once in each screen frame."""
        self._turn += 1
        frames = []
        while self._taken and (all or self._turn - self._taken[0].turn > _AGE):
            shot = self._taken.popleft()
            mapped = np.frombuffer(shot.buffer.read(), np.uint8).reshape(*shot.size.shape, 4)
            pixels = new_pixels(shot.size)
            cv2.cvtColor(mapped, cv2.COLOR_RGBA2RGB, pixels)
            pixels.flags.writeable = False
            self._spare.append(shot.buffer)
            frames.append(Frame(pixels, shot.index, shot.time))
        return frames
