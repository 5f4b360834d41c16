"""Filming the screen: pictures at a constant rate, from what draws to whoever records.

    each screen frame: due? -> Camera.shoot -> (when it is there) Camera.shots -> a ring of its own -> readers

Without a rate it is 30 pictures a second: every second one of a usual display, evenly, at half the cost.
"""

import math
from typing import Protocol

from dreamstream.frame import Frame
from dreamstream.ring import Reader, Ring
from dreamstream.size import Size

SCREEN_FPS = 30.0
_HELD, _BYTES = 64, 128 * 2**20
_EACH, _LEARNT = (
    1 / 60,
    0.1,
)  # seconds between screen frames at first, and how fast theirs are learnt


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

    def __init__(self, fps: float = SCREEN_FPS, size: Size | None = None) -> None:
        self.fps, self.size = fps, size
        self._ring = Ring(_HELD, _BYTES)
        self._readers: list[Reader] = []
        self._camera: Camera | None = None
        self._begun: float | None = None
        self._tick = -1
        self._then: float | None = None
        self._each = min(_EACH, 1 / fps)

    def reader(self) -> Reader:
        """Return a reader of what is taken from now on."""
        reader = self._ring.reader()
        self._readers.append(reader)
        return reader

    def turn(self, camera: Camera, now: float) -> None:
        """Take a picture if it is time; call it when the screen has drawn, before it draws text."""
        self._camera = camera
        self._learn(now)
        self._readers = [reader for reader in self._readers if reader.end is None]
        if self._readers:
            self._begun = now if self._begun is None else self._begun
            # the screen frame nearest to a picture's time; uneven ones would else come one or three apart
            tick = math.floor((now - self._begun + self._each / 2) * self.fps)
            if tick > self._tick:
                self._tick = tick
                camera.shoot(self._begun + tick / self.fps, self.size)
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

    def _learn(self, now: float) -> None:
        if self._then is not None:
            passed = min(max(now - self._then, 0.0), 1 / self.fps)
            self._each += _LEARNT * (passed - self._each)
        self._then = now

    def _put(self, frames: list[Frame]) -> None:
        for frame in frames:
            self._ring.put(frame)
