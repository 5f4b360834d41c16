"""Shots: what the screen showed, read back from the graphics card while it draws on.

    Stroke -> drawn again into a texture -> a buffer that the card fills in its own time
           -> (two screen frames later) mapped -> a Frame

Nothing waits for the card: when a buffer is mapped, what fills it is over.
"""

from collections import deque
from dataclasses import dataclass

import cv2
import moderngl
import numpy as np

from dreamstream.display.painter import Stroke
from dreamstream.display.passes import Target
from dreamstream.frame import Frame
from dreamstream.size import Size

DEPTH = 3
"""Buffers that are filled at the same time, at most."""
_AGE = 2  # screen frames from the asking to the mapping


@dataclass(frozen=True)
class Seen:
    """The part of a picture that is seen: its size, and where the whole picture is about it.

    `picture` is (x, y, width, height) from the upper left corner; negative places overhang.
    """

    size: Size
    picture: tuple[int, int, int, int]

    @classmethod
    def of(cls, at: tuple[int, int, int, int], window: Size) -> "Seen":
        """Return what a window shows of a picture at a place in it that OpenGL gives, from the lower left."""
        x, y, width, height = at
        above = max(y + height - window.height, 0)
        seen = Size(min(width, window.width), min(height, window.height))
        return cls(seen, (min(x, 0), -above, width, height))

    def fitting(self, room: Size | None) -> "Seen":
        """Return the same, scaled to fit; itself where there is no room given."""
        if room is None:
            return self
        size = self.size.fitted(room)
        across, down = size.width / self.size.width, size.height / self.size.height
        x, y, width, height = self.picture
        return Seen(size, (round(x * across), round(y * down), round(width * across), round(height * down)))


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
        self._ready: list[Frame] = []
        self._turn = 0

    def take(self, stroke: Stroke, seen: Seen, index: int, time: float) -> None:
        """Draw the stroke as it is seen, and ask for its pixels; another target is bound then."""
        if len(self._taken) == DEPTH:
            self._develop()
        buffer = self._buffer(seen.size.area * 4)
        target = self._sized(seen.size)
        target.buffer.use()
        self._gl.viewport = seen.picture
        stroke.draw(kept=True)
        target.buffer.read_into(buffer, components=4)
        self._taken.append(_Shot(buffer, seen.size, index, time, self._turn))

    def ready(self, all: bool = False) -> list[Frame]:
        """Return what is old enough, or all; call it once in each screen frame."""
        self._turn += 1
        while self._taken and (all or self._turn - self._taken[0].turn > _AGE):
            self._develop()
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> None:
        """Let go of the driver's objects."""
        for buffer in (*self._spare, *(shot.buffer for shot in self._taken)):
            buffer.release()
        self._spare.clear()
        self._taken.clear()
        if self._target is not None:
            self._target.release()

    def _develop(self) -> None:
        shot = self._taken.popleft()
        mapped = np.frombuffer(shot.buffer.read(), np.uint8).reshape(*shot.size.shape, 4)
        pixels = np.asarray(cv2.cvtColor(mapped, cv2.COLOR_RGBA2RGB), np.uint8)
        pixels.flags.writeable = False
        self._spare.append(shot.buffer)
        self._ready.append(Frame(pixels, shot.index, shot.time))

    def _buffer(self, count: int) -> moderngl.Buffer:
        while self._spare:
            buffer = self._spare.pop()
            if buffer.size == count:
                return buffer
            buffer.release()
        return self._gl.buffer(reserve=count, dynamic=True)

    def _sized(self, size: Size) -> Target:
        if self._target is None or self._target.texture.size != size:
            if self._target is not None:
                self._target.release()
            self._target = Target(self._gl, size)
        return self._target
