"""A phrase: how long a scene is played, and when something small changes in it.

seconds, beats of the tempo -> the share of the phrase that is over, whichever goes faster
"""

import math

from dreamstream.autopilot.taste import Phrase as PhraseTaste
from dreamstream.params import BAR

_FAR = 4 * BAR  # beats: whoever counts so many more, or any fewer, at once has begun another count


class Phrase:
    """A phrase that begins `now`, at a `count` of beats (infinity: no tempo), at `bpm` beats a minute.

    With a tempo it ends with a bar: where all bars of the taste would take longer than its minutes, it has
    half of them, or a quarter ... Those minutes are its end whatever the tempo does.
    """

    def __init__(self, now: float, count: float, bpm: float, taste: PhraseTaste) -> None:
        self._begun, self._seconds, self._parts = now, 60 * taste.minutes, taste.parts
        self._bars = taste.bars
        while bpm and self._bars > 1 and self._bars * BAR * 60 / bpm > self._seconds:
            self._bars //= 2
        self._last = math.inf
        self._from = 0.0
        self._count(count)
        self._part = 0

    def share(self, now: float, count: float) -> float:
        """Return how much of it is over; 1 is its end."""
        self._count(count)
        beats = 0.0 if math.isinf(count) else (count - self._from) / (self._bars * BAR)
        return max((now - self._begun) / self._seconds, beats)

    def turns(self, now: float, count: float) -> bool:
        """Return whether another part of it has begun since this was asked last."""
        part, before = int(self.share(now, count) * self._parts), self._part
        self._part = max(part, before)
        return part > before

    def left(self, now: float, count: float) -> str:
        """Return how long it goes on, as text."""
        seconds = max(self._begun + self._seconds - now, 0.0)
        if math.isinf(count):
            return minutes_text(seconds)
        bars = max(math.ceil(self._bars - (count - self._from) / BAR), 0)
        return f"{bars} bar{'s' * (bars != 1)}"

    def _count(self, count: float) -> None:
        """Take how many beats there are now; a count that begins anew begins the phrase's bars anew."""
        if math.isinf(self._last) or not -1 <= count - self._last <= _FAR:
            self._from = 0.0 if math.isinf(count) else BAR * round(count / BAR)
        self._last = count


def minutes_text(seconds: float) -> str:
    """Return seconds as minutes and seconds."""
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}:{rest:02}"
