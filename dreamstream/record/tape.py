"""The tape: what a show heard in the last seconds, each sample with its time, for whoever records it.

    sound's thread: put(samples, rate, when) -> the last seconds -> since(a frame's time) -> a film's sound

Samples come in hops, late and unevenly: their times are told by their count, which is held to the clock.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.record.writer import SOUND_RATE, Sound

Samples = NDArray[np.float32]
"""n × 2, -1..1."""

_BEHIND = 20.0  # seconds: no recorder is so far behind
_BLOCKS = 100  # a second
_LATE = 0.5  # seconds that samples may be on their way; then there is silence
_GAP = 0.1  # seconds by which count and clock differ where some were lost
_ASTRAY = 0.02  # seconds that a film may be beside its samples' time, before some are left out
_PULL = 0.005  # of each difference, by which the clock draws the count


class Tape:
    """Stereo samples of the last seconds, `kept` at least. One thread may put while others read."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, kept: float = 0.0) -> None:
        self._clock, self._seconds = clock, kept + _BEHIND
        self._rate = 0  # until it is known
        self._samples: Samples = np.zeros((0, 2), np.float32)
        self._resampler: tuple[int, Any] | None = None  # from what rate, and FFmpeg's
        self._count = 0  # of all samples ever put
        self._end: float | None = None  # when the newest was heard
        self._news = threading.Condition()

    @property
    def rate(self) -> int:
        """Samples a second: those of what was heard first; usual where it is asked for before that."""
        with self._news:
            return self._begun(SOUND_RATE)

    def put(self, samples: Samples, rate: int, when: float) -> None:
        """Add samples, `rate` a second, the last of which was heard at a time of the clock."""
        with self._news:
            own = self._begun(rate)
        samples = self._resampled(samples, rate)  # it takes time, and readers need not wait for it
        with self._news:
            end = when if self._end is None else self._end + len(samples) / own
            off = when - end
            if off > _GAP:
                lost = min(round(off * own), len(self._samples))
                self._add(np.zeros((lost, 2), np.float32))
            self._end = when if abs(off) > _GAP else end + _PULL * off
            self._add(samples)
            self._news.notify_all()

    def since(self, start: float, until: float | None = None) -> Sound:
        """Give what is heard from a time of the clock on, without end; waits for what is on its way.

        What is `until` a time is taken at once, and cannot be put over while it is read.
        """
        rate = self.rate
        if until is not None:
            yield self._next(start, -1, max(1, round((until - start + _LATE) * rate)))[0]
            return
        size, cursor, given = rate // _BLOCKS, -1, 0
        while True:
            block, cursor = self._next(start + given / rate, cursor, size)
            given += size
            yield block

    def _next(self, begin: float, cursor: int, size: int) -> tuple[Samples, int]:
        """Return so many samples from a time on, or from a `cursor` that is near it; and where they end."""
        with self._news:
            while (number := self._number(begin)) + size > self._count:
                patience = begin + size / self._rate + _LATE - self._clock()
                if patience <= 0 or not self._news.wait(patience):
                    break
            if cursor < 0 or abs(number - cursor) > _ASTRAY * self._rate:
                cursor = number
            return self._block(cursor, size), cursor + size

    def _begun(self, rate: int) -> int:
        """Return the samples a second, from now on; `rate` where they were not known."""
        if not self._rate:
            self._rate = rate
            self._samples = np.zeros((round(self._seconds * rate), 2), np.float32)
        return self._rate

    def _number(self, moment: float) -> int:
        """Return which sample was heard then; one that is still to come where none ever was."""
        if self._end is None:
            return self._count + self._rate // _BLOCKS
        return self._count + round((moment - self._end) * self._rate)

    def _resampled(self, samples: Samples, rate: int) -> Samples:
        """Return samples of another device's rate at the tape's."""
        if rate == self._rate:
            return samples
        import av

        if self._resampler is None or self._resampler[0] != rate:
            self._resampler = rate, av.AudioResampler(format="flt", layout="stereo", rate=self._rate)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "flt", "stereo")
        frame.sample_rate = rate
        parts = [part.to_ndarray().reshape(-1, 2) for part in self._resampler[1].resample(frame)]
        return np.concatenate([np.zeros((0, 2), np.float32), *parts])

    def _add(self, samples: Samples) -> None:
        self._samples[(self._count + np.arange(len(samples))) % len(self._samples)] = samples
        self._count += len(samples)

    def _block(self, begin: int, size: int) -> Samples:
        """Return samples from one on; silence for those that are not there, or no more."""
        numbers, most = begin + np.arange(size), len(self._samples)
        there = (numbers >= max(0, self._count - most)) & (numbers < self._count)
        return np.where(there[:, None], self._samples[numbers % most], np.float32(0))
