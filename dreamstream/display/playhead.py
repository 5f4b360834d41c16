"""The playhead: what to draw now, given the newest frames and a clock.

    newest frames, clock -> Playhead -> Moment (two frames, how far between them, an offset of the whole)

The playhead runs a dreamed interval behind the newest frame, so that there are two frames to tween between,
and further behind by as much as frames lately came unevenly and one may wait for the screen. Its speed is
the dreamed rate, bent a little towards where it should be; it never goes back, and never beyond the newest
frame: there the picture coasts.
"""

import math
from collections import deque
from collections.abc import Callable, Sequence

from dreamstream.display.coasting import Coasting
from dreamstream.frame import Frame
from dreamstream.transforms.tween import Moment

_PULL = 0.4  # how hard the playhead is pulled to its place, per interval
_SLOWEST, _FASTEST = 0.5, 1.5  # bounds of its speed while it is pulled, in dreamed rates
_MOST = 1.75  # dreamed frames behind the newest: what is more is caught up with at once,
_CATCHING = 0.04  # seconds in which it falls to a third;
_EARLIEST = 6.0  # frames behind after which it jumps, before the ring drops the frame that it is at


class Rate:
    """How often frames come, and how unevenly, measured by the newest gaps between them."""

    _FEW, _MANY = 3, 10  # gaps: the newest few show a change, many give the rate
    _CHANGED = 1.6  # times as long, or as short, is another rate
    _STALL = 4.0  # intervals: one such gap says nothing about the rate, a second one does

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=self._MANY)
        self._stalled = False
        self.interval = 0.1
        """Seconds from frame to frame."""
        self.margin = 0.3
        """Intervals that a frame may come late."""

    def add(self, gap: float) -> None:
        """Take in the seconds between two frames."""
        gap = max(gap, 1e-3)
        stalled, self._stalled = self._stalled, bool(self._gaps) and gap > self._STALL * self.interval
        if self._stalled:
            if not stalled:
                return
            self._gaps.clear()
        self._gaps.append(gap)
        gaps = list(self._gaps)
        newest, older = gaps[-self._FEW :], gaps[: -self._FEW]
        if older:
            change = sum(newest) / len(newest) * len(older) / sum(older)
            if not 1 / self._CHANGED < change < self._CHANGED:
                gaps = newest
                self._gaps = deque(gaps, self._MANY)
        self.interval = sum(gaps) / len(gaps)
        if len(gaps) >= self._FEW:
            uneven = sum(abs(gap - self.interval) for gap in gaps) / sum(gaps)
            self.margin = min(max(2.5 * uneven, 0.1), 0.6)


class Playhead:
    """Turns a clock and the newest frames into moments; for one thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock()
        self.place = 0.0
        """Where it is, in frame indices."""
        self._newest: Frame | None = None
        self._held = 0.0  # seconds on hold since the newest frame: the dreamer is not late by these
        self._screen_interval = 0.0  # seconds: a frame may wait as long for the screen to ask
        self._rate = Rate()
        self._coasting = Coasting()

    def moment(self, frames: Sequence[Frame], hold: bool = False) -> Moment:
        """Return what to draw now. `frames` are the newest ones, oldest first, at least one.

        With `hold` the playhead stands still, and moves on from there later.
        """
        now = self._clock()
        passed, self._last = now - self._last, now
        self._update_rate(frames[-1])
        if hold:
            self._held += passed
        else:
            self._advance(frames[-1], passed, now)
        at = next((i for i, f in enumerate(frames) if f.index >= self.place), len(frames) - 1)
        later = frames[at]
        offset = self._coasting.offset(later.size)
        if at == 0:  # the ring has dropped the frame before it
            return Moment(later, later, 1.0, *offset)
        return Moment(frames[at - 1], later, max(0.0, 1 - (later.index - self.place)), *offset)

    def _update_rate(self, newest: Frame) -> None:
        """Measure the dreamed rate by the frames' own times, which are not rounded to screen frames."""
        before, self._newest = self._newest, newest
        if before is None or newest is before:
            return
        self._coasting.end_stall(before, newest)
        if 0 < before.index < newest.index:  # before the first dream the net was loading
            self._rate.add((newest.time - before.time - self._held) / (newest.index - before.index))
        self._held = 0.0
        self.place = min(self.place, newest.index)

    def _advance(self, newest: Frame, passed: float, now: float) -> None:
        interval = self._rate.interval
        self._screen_interval += 0.1 * (min(passed, interval) - self._screen_interval)
        age = now - newest.time - self._held - self._screen_interval
        target = newest.index + min(age / interval - 1 - self._rate.margin, 0.0)
        if newest.index - self.place > _EARLIEST:
            self.place = target
        speed = min(max(1 + _PULL * (target - self.place), _SLOWEST), _FASTEST)
        too_far = max(newest.index - _MOST - self.place, 0.0)
        place = self.place + speed * passed / interval - too_far * math.expm1(-passed / _CATCHING)
        self.place = min(place, newest.index)
        stalled = min((place - self.place) * interval / speed, passed)
        self._coasting.pass_time(passed, stalled, newest, speed / interval, interval)
