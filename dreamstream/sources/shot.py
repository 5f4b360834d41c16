"""Footage: whatever moves, as shots, one after the other. A still picture is footage of one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dreamstream.frame import Canvas, Pixels
from dreamstream.size import Size
from dreamstream.sources.cover import Levels, cover
from dreamstream.sources.hdr import tone_mapped


@dataclass(frozen=True)
class Shot:
    """One picture of footage, shown from second `time` on, for about so many `seconds`.

    `decode` gives its pixels: RGB, upright, square, on black; of 8 bits, or of 16 with an HDR `curve`.
    `clear` gives them with their alpha behind them and not on black, until the next shot is asked for.
    """

    time: float
    seconds: float
    decode: Callable[[], Levels]
    curve: str = ""
    clear: Callable[[], Pixels] | None = None

    def whole(self) -> Pixels:
        """Return all of the picture; SourceError where it cannot be read."""
        pixels = self.decode()
        if self.curve:
            return np.rint(tone_mapped(pixels, self.curve)).astype(np.uint8)
        return np.asarray(pixels, np.uint8)

    def straight(self) -> Pixels:
        """Return all of the picture, H×W×4, its colours as they are; SourceError where it cannot be read."""
        if self.clear is not None and not self.curve:
            return self.clear()
        return opaque(self.whole())

    def covering(self, size: Size) -> Canvas:
        """Return the picture scaled to cover a canvas; SourceError where it cannot be read."""
        canvas = cover(self.decode(), size)
        return tone_mapped(canvas, self.curve) if self.curve else canvas


def opaque(pixels: Pixels) -> Pixels:
    """Return pixels with an alpha by which all is seen."""
    return np.concatenate([pixels, np.full_like(pixels[..., :1], 255)], 2)


class Footage(Protocol):
    """A file or folder that has pictures; `seconds` is its length, 0 where it is known only after reading.

    `torn` is True once the end of a file that was cut off, or something damaged in it, has been reached.
    """

    seconds: float
    torn: bool

    @property
    def alpha(self) -> bool:
        """Whether pictures in it can be transparent."""
        ...

    def shots(self, begin: float = 0.0) -> Iterator[Shot]:
        """Give the shots in order; those before second `begin` are left out where that saves time."""
        ...
