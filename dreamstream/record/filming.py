"""Filming the screen: pictures at a constant rate, from what draws to whoever records.

    each screen frame: due? -> Camera.shoot -> (when it is there) Camera.shots -> a ring of its own -> readers

Without a rate it is 30 pictures a second: every second one of a usual display, evenly, at half the cost.
"""

import math
from typing import Protocol

from dreamstream.frame import Frame
from dreamstream.ring import Reader, Ring
from dreamstream.size import Size

_FPS = 30.0
_CAPACITY, _BYTES = 64, 128 * 2**20
_SCREEN_SECONDS = 1 / 60  # from one screen frame to the next, until it is measured
_SMOOTHING = 0.1  # the weight of the newest measurement


class Camera(Protocol):
    """What draws, and gives pictures of what it drew last: some time later, for it never waits for them."""

    def shoot(self, time: float, size: Size | None = None) -> None:
        """Take a picture of what was drawn last."""
        ...

    def shots(self, all: bool = False) -> list[Frame]:
        """Return the pictures that are there by now, each once."""
        ...


class Filming:
    """Pictures of a screen for any number of readers; `size` is what they must fit into. For one thread."""

    def __init__(self, fps: float | None = None, size: Size | None = None) -> None:
        self.fps, self.size = fps or _FPS, size
        self._ring = Ring(_CAPACITY, _BYTES)
        self._camera: Camera | None = None
        self._start: float | None = None
        self._tick = -1  # the number of the picture taken last, at the constant rate
        self._screen_seconds = min(_SCREEN_SECONDS, 1 / self.fps)
        self._previous: float | None = None

    def reader(self) -> Reader:
        """Return a reader of what is taken from now on."""
        return self._ring.reader()

    def turn(self, camera: Camera, now: float) -> None:
        """Take a picture if it is time; call it when the screen has drawn, before it draws text."""
        self._camera = camera
        if self._previous is not None:
            passed = min(max(now - self._previous, 0.0), 1 / self.fps)
            self._screen_seconds += _SMOOTHING * (passed - self._screen_seconds)
        self._previous = now
        if self._ring.statistics().readers:
            self._start = now if self._start is None else self._start
            # the screen frame nearest to a picture's time; uneven ones would else come one or three apart
            tick = math.floor((now - self._start + self._screen_seconds / 2) * self.fps)
            if tick > self._tick:
                self._tick = tick
                camera.shoot(self._start + tick / self.fps, self.size)
        self._put(camera.shots())

    def flush(self) -> None:
        """Wait for the pictures that were taken: who ends a recording now loses none."""
        if self._camera is not None:
            self._put(self._camera.shots(all=True))

    def close(self) -> None:
        """End the stream of pictures."""
        self.flush()
        self._camera = None
        self._ring.close()

    def _put(self, frames: list[Frame]) -> None:
        for frame in frames:
            self._ring.put(frame)
