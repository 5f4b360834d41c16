"""The ring: a bounded buffer of frames between the dreamer and everyone who looks.

It has two ends. `put` never waits: the oldest frame goes when the ring is full. The screen takes
the `latest` frames; a recorder has a `reader` with a cursor of its own, which counts what it was
too slow for. `close` wakes every reader.
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
        """Return a snapshot of the counts."""
        with self._changed:
            dropped = sum(reader.dropped for reader in self._readers)
            return RingStatistics(
                self._room(), len(self._frames), self._put, len(self._readers), dropped, self._closed
            )

    def _next(self, reader: "Reader", timeout: float | None) -> Frame | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._put > reader.cursor or self._closed or reader.end is not None, timeout
            )
            end = self._put if reader.end is None else reader.end
            oldest = self._put - len(self._frames)
            first = max(
                reader.cursor, min(oldest, end)
            )  # what came after its end is no loss of this reader's
            reader.dropped += first - reader.cursor
            reader.cursor = first
            if first >= end:
                return None
            reader.cursor += 1
            return self._frames[first - oldest]

    def _room(self) -> int:
        """Return how many frames as large as the newest it holds."""
        if not (self._limit and self._frames):
            return self._capacity
        return min(self._capacity, max(self._least, self._limit // self._frames[-1].pixels.nbytes))

    def _over(self, reader: "Reader") -> bool:
        with self._changed:
            end = reader.end if reader.end is not None else self._put if self._closed else None
            return end is not None and reader.cursor >= end

    def _leave(self, reader: "Reader") -> None:
        with self._changed:
            reader.end = self._put if reader.end is None else reader.end
            if reader in self._readers:
                self._readers.remove(reader)
            self._changed.notify_all()


class Reader:
    """One looker's cursor in a ring; `dropped` counts the frames that were gone before it came."""

    def __init__(self, ring: Ring, cursor: int) -> None:
        self._ring = ring
        self.cursor = cursor
        self.dropped = 0
        self.end: int | None = None

    @property
    def over(self) -> bool:
        """Whether the end has come and all before it was read, or is gone."""
        return self._ring._over(self)

    def read(self, timeout: float | None = None) -> Frame | None:
        """Wait for the next frame in order; None after the end, or when `timeout` seconds passed."""
        return self._ring._next(self, timeout)

    def close(self) -> None:
        """End here: what was put before can still be read, then comes None. The ring forgets the reader."""
        self._ring._leave(self)
