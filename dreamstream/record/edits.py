"""Edits of a film as it streams by: (frames) -> frames, with little in memory.

cut -> scaled -> backwards (through a file on disk) -> blended into a loop
"""

import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import dropwhile, islice, takewhile
from pathlib import Path

import numpy as np

from dreamstream.errors import RecordError
from dreamstream.frame import Frame, Pixels, new_pixels
from dreamstream.size import Size

_BLEND_BYTES = 2**30
_LONGEST = 16384  # pixels of a side
_SINGLE_SECONDS = 0.04  # what a single picture is shown for
_INSTANT = 1e-6  # seconds that rounding may add to a frame's time


def cut(frames: Iterator[Frame], begin: float, end: float | None) -> Iterator[Frame]:
    """Give the frames that begin at second `begin` or later, and before `end`; time counts from the first."""
    frames = dropwhile(lambda frame: frame.time < begin - _INSTANT, frames)
    if end is not None:
        frames = takewhile(lambda frame: frame.time < end - _INSTANT, frames)
    return from_zero(frames)


def from_zero(frames: Iterator[Frame]) -> Iterator[Frame]:
    """Give the frames with times that count from the first."""
    start: float | None = None
    for frame in frames:
        start = frame.time if start is None else start
        yield replace(frame, time=frame.time - start)


def scaled(frames: Iterator[Frame], width: int) -> Iterator[Frame]:
    """Give the frames at another width, in their own shape; the height is rounded to a whole pixel.

    Raises RecordError where that would be too high for any recording.
    """
    import cv2

    for frame in frames:
        before = frame.size
        size = Size(width, max(1, round(before.height * width / before.width)))
        if size.height > _LONGEST:
            raise RecordError(
                f"--width {width} makes {before} as high as {size.height}; {_LONGEST} is the most"
            )
        method = cv2.INTER_AREA if width < before.width else cv2.INTER_CUBIC
        pixels = new_pixels(size, frame.channels)
        cv2.resize(frame.pixels, size, pixels, interpolation=method)
        yield replace(frame, pixels=pixels)


class Kept:
    """Pictures of one size in a nameless file in a folder, as they lie in memory, not there."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".dreamstream-")  # noqa: SIM115
        self._count, self._size, self._channels = 0, Size(0, 0), 3

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def add(self, frame: Frame) -> None:
        """Keep one more; raises RecordError where its size is another."""
        if self._count and frame.size != self._size:
            raise RecordError(f"frame {self._count + 1} has another size than the first")
        self._size, self._channels, self._count = frame.size, frame.channels, self._count + 1
        self._file.write(np.ascontiguousarray(frame.pixels).data)

    def pixels(self, index: int) -> Pixels:
        """Return those of the picture that was kept after so many others."""
        pixels = new_pixels(self._size, self._channels)
        self._file.seek(index * pixels.nbytes)
        self._file.readinto(pixels.data)
        return pixels


def backwards(frames: Iterator[Frame], folder: Path) -> Iterator[Frame]:
    """Give the frames last to first, each shown as long as before; they wait in a file in `folder`."""
    with Kept(folder) as kept:
        times: list[float] = []
        for frame in frames:
            kept.add(frame)
            times.append(frame.time)
        count = len(times)
        last = (times[-1] - times[0]) / (count - 1) if count > 1 else _SINGLE_SECONDS
        times.append((times[-1] if times else 0.0) + last)
        for index in reversed(range(count)):
            yield Frame(kept.pixels(index), count - 1 - index, times[-1] - times[index + 1])


def steady(frames: Iterator[Frame], fps: float) -> Iterator[Frame]:
    """Give `fps` frames a second, at each moment the newest one: some twice, others never."""
    newest: Frame | None = None
    count = 0
    for frame in from_zero(frames):
        while newest is not None and count / fps < frame.time - _INSTANT:
            yield replace(newest, index=count, time=count / fps)
            count += 1
        newest = frame
    if newest is not None:
        yield replace(newest, index=count, time=count / fps)


def loop_blend(frames: Iterator[Frame], count: int) -> Iterator[Frame]:
    """Give a film that can go round without a seam: its last `count` frames fade into its first.

    The first `count` are seen only in the fade, at the end: the film begins after them, so it is that much
    shorter. Twice `count` frames are in memory. Raises RecordError where there are too few.
    """
    first: list[Frame] = []
    for frame in islice(frames, count):
        if 2 * count * frame.pixels.nbytes > _BLEND_BYTES:
            most = _BLEND_BYTES // (2 * frame.pixels.nbytes)
            raise RecordError(f"--loop-blend {count} needs too much memory; at this size {most} is the most")
        first.append(frame)
    last: deque[Frame] = deque()
    for frame in from_zero(frames):
        last.append(frame)
        if len(last) > count:
            yield last.popleft()
    if len(last) < count:
        total = len(first) + len(last)
        raise RecordError(f"--loop-blend {count} needs {2 * count} frames or more, not {total}")
    for step, (before, after) in enumerate(zip(last, first, strict=True), 1):
        share = np.float32(step / (count + 1))
        blend = np.rint(before.pixels * (1 - share) + after.pixels * share).astype(np.uint8)
        yield Frame(blend, before.index, before.time)
