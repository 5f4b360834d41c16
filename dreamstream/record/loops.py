"""Loops of bars at a tempo: films of exactly so many frames, whose end flows into their beginning.

    a bar that leads in -> kept on disk -> the loop's frames -> its last bar turns into the one that led in

What follows the last frame is the first: what led up to that is seen more and more, moving as it did, as far
along its way as the frames that it takes the place of. A fade would show two dreams, one through the other:
here one gives way to the other place by place.
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
_LEVELS = 5  # of what is fine and coarse: the coarsest has 32 pixels in one
_GRID = 128  # places along the longer side for which it is drawn when they turn
_PATCHES = {6: 1.0, 12: 0.35}  # along the longer side, and how much they count
_SEED = 1
_TURN = 0.15  # of the places that are turning at a time,
_LEAST = 4  # or more, so that each takes so many frames


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
            order: Canvas | None = None
            for count, frame in enumerate(from_zero(frames), 1):
                step = count - (self.length - self.lead)
                if step > 0:
                    order = orders(frame.size) if order is None else order
                    turned = self._turned(order, step)
                    frame = replace(frame, pixels=joined(frame.pixels, kept.pixels(step - 1), turned))
                yield frame
            if count < self.length:
                there = len(kept) + count
                needed = f"{self.frames}, with the {self.lead} that lead in"
                raise RecordError(f"a loop of {self.length} frames needs {needed}; here are {there}")

    def _turned(self, order: Canvas, step: int) -> Canvas:
        """Return how far each place has turned (0..1) at a step, of as many as lead in and one."""
        at_once = max(_TURN, _LEAST / (self.lead + 1))
        done = np.clip((step / (self.lead + 1) * (1 + at_once) - order) / np.float32(at_once), 0, 1)
        turned: Canvas = done * done * (3 - 2 * done)
        return turned


def orders(size: Size) -> Canvas:
    """Return when each place of a picture (H×W) turns to another, 0..1: the same share of them at any time.

    They lie together in patches, some in a picture's height, always the same.
    """
    import cv2

    grid, noise = size.scaled(_GRID / max(size)), np.random.default_rng(_SEED)
    field = np.zeros(grid.shape, np.float32)
    for cells, weight in _PATCHES.items():
        drawn = noise.standard_normal(size.scaled(cells / max(size)).shape).astype(np.float32)
        field += np.float32(weight) * cv2.resize(drawn, grid, interpolation=cv2.INTER_CUBIC)
    ranks = field.ravel().argsort(kind="stable").argsort(kind="stable").astype(np.float32)
    whole = cv2.resize((ranks / max(1, ranks.size - 1)).reshape(grid.shape), size)
    return np.asarray(whole, np.float32)


def joined(before: Pixels, after: Pixels, turned: Canvas) -> Pixels:
    """Return one picture of two, the `after` one where it is `turned` to that (H×W, 0..1).

    What is fine changes within as little as `turned` does, what is coarse over as much as it measures, so
    that neither a seam nor a double picture is seen. Method: P. J. Burt and E. H. Adelson, A Multiresolution
    Spline with Application to Image Mosaics, ACM Transactions on Graphics 2, 1983.
    """
    import cv2

    def up(picture: Canvas, like: Canvas) -> Canvas:
        return np.asarray(cv2.pyrUp(picture, dstsize=Size.of(like)), np.float32)

    # the difference alone is taken apart: all that it needs is added to what was there before
    away, shares = [after.astype(np.float32) - before], [turned]
    while len(away) <= _LEVELS and min(away[-1].shape[:2]) > 1:
        away.append(np.asarray(cv2.pyrDown(away[-1]), np.float32))
        shares.append(np.asarray(cv2.pyrDown(shares[-1]), np.float32))
    change = away[-1] * shares[-1][..., None]
    for finer, coarser, share in zip(away[-2::-1], away[:0:-1], shares[-2::-1], strict=True):
        change = up(change, finer) + (finer - up(coarser, finer)) * share[..., None]
    return np.clip(np.rint(before + change), 0, 255).astype(np.uint8)
