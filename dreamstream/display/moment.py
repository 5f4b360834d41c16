"""Moments: what to draw now, given the frames that are there and a clock.

    ring's newest frames, clock -> Playhead -> Moment (two frames, how far between them)

The playhead runs one dreamed interval behind the newest frame, so that there are two frames to tween
between. Its speed is the dreamed rate, bent a little towards where it should be; it never goes back,
and when the dreamer is late it carries on along the last warp, slower and slower, but not to a stop.
"""

import math
from collections.abc import Callable, Sequence

from dreamstream.frame import Frame
from dreamstream.tween import Moment

_LAG = 1.0  # dreamed intervals behind the newest frame
_PULL = 1.5  # how hard the playhead is pulled to its place, per interval
_SLOWEST, _FASTEST = 0.25, 3.0  # bounds of its speed, in dreamed rates
_EARLIEST = 3.0  # frames behind the newest after which it jumps: nobody wants a slow catching up


class Playhead:
    """Turns a clock and the newest frames into moments; not for use by two threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._then = clock()
        self._place = 0.0  # in frame indices
        self._newest: Frame | None = None
        self._held = 0.0  # seconds held since the newest frame: not the dreamer's lateness
        self._interval = 0.1

    @property
    def place(self) -> float:
        """Where it is, in frame indices."""
        return self._place

    def moment(self, frames: Sequence[Frame], hold: bool = False) -> Moment:
        """Return what to draw now. `frames` are the newest ones, oldest first, at least one.

        With `hold` the playhead stands still, and moves on from there later.
        """
        now = self._clock()
        passed, self._then = now - self._then, now
        self._see(frames[-1])
        if hold:
            self._held += passed
        elif frames[-1].index > 0:
            self._advance(frames[-1], passed, now)
        return self._at(frames)

    def _see(self, newest: Frame) -> None:
        """Measure the dreamed rate by the frames' own times, which no screen frame rounds."""
        before, self._newest = self._newest, newest
        if before is None or newest.index <= before.index:
            return
        if before.index > 0:  # what came before the first dream was loading
            each = (newest.time - before.time - self._held) / (newest.index - before.index)
            self._interval += 0.2 * (min(max(each, 1e-3), 2.0) - self._interval)
        self._held = 0.0

    def _advance(self, newest: Frame, passed: float, now: float) -> None:
        late = (now - newest.time - self._held) / self._interval - _LAG
        wanted = newest.index + _overrun(late)
        if wanted - self._place > _EARLIEST:
            self._place = wanted
        speed = min(max(1 + _PULL * (wanted - self._place), _SLOWEST), _FASTEST)
        beyond = max(self._place - newest.index, 0.0)
        self._place += speed * passed / self._interval / (1 + beyond) ** 2

    def _at(self, frames: Sequence[Frame]) -> Moment:
        at = next((i for i, f in enumerate(frames) if f.index >= self._place), len(frames) - 1)
        later = frames[at]
        t = max(0.0, 1 - (later.index - self._place))
        if at == 0:  # what came before is gone
            return Moment(later, later, max(t, 1.0))
        return Moment(frames[at - 1], later, t)


def _overrun(beyond: float) -> float:
    """Return how far to go where the clock says `beyond` frames past the newest: ever less, without end."""
    return math.log1p(beyond) if beyond > 0 else beyond
