"""MIDI's clock: ticks, 24 a quarter note -> beats a minute, and when a beat was."""

from collections import deque

PER_BEAT = 24
"""Ticks of a quarter note."""
_MOST = 4 * PER_BEAT  # ticks that the line is laid through
_LOST = 0.5  # seconds without a tick after which the clock has stopped
_CHANGED = 0.02  # of the tempo: another tempo, and no jitter
_NOTICED = 0.15  # beats a minute: less is told as no change
_SIXTEENTH = PER_BEAT // 4


class ClockFollower:
    """Lays a line through the newest ticks (least squares): its slope is the tempo, the beats lie on it.

    So jitter of some ms, as operating systems and cables give it, comes to hundredths of a beat a minute. A
    tempo that has changed for a whole beat begins a line of its own.
    """

    def __init__(self) -> None:
        self._ticks: deque[tuple[int, float]] = deque(maxlen=_MOST)
        self._next = 0
        self._line = (0.0, 0.0)  # seconds a tick; when tick 0 was
        self._located = False
        self.bpm = 0.0
        """Beats a minute, rounded to a tenth; 0 before a beat has come, and once the clock has stopped."""

    @property
    def beat(self) -> float:
        """When the newest beat was that has come, in the clock's seconds."""
        slope, start = self._line
        return start + slope * ((self._next - 1) // PER_BEAT * PER_BEAT)

    @property
    def number(self) -> int | None:
        """Which beat of the song that is, from 0; None where no start or place of it has come."""
        return (self._next - 1) // PER_BEAT if self._located else None

    def tick(self, now: float) -> None:
        """Take a tick that came at a time, in seconds."""
        if self._ticks and now - self._ticks[-1][1] > _LOST:
            self._begin()
        self._ticks.append((self._next, now))
        self._next += 1
        if len(self._ticks) > 2 * PER_BEAT and self._next % PER_BEAT == 0:
            self._notice_change()
        if len(self._ticks) >= PER_BEAT:
            self._line = _line_through(self._ticks)
            bpm = 60 / (PER_BEAT * self._line[0])
            if abs(bpm - self.bpm) > _NOTICED:
                self.bpm = round(bpm, 1)

    def locate(self, sixteenths: int) -> None:
        """Take a place in the song, in sixteenths from its first beat, its start: the next tick is there."""
        moved = sixteenths * _SIXTEENTH - self._next
        self._ticks = deque(((tick + moved, when) for tick, when in self._ticks), maxlen=_MOST)
        self._line = (self._line[0], self._line[1] - moved * self._line[0])
        self._next, self._located = self._next + moved, True

    def _begin(self) -> None:
        self._ticks.clear()
        self.bpm = 0.0

    def _notice_change(self) -> None:
        """Forget the ticks before the last beat where those since are of another tempo."""
        ticks = list(self._ticks)
        before, since = _line_through(ticks[:-PER_BEAT])[0], _line_through(ticks[-PER_BEAT:])[0]
        if abs(since / before - 1) > _CHANGED:
            self._ticks = deque(ticks[-PER_BEAT:], maxlen=_MOST)


def _line_through(ticks: "deque[tuple[int, float]] | list[tuple[int, float]]") -> tuple[float, float]:
    """Return slope and start of the line that is nearest to the ticks; the slope is above 0."""
    first, zero = ticks[0]
    count = len(ticks)
    middle = sum(tick - first for tick, _ in ticks) / count
    mean = sum(when - zero for _, when in ticks) / count
    above = sum((tick - first - middle) * (when - zero - mean) for tick, when in ticks)
    slope = max(above / sum((tick - first - middle) ** 2 for tick, _ in ticks), 1e-4)
    return slope, zero + mean - slope * (first + middle)
