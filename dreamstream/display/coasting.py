"""Coasting: how the picture keeps moving while no next frame comes, and returns when one does.

no frame -> on along the newest frame's warp, slower and slower, and back, without end; later it breathes, too
a frame  -> the offset reached so far is kept as a residual, which dies away, so that nothing jumps

The distance along the warp is u = reach · f(phase), f = sin in the first quarter turn and sin² after it: it
starts at the speed of the motion before, and then swings between 0 and the reach. The breath is a slow zoom
and a slow turn, a quarter of a period apart, so that something moves at every moment, even without a warp.
"""

import math

import numpy as np

from dreamstream.frame import Frame
from dreamstream.maths import smoothstep
from dreamstream.size import Size
from dreamstream.transforms import IDENTITY, Affine, Field, summed
from dreamstream.transforms.tween import UNMOVED, Way

FARTHEST = 0.05
"""Of the picture's width: how far the warp may move a place, together with the motion before."""
ZOOM, TURN = 0.03, math.radians(0.6)
"""How far a breath zooms in, and turns to either side."""
_LONGEST = 1.5  # seconds of the motion before, at most: a slow one is not made faster
_SWING = 2 * math.pi / 10  # the phase's speed, a second: there and back in half of that period
_SLOWING = 1.0  # seconds at most in which it slows down to that
_BREATH = 2 * math.pi / 7
_PATIENCE = 0.4  # seconds, or a dreamed interval where that is longer, before it breathes
_IN, _OUT = 2.0, 1.0  # seconds until a breath is at its deepest, and until it is over
_FADE = 0.6  # seconds in which a residual falls to a third
_NOTHING = 0.05  # of a residual: it fades a little faster, and at this share it is over


class Coasting:
    """Follows the stalls of the dreamer; for one thread."""

    def __init__(self) -> None:
        self._stalled = 0.0  # seconds without a next frame
        self._speed = self._reach = 0.0  # as the stall began: dreamed frames a second; frames it goes at most
        self._depth = self._breathed = 0.0
        self._residual: tuple[Affine, Field | None] = IDENTITY, None
        self._share = 0.0  # of the residual

    def pass_time(self, seconds: float, stalled: float, newest: Frame, speed: float, interval: float) -> None:
        """Go on by `seconds`, of which the last `stalled` were without a next frame.

        `speed` is that of the motion so far, in dreamed frames a second; `interval` the usual seconds between
        two.
        """
        if stalled > 0 and self._stalled == 0:
            farthest = newest.warp.motion.reach(newest.size) if newest.warp is not None else math.inf
            at_most = FARTHEST * newest.size.width / max(farthest, 1e-6)
            self._speed, self._reach = speed, min(_LONGEST * speed, at_most)
        self._stalled += stalled
        breathes = self._stalled > max(_PATIENCE, interval)
        self._depth += seconds * (1 / _IN if breathes else -1 / _OUT)
        self._depth = min(max(self._depth, 0.0), 1.0)
        self._breathed = self._breathed + seconds if self._depth > 0 else 0.0
        self._share = max((self._share + _NOTHING) * math.exp(-seconds / _FADE) - _NOTHING, 0.0)

    def end_stall(self, before: Frame, frame: Frame) -> None:
        """Take in a new frame, where `before` was the newest; a residual of another size is dropped."""
        along, self._stalled = self._along(), 0.0
        if before.size != frame.size:
            self._share = 0.0
        elif along and before.warp is not None:
            affine, field = self._faded()
            motion = before.warp.motion
            if isinstance(motion, Affine):
                affine = motion.part(along).then(affine)
            elif isinstance(motion, Field):
                shares = [(motion, along)] if field is None else [(field, self._share), (motion, along)]
                field = summed(IDENTITY, shares, frame.size)
            self._residual, self._share = (affine, field), 1.0

    def offset(self, size: Size) -> tuple[float, Way]:
        """Return how a canvas of this size is moved now: along the newest warp, in frames, and besides."""
        affine, field = self._faded()
        if self._depth:
            affine = affine.then(_breath(size, self._breathed * _BREATH, self._depth))
        if affine is IDENTITY and field is None:
            return self._along(), UNMOVED
        return self._along(), Way(affine, ((field, self._share),) if field is not None else ())

    def _along(self) -> float:
        """Return how far it is along the newest frame's warp, in frames: 0 up to the reach."""
        if not self._reach or not self._stalled:
            return 0.0
        first = self._speed / self._reach
        swing, slowing = min(_SWING, first), min(_SLOWING, 1 / first)
        phase = swing * self._stalled + (first - swing) * slowing * -math.expm1(-self._stalled / slowing)
        return self._reach * math.sin(phase) ** (1 if phase < math.pi / 2 else 2)

    def _faded(self) -> tuple[Affine, Field | None]:
        """Return what is left of the residual; its field has still to be scaled by the share."""
        affine, field = self._residual
        if not self._share:
            return IDENTITY, None
        return affine if affine is IDENTITY else affine.part(self._share), field


def _breath(size: Size, phase: float, depth: float) -> Affine:
    """Return the breath about the middle of a canvas, smooth where `depth` is 0 or 1."""
    deep = smoothstep(depth)
    scale = 1 - deep * ZOOM * (1 - math.cos(phase)) / 2
    angle = deep * TURN * math.sin(phase)
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    linear = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([(size.width - 1) / 2, (size.height - 1) / 2])
    return Affine(np.column_stack([linear, middle - linear @ middle]))
