"""Tweens: the picture at a moment between two frames, along the motion that is known.

two frames, how far between them, what else moves -> Moment -> each read along its Way -> blended
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from dreamstream.frame import Frame, Pixels
from dreamstream.maths import smoothstep
from dreamstream.size import Size
from dreamstream.transforms import IDENTITY, Affine, Field, Warp, summed


@dataclass(frozen=True, eq=False)
class Way:
    """Where a frame is read from: an affine map of the place, and shares of fields (of the canvas's size)."""

    affine: Affine = IDENTITY
    fields: tuple[tuple[Field, float], ...] = ()

    def warp(self, size: Size) -> Warp:
        """Return it as one warp of a canvas of this size."""
        if not self.fields:
            return self.affine
        if len(self.fields) == 1 and self.affine is IDENTITY:
            return self.fields[0][0].part(self.fields[0][1])
        return summed(self.affine, self.fields, size)


UNMOVED = Way()


@dataclass(frozen=True)
class Moment:
    """Between `earlier` (t = 0) and `later` (1) along the later frame's warp.

    The whole picture is moved besides: `along` that warp, in frames, and by a `residual`.
    """

    earlier: Frame
    later: Frame
    t: float
    along: float = 0.0
    residual: Way = UNMOVED


def ways_of(moment: Moment, tween: bool) -> tuple[Way, Way, float]:
    """Return the way of the earlier frame, that of the later, and the share of the later.

    With frame k+1 = warp(frame k), the moment t is part(t) of frame k and part(t - 1) of frame k+1. The
    share is eased: by itself it would turn around at each frame, which the eye sees as a pulse. Without
    tween a frame is shown as it is.
    """
    t, residual = moment.t, moment.residual
    if not tween:
        return UNMOVED, UNMOVED, float(t >= 1)
    warp = moment.later.warp or IDENTITY
    assert isinstance(warp, Affine | Field)
    motion = warp.motion
    ways = []
    for part in (t + moment.along, t - 1 + moment.along):
        if isinstance(motion, Field):
            ways.append(Way(residual.affine, ((motion, part), *residual.fields)))
        else:  # exact where either is nothing
            ways.append(Way(motion.part(part).then(residual.affine), residual.fields))
    return ways[0], ways[1], smoothstep(min(t, 1.0))


def blended(
    moment: Moment, tween: bool = True, picture: Callable[[Frame], Pixels] = lambda frame: frame.pixels
) -> Pixels:
    """Return the moment at canvas size; `picture` gives a frame's pixels, of any number of channels."""
    earlier, later, blend = ways_of(moment, tween)
    if blend <= 0:
        return _read(moment.earlier, earlier, picture, moment)
    result = _read(moment.later, later, picture, moment)
    if blend < 1:
        before = _read(moment.earlier, earlier, picture, moment)
        cv2.addWeighted(before, 1 - blend, result, blend, 0, result)
    return result


def _read(frame: Frame, way: Way, picture: Callable[[Frame], Pixels], moment: Moment) -> Pixels:
    """Return a frame moved, at the later one's size: motion is told in its pixels."""
    pixels, size = picture(frame), moment.later.size
    if frame.size != size:
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    moved: Pixels = way.warp(size).apply(pixels)
    return moved
