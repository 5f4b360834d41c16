"""A frame: what the dreamer emits, and everyone else only reads."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.float32]
"""H×W×3, RGB, 0..255."""

Pixels = NDArray[np.uint8]
"""H×W×3, RGB."""

_ALIKE = 0.99  # what a side may lack that whole pixels round away


class Motion(Protocol):
    """What a frame tells of the way it came: a Warp, seen from where it is only carried."""

    def part(self, t: float) -> "Motion":
        """Return the same motion part way: still at 0, whole at 1, backwards below 0."""
        ...

    @property
    def motion(self) -> "Motion":
        """What the eye sees move."""
        ...

    def reach(self, size: tuple[int, int]) -> float:
        """Return how far it moves a place of a canvas (height, width) at the most, in pixels."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One dreamt picture: read-only pixels, its index, when it was done, the motion that led to it.

    `time` is in seconds on the dreamer's clock. `warp` is None where the picture was cut to, not moved to.
    """

    pixels: Pixels
    index: int
    time: float
    warp: Motion | None = None

    @classmethod
    def of(cls, canvas: Canvas, index: int, warp: Motion | None, time: float) -> "Frame":
        """Round a canvas into a frame of its own, which nobody can write to."""
        whole = np.rint(canvas)
        pixels = np.clip(whole, 0, 255, out=whole).astype(np.uint8)
        pixels.flags.writeable = False
        return cls(pixels, index, time, warp)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def fitted(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """Return a size (width, height) scaled to fit into a room: all of the room where the shapes are alike."""
    scale = min(room[0] / size[0], room[1] / size[1])
    width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    if min(width / room[0], height / room[1]) > _ALIKE:
        return room
    return width, height
