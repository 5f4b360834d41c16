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
from dreamstream.frame import Frame, new_pixels
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
    return _from_zero(frames)


def _from_zero(frames: Iterator[Frame]) -> Iterator[Frame]:
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


def backwards(frames: Iterator[Frame], folder: Path) -> Iterator[Frame]:
    """Give the frames last to first, each shown as long as before.

    They wait in a nameless file in `folder`, as they lie in memory, not there.
    """
    with tempfile.TemporaryFile(dir=folder, prefix=".dreamstream-") as file:
        times: list[float] = []
        size, channels = Size(0, 0), 3
        for frame in frames:
            if times and frame.size != size:
                raise RecordError(f"frame {len(times) + 1} has another size than the first")
            size, channels = frame.size, frame.channels
            file.write(np.ascontiguousarray(frame.pixels).data)
            times.append(frame.time)
        count = len(times)
        last = (times[-1] - times[0]) / (count - 1) if count > 1 else _SINGLE_SECONDS
        times.append((times[-1] if times else 0.0) + last)
        for index in reversed(range(count)):
            pixels = new_pixels(size, channels)
            file.seek(index * pixels.nbytes)
            file.readinto(pixels.data)
            yield Frame(pixels, count - 1 - index, times[-1] - times[index + 1])


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
    for frame in _from_zero(frames):
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
