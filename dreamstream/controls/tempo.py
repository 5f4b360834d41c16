"""Tempo: taps -> beats a minute, and when the next beat is.

taps on a clock -> Tempo (bpm, when a beat was) ; seconds, bpm, first beat -> the next beat
"""

import math
from collections import deque
from collections.abc import Callable
from itertools import pairwise
from statistics import median

_TAPS = 9  # the newest of which the tempo is made
_PAUSE = 2.0  # seconds after which a tap begins anew: nobody taps slower than 30 a minute
SLOWEST, FASTEST = 30.0, 300.0
"""Beats a minute that can be tapped."""


def next_beat(seconds: float, bpm: float, first: float = 0.0) -> float:
    """Return when the next beat is, in seconds: now, if now is on a beat, or if there is no tempo."""
    if bpm <= 0:
        return seconds
    passed = (seconds - first) * bpm / 60
    whole = round(passed)
    on_it = math.isclose(passed, whole, abs_tol=1e-6)
    return first + (whole if on_it else math.ceil(passed)) * 60 / bpm


class Tempo:
    """Counts taps; `clock` gives seconds. `first` is when a beat was: the newest tap, or the start."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._taps: deque[float] = deque(maxlen=_TAPS)
        self.first = clock()

    @property
    def tapped(self) -> float | None:
        """When a beat was that somebody tapped; None before."""
        return self.first if self._taps else None

    def tap(self) -> float:
        """Take a tap; return the tempo by the median time between the newest, 0 after the first of them."""
        now = self._clock()
        if self._taps and not 60 / FASTEST <= now - self._taps[-1] <= _PAUSE:
            self._taps.clear()  # too long ago, or one tap heard twice
        self._taps.append(now)
        self.first = now
        if len(self._taps) < 2:
            return 0.0
        gap = median(later - earlier for earlier, later in pairwise(self._taps))
        return round(min(max(60 / gap, SLOWEST), FASTEST), 1)
