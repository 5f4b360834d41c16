"""Lines: what something was over time, kept as few corners: straight lines for numbers, steps for all else.

samples, one a screen frame -> Line or Steps -> corners (milliseconds, value)

A line is the swing filter's (Elmeleegy and others, "Online piece-wise linear approximation of numerical
streams with precision guarantees", VLDB 2009): of the slopes from its newest corner on those are kept by
which it passes each sample within a bound. Where none is left, the sample before is the next corner.

Corners come each `gap` milliseconds at the most, but four may come at once: so a step is told exactly.
"""

import math
from typing import Any

_REST = 200  # milliseconds without a change, after which a number is told exactly
_SPARE = 3  # corners that may come beside the one that is due

Corner = tuple[int, Any]
"""Milliseconds, and what was then."""


class Steps:
    """What is one thing, and then another: a name, a switch, a whole number."""

    def __init__(self, time: int, value: Any) -> None:
        self._told = self.newest = value
        self._due = 0.0  # when the next corner may come, on the average

    @property
    def rests(self) -> bool:
        """Whether all has been told, so that no sample is needed until there is a change."""
        return bool(self._told == self.newest)

    def add(self, time: int, value: Any, gap: float) -> Corner | None:
        """Take a sample; return the corner that it makes, if any. What changes too fast is told later."""
        self.newest = value
        if self.rests or time < self._due:
            return None
        self._due = _next(self._due, time, gap)
        return self.end(time)

    def end(self, time: int) -> Corner | None:
        """Return the corner that tells the newest, if it is needed."""
        if self.rests:
            return None
        self._told = self.newest
        return time, self._told


class Line:
    """A number of so many `digits`: within `bound` at each sample between two corners, as `gap` allows."""

    def __init__(self, time: int, value: float, bound: float, digits: int = 4) -> None:
        self._bound, self._digits = bound, digits
        self._begin = self._newest = time, round(value, digits)
        self._still = time  # since when the newest value has not changed
        self._low, self._high = -math.inf, math.inf  # the slopes that are left
        self._due = 0.0  # see `Steps`

    @property
    def rests(self) -> bool:
        """See `Steps.rests`."""
        return self._newest[1] == self._begin[1] and self._low <= 0 <= self._high

    def add(self, time: int, value: float, gap: float) -> Corner | None:
        """Take a sample; return the corner that it makes at the one before, if any."""
        value = round(value, self._digits)
        if time <= self._newest[0]:
            return None
        if value != self._newest[1]:
            self._still = time
        corner, slopes = None, self._slopes(time, value)
        stands = not self.rests and time - self._still >= _REST
        if (slopes[0] > slopes[1] or stands) and self._newest[0] >= self._due:
            self._due = _next(self._due, self._newest[0], gap)
            corner = self._corner()
            slopes = self._slopes(time, value)
        elif slopes[0] > slopes[1]:  # until a corner may come again it leads to the newest
            slope = (value - self._begin[1]) / (time - self._begin[0])
            slopes = slope, slope
        self._newest, (self._low, self._high) = (time, value), slopes
        return corner

    def end(self, time: int) -> Corner | None:
        """See `Steps.end`."""
        return None if self.rests else self._corner()

    def _corner(self) -> Corner:
        (begun, value), (time, newest) = self._begin, self._newest
        if time > begun:
            slope = min(max((newest - value) / (time - begun), self._low), self._high)
            value = round(value + slope * (time - begun), self._digits)
        self._begin, self._low, self._high = (time, value), -math.inf, math.inf
        return self._begin

    def _slopes(self, time: int, value: float) -> tuple[float, float]:
        """Return the slopes that are left with one more sample, lowest and highest: or highest and lowest."""
        passed, off = time - self._begin[0], value - self._begin[1]
        return max(self._low, (off - self._bound) / passed), min(self._high, (off + self._bound) / passed)


def _next(due: float, time: int, gap: float) -> float:
    """Return when the next corner may come, behind one at `time` that might have come when it was due."""
    return max(due, time - _SPARE * gap) + gap
