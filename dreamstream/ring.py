"""The ring: a bounded buffer of frames between the dreamer and everyone who looks.

It has two ends. `put` never waits: the oldest frame goes when the ring is full. The screen takes
the `latest` frames; a recorder, or an output, has a `reader` with a cursor of its own, which counts
what it was too slow for. `close` wakes every reader.
"""

import threading
from collections import deque
from dataclasses import dataclass

from dreamstream.frame import Frame


@dataclass(frozen=True, slots=True)
class RingStatistics:
    """What went through the ring so far."""

    capacity: int
    held: int
    put: int
    readers: int
    dropped: int
    closed: bool


class Ring:
    """Bounded buffer of the newest `capacity` frames; safe to use from any thread.

    With a `limit` in bytes it holds fewer where they are larger, but `least` in any case.
    """

    def __init__(self, capacity: int, limit: int = 0, least: int = 2) -> None:
        if capacity < 2:
            raise ValueError(f"a ring needs room for 2 frames or more, not {capacity}")
        self._capacity, self._limit, self._least = capacity, limit, least
        self._bytes = 0
        self._frames: deque[Frame] = deque()
        self._put = 0
        self._closed = False
        self._changed = threading.Condition()
        self._readers: list[Reader] = []

    def put(self, frame: Frame) -> None:
        """Add the newest frame; never waits. After `close` it is ignored."""
        with self._changed:
            if self._closed:
                return
            self._frames.append(frame)
            self._bytes += frame.pixels.nbytes
            while len(self._frames) > self._capacity or (
                self._limit and self._bytes > self._limit and len(self._frames) > self._least
            ):
                self._bytes -= self._frames.popleft().pixels.nbytes
            self._put += 1
            self._changed.notify_all()

    def latest(self, count: int = 1) -> tuple[Frame, ...]:
        """Return up to `count` newest frames, oldest first; empty before the first one."""
        with self._changed:
            return tuple(self._frames)[-count:]

    def reader(self) -> "Reader":
        """Return a new reader, which sees what is put from now on."""
        with self._changed:
            reader = Reader(self, self._put)
            self._readers.append(reader)
            return reader

    def close(self) -> None:
        """End the stream: readers drain what is held for them and then get None."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def statistics(self) -> RingStatistics:
        """Return a snapshot of the counts; the capacity is that for frames as large as the newest."""
        with self._changed:
            capacity, held = self._capacity, len(self._frames)
            if self._limit and held:
                room = self._limit // self._frames[-1].pixels.nbytes
                capacity = min(capacity, max(self._least, room))
            dropped = sum(reader.dropped for reader in self._readers)
            return RingStatistics(capacity, held, self._put, len(self._readers), dropped, self._closed)


class Reader:
    """One looker's cursor in a ring; `dropped` counts the frames that were gone before it came."""

    def __init__(self, ring: Ring, cursor: int) -> None:
        self._ring, self._cursor = ring, cursor
        self._end: int | None = None  # what is put from here on is not read
        self.dropped = 0

    @property
    def over(self) -> bool:
        """Whether the end has come and all before it was read, or is gone."""
        ring = self._ring
        with ring._changed:
            end = ring._put if self._end is None and ring._closed else self._end
            return end is not None and self._cursor >= end

    def read(self, timeout: float | None = None) -> Frame | None:
        """Wait for the next frame in order; None after the end, or when `timeout` seconds passed."""
        return self._take(timeout, newest=False)

    def newest(self, timeout: float | None = None) -> Frame | None:
        """Wait as `read` does, and skip to the newest frame: those before it count as dropped."""
        return self._take(timeout, newest=True)

    def _take(self, timeout: float | None, newest: bool) -> Frame | None:
        ring = self._ring
        with ring._changed:
            ring._changed.wait_for(
                lambda: ring._put > self._cursor or ring._closed or self._end is not None, timeout
            )
            end = ring._put if self._end is None else self._end
            oldest = ring._put - len(ring._frames)
            # what came after its end is no loss of this reader's
            first = max(self._cursor, min(oldest, end), end - 1 if newest else 0)
            self.dropped += first - self._cursor
            self._cursor = first
            if first >= end:
                return None
            self._cursor += 1
            return ring._frames[first - oldest]

    def close(self) -> None:
        """End here: what was put before can still be read, then comes None. The ring forgets the reader."""
        ring = self._ring
        with ring._changed:
            self._end = ring._put if self._end is None else self._end
            if self in ring._readers:
                ring._readers.remove(self)
            ring._changed.notify_all()
