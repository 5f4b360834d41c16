"""Loops of bars at a tempo: films of exactly so many frames, whose end flows into their beginning.

    a bar that leads in -> kept on disk -> the loop's frames -> its last bar fades into the one that led in

What follows the last frame is the first: what led up to that is seen more and more, moving as it did, as far
along its way as the frames that it is laid over. A fade between two dreams would be paler halfway; so what is
fine in it keeps the contrast that the two have.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from dreamstream.errors import RecordError, UsageError
from dreamstream.frame import Canvas, Frame, Pixels
from dreamstream.record.edits import Kept, from_zero
from dreamstream.size import Size

BEATS = 4  # a bar
_COARSE = 24  # pixels that are one where only what is coarser than fine is asked for
_MOST = 1.6  # times the contrast of a fade


@dataclass(frozen=True)
class Loop:
    """How long a loop is, in frames, and how many lead in; what of a bar cannot be, as a line."""

    length: int
    lead: int
    note: str = ""

    @classmethod
    def of(cls, bars: float, bpm: float, fps: float, lead: int = 0) -> "Loop":
        """Return the loop of so many bars; a bar leads in, or all of a shorter one. Raises UsageError."""
        if not bpm:
            raise UsageError(f"--loop-bars {bars:g} needs a tempo, as in --bpm 128")
        bar = BEATS * 60 * fps / bpm
        exact = bars * bar
        length = max(1, round(exact))
        if lead > length:
            raise UsageError(f"--loop-blend {lead} is longer than the loop, which has {length} frames")
        note, off = "", (length - exact) / fps
        if abs(off) > 1e-6:
            tempo = bars * BEATS * 60 * fps / length
            note = (
                f"{bars:g} bars at {bpm:g} bpm are {exact:.2f} frames at {fps:g} fps: {length} are written, "
                f"{abs(off):.3f} s too {'long' if off > 0 else 'short'} (exact at {tempo:.3f} bpm)"
            )
        return cls(length, lead or max(1, min(round(bar), length)), note)

    @property
    def frames(self) -> int:
        """How many it is made of."""
        return self.lead + self.length

    def on(self, frames: Iterator[Frame], folder: Path) -> Iterator[Frame]:
        """Give the loop's frames, of `frames` in all; what leads in waits in a nameless file in `folder`.

        Raises RecordError where there are too few.
        """
        with Kept(folder) as kept:
            for frame in islice(frames, self.lead):
                kept.add(frame)
            count = 0
            for count, frame in enumerate(from_zero(frames), 1):
                step = count - (self.length - self.lead)
                if step > 0:
                    share = step / (self.lead + 1)
                    after = kept.pixels(step - 1)
                    frame = replace(frame, pixels=faded(frame.pixels, after, share * share * (3 - 2 * share)))
                yield frame
            if count < self.length:
                there = len(kept) + count
                needed = f"{self.frames}, with the {self.lead} that lead in"
                raise RecordError(f"a loop of {self.length} frames needs {needed}; here are {there}")


def faded(before: Pixels, after: Pixels, share: float) -> Pixels:
    """Return a fade, `share` of it done, in which what is fine keeps its contrast."""
    mixed = before * np.float32(1 - share) + after * np.float32(share)
    colours = mixed[..., :3]
    coarse = _coarse(colours)
    fine = colours - coarse
    wanted = (1 - share) * _contrast(before) + share * _contrast(after)
    fine *= np.float32(np.clip(wanted / max(float(fine.std()), 1e-3), 1, _MOST))
    mixed[..., :3] = coarse + fine
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def _contrast(pixels: Pixels) -> float:
    colours = pixels[..., :3].astype(np.float32)
    return float((colours - _coarse(colours)).std())


def _coarse(colours: Canvas) -> Canvas:
    """Return what is left of a picture without all that is fine."""
    import cv2

    size = Size.of(colours)
    few = Size(max(1, size.width // _COARSE), max(1, size.height // _COARSE))
    small = cv2.resize(colours, few, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.float32)
