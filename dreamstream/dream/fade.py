"""The fade: from one source to the next, by an inflow that swells and ebbs while the dream goes on.

frame's index -> share of the new source that flows in, and the look on its way to the new one's

It counts frames, and a frame's share hangs on its index alone: the same show fades the same way.
"""

import math
from dataclasses import dataclass, replace

from dreamstream.dream.stabilise import Look
from dreamstream.maths import smoothstep
from dreamstream.size import Size

_LEFT = 0.03  # of the old picture, where it is not moved or dreamt over
_FEWEST = 3  # frames in which this can be done


@dataclass(frozen=True, eq=False)
class Fade:
    """From the frame `first` on, over so many `frames`, from a look to another."""

    first: int
    frames: int
    before: Look
    after: Look

    @property
    def cuts(self) -> bool:
        """Whether it is too short to be one."""
        return self.frames < _FEWEST

    def is_over(self, index: int) -> bool:
        """Return whether a frame comes after it."""
        return index >= self.first + self.frames

    def share(self, index: int) -> float:
        """Return the share of the source (0..1) in a frame: little, much in the middle, little."""
        if self.is_over(index) or index < self.first:
            return 0.0
        most = min(1.0, -2 * math.log(_LEFT) / self.frames)
        return most * math.sin(math.pi * self._part(index)) ** 2

    def look(self, index: int) -> Look:
        """Return the look of a frame."""
        if self.is_over(index):
            return self.after
        return self.before.towards(self.after, smoothstep(self._part(index)))

    def at(self, before: Size, size: Size, drawn: Size | None = None) -> "Fade":
        """Return the same for another canvas, as `Look.at`."""
        return replace(
            self, before=self.before.at(before, size, drawn), after=self.after.at(before, size, drawn)
        )

    def _part(self, index: int) -> float:
        return (index - self.first + 0.5) / self.frames
