"""Tweens: the picture at a moment between two frames, along the motion that is known.

two frames, how far between them -> Moment -> each moved its part of the way -> blended
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2

from dreamstream.frame import Frame, Pixels
from dreamstream.transforms import IDENTITY, Affine, Field, Warp


@dataclass(frozen=True)
class Moment:
    """Between `earlier` (t = 0) and `later` (1) along the later frame's warp.

    Beyond 1 only `later` is seen, moved on along its own warp by t - 1.
    """

    earlier: Frame
    later: Frame
    t: float


def warps_of(moment: Moment, tween: bool) -> tuple[Warp, Warp, float]:
    """Return the warp for the earlier frame, the one for the later, and the share of the later.

    With frame k+1 = warp(frame k), the moment t is part(t) of frame k and part(t - 1) of frame k+1. The
    share is eased: by itself it would turn around at each frame, which the eye sees as a pulse.
    """
    t = moment.t
    if not tween:
        return IDENTITY, IDENTITY, float(t >= 1)
    warp = moment.later.warp or IDENTITY
    assert isinstance(warp, Affine | Field)
    share = min(t, 1.0)
    return warp.part(t), warp.part(t - 1), share * share * (3 - 2 * share)


def blended(
    moment: Moment, tween: bool = True, picture: Callable[[Frame], Pixels] = lambda frame: frame.pixels
) -> Pixels:
    """Return the moment at canvas size; `picture` gives a frame's pixels, of any number of channels."""
    earlier, later, blend = warps_of(moment, tween)
    if blend <= 0:
        return earlier.apply(picture(moment.earlier))
    result = later.apply(picture(moment.later))
    if blend < 1:
        before = earlier.apply(picture(moment.earlier))
        cv2.addWeighted(before, 1 - blend, result, blend, 0, result)
    return result
