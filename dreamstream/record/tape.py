"""The tape: what a show heard in the last seconds, each sample with its time, for whoever records it.

    sound's thread: put(samples, rate, when) -> the last seconds -> since(a frame's time) -> a film's sound

Samples come in hops, late and unevenly: their times are told by their count, which is held to the clock.
"""

import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dreamstream.record.sound import RATE
from dreamstream.record.writer import Sound

Samples = NDArray[np.float32]

_KEPT = 20 * RATE  # samples: no recorder is so far behind
_BLOCK = RATE // 100
_LATE = 0.5  # seconds that samples may be on their way; then there is silence
_GAP = 0.1  # seconds by which count and clock differ where some were lost
_ASTRAY = 0.02 * RATE  # samples that a film may be beside their time, before some are left out
_PULL = 0.005  # of each difference, by which the clock draws the count


class Tape:
    """Mono samples of the last seconds. One thread may put while others read."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._samples: Samples = np.zeros(_KEPT, np.float32)
        self._count = 0  # of all samples ever put
        self._end: float | None = None  # when the newest was heard
        self._news = threading.Condition()

    def put(self, samples: Samples, rate: int, when: float) -> None:
        """Add samples (n, -1..1), `rate` a second, the last of which was heard at a time of the clock."""
        if rate != RATE:
            places = np.arange(round(len(samples) * RATE / rate)) * (rate / RATE)
            samples = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
        with self._news:
            end = when if self._end is None else self._end + len(samples) / RATE
            off = when - end
            if off > _GAP:
                self._add(np.zeros(min(round(off * RATE), _KEPT), np.float32))
            self._end = when if abs(off) > _GAP else end + _PULL * off
            self._add(samples)
            self._news.notify_all()

    def since(self, start: float) -> Sound:
        """Give what is heard from a time of the clock on, without end; waits for what is on its way."""
        cursor, given = -1, 0
        while True:
            begin = start + given / RATE
            with self._news:
                while (number := self._number(begin)) + _BLOCK > self._count:
                    patience = begin + _LATE - self._clock()
                    if patience <= 0 or not self._news.wait(patience):
                        break
                if cursor < 0 or abs(number - cursor) > _ASTRAY:
                    cursor = number
                block = self._block(cursor)
            cursor, given = cursor + _BLOCK, given + _BLOCK
            yield np.repeat(block[:, None], 2, 1)

    def _number(self, moment: float) -> int:
        """Return which sample was heard then; one that is still to come where none ever was."""
        return self._count + (_BLOCK if self._end is None else round((moment - self._end) * RATE))

    def _add(self, samples: Samples) -> None:
        self._samples[(self._count + np.arange(len(samples))) % _KEPT] = samples
        self._count += len(samples)

    def _block(self, begin: int) -> Samples:
        """Return the samples from one on; silence for those that are not there, or no more."""
        numbers = begin + np.arange(_BLOCK)
        there = (numbers >= max(0, self._count - _KEPT)) & (numbers < self._count)
        return np.where(there, self._samples[numbers % _KEPT], np.float32(0))
