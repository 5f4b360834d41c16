"""A frame: what the dreamer emits, and everyone else only reads."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dreamstream.size import Size

Canvas = NDArray[np.float32]
"""H×W×3, RGB, 0..255."""

Pixels = NDArray[np.uint8]
"""H×W×3, RGB; of a film that is written with an alpha H×W×4, with that behind its colours."""

BEYOND = 128
"""Bytes past a picture's last one that FFmpeg may read: twice the widest that a processor reads at once."""


def new_pixels(size: Size, channels: int = 3) -> Pixels:
    """Return pixels to be filled, with `BEYOND` bytes behind them: encoders take them as they lie."""
    count = channels * size.area
    return np.empty(count + BEYOND, np.uint8)[:count].reshape(*size.shape, channels)


def rounded(canvas: Canvas) -> Pixels:
    """Return a canvas's pixels, read-only: rounded to whole grey levels and cut to 0..255."""
    whole = np.rint(canvas)
    pixels = new_pixels(Size.of(canvas))
    np.copyto(pixels, np.clip(whole, 0, 255, out=whole), casting="unsafe")
    pixels.flags.writeable = False
    return pixels


class Motion(Protocol):
    """What a frame tells of the way it came: a Warp, seen from where it is only carried."""

    @property
    def motion(self) -> "Motion":
        """What the eye sees move."""
        ...

    def reach(self, size: Size) -> float:
        """Return how far it moves a place of a canvas at the most, in pixels."""
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
        return cls(rounded(canvas), index, time, warp)

    @property
    def size(self) -> Size:
        """Its size."""
        return Size.of(self.pixels)

    @property
    def channels(self) -> int:
        """How many numbers each pixel has: 3, or 4 with an alpha."""
        return int(self.pixels.shape[2])
