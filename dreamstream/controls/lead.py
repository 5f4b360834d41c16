"""Lead: how long it takes until what is done now is seen, as it is measured while a show runs.

a screen frame: begun, flipped   -> seconds for what the screen draws
dreamed frames: begun, then seen -> seconds for what is dreamt; a change waits for the next that begins

What is to be seen on a beat is done so much earlier.
"""

from collections import deque
from collections.abc import Iterable
from statistics import median

_NEWEST = 9  # measures, of which the median counts


class Lead:
    """Seconds from a change to when it is seen: on the `screen`, by effects and light, and in the `dream`."""

    def __init__(self) -> None:
        self.screen = self.dream = 0.0
        self._drawn: deque[float] = deque(maxlen=_NEWEST)
        self._turns: deque[float] = deque(maxlen=_NEWEST)
        self._seen: deque[float] = deque(maxlen=_NEWEST)
        self._turned: float | None = None
        self._newest = 0

    def note(self, turned: float, flipped: float, place: float, begun: Iterable[tuple[int, float]]) -> None:
        """Take in a screen frame: when its turn began, when it was there, and where the playhead was then.

        `begun` says when the newest dreamed frames were begun, by number, in order. What is done between two
        turns waits for the next, half a turn in the mean; and so it does between two beginnings of frames.
        """
        if self._turned is not None:
            self._turns.append(turned - self._turned)
            self._drawn.append(flipped - turned)
            self.screen = median(self._drawn) + median(self._turns) / 2
        self._turned = turned
        before: float | None = None
        for number, when in begun:
            if self._newest < number < place + 1 and before is not None:
                self._newest = number
                self._seen.append(flipped - (before + when) / 2)
                self.dream = median(self._seen)
            before = when
