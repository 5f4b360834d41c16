"""Drifting: how the picture keeps moving where there is no next frame, and comes back when there is.

no frame -> on along the newest frame's warp, slower, and back, without end; after a while it breathes, too
a frame  -> what the drift has come to is kept as a rest, which dies away, so that nothing jumps

The way along the warp is u = reach · f(phase), f = sin in the first quarter turn and sin² behind it: it
begins at the speed of the motion that it goes on from, and then swings between 0 and the reach. The breath is
a slow zoom and turn a quarter of a period apart, so that something moves at every moment, even where no warp
does.
"""

import math

import numpy as np

from dreamstream.frame import Frame
from dreamstream.maths import smoothstep
from dreamstream.size import Size
from dreamstream.transforms import IDENTITY, Affine, Field, summed
from dreamstream.transforms.tween import NO_DRIFT, Drift

FARTHEST = 0.05
"""Of the picture's width: the most that a place is moved along the warp, unless that alone goes farther."""
ZOOM, TURN = 0.03, math.radians(0.6)
"""What a breath zooms in by, and turns by to either side."""
_LONGEST = 1.5  # seconds of the motion that it goes on from: a slow one is not made faster
_SWING = 2 * math.pi / 10  # the phase's speed, a second: there and back in half of that period
_SLOWING = 1.0  # seconds at the most, in which it slows down to that
_BREATH = 2 * math.pi / 7
_PATIENCE = 0.4  # seconds, or a dreamed interval where that is longer, before it breathes
_IN, _OUT = 2.0, 1.0  # seconds until a breath is deep, and until it is over
_FADE = 0.6  # seconds in which a rest falls to a third
_NOTHING = 0.05  # of a rest: where it is taken for over, having gone a little faster


class Drifting:
    """Keeps the phases; tell it of each screen frame and of each new dreamed one."""

    def __init__(self) -> None:
        self._dry = 0.0  # seconds without a next frame
        self._speed = self._reach = 0.0  # dreamed frames a second as it went dry; frames
        self._depth = self._breathed = 0.0
        self._rest: tuple[Affine, Field | None] = IDENTITY, None
        self._left = 0.0

    def pass_time(self, seconds: float, dry: float, newest: Frame, speed: float, interval: float) -> None:
        """Go on by `seconds`, of which the last `dry` were without a next frame.

        `speed` is that of the motion so far, in dreamed frames a second, `interval` the usual seconds between
        two.
        """
        if dry > 0 and self._dry == 0:
            self._speed, self._reach = speed, _reach(newest, speed)
        self._dry += dry
        breathes = self._dry > max(_PATIENCE, interval)
        self._depth += seconds * (1 / _IN if breathes else -1 / _OUT)
        self._depth = min(max(self._depth, 0.0), 1.0)
        self._breathed = self._breathed + seconds if self._depth > 0 else 0.0
        self._left = max((self._left + _NOTHING) * math.exp(-seconds / _FADE) - _NOTHING, 0.0)

    def meet(self, before: Frame, frame: Frame) -> None:
        """Take in that a frame has come, where `before` was the newest; what fits no more is dropped."""
        on, self._dry = self._on(), 0.0
        if before.size != frame.size:
            self._left = 0.0
        elif on and before.warp is not None:
            affine, field = self._rest_now()
            motion = before.warp.motion
            if isinstance(motion, Affine):
                affine = motion.part(on).after(affine)
            elif isinstance(motion, Field):
                shares = [(field, self._left), (motion, on)] if field is not None else [(motion, on)]
                field = summed(IDENTITY, shares, frame.size)
            self._rest, self._left = (affine, field), 1.0

    def now(self, size: Size) -> Drift:
        """Return the drift of a canvas of this size, as it is now."""
        affine, field = self._rest_now()
        on = self._on()
        if self._depth:
            affine = affine.after(_breath(size, self._breathed * _BREATH, self._depth))
        if affine is IDENTITY and field is None and not on:
            return NO_DRIFT
        return Drift(on, affine, field, self._left)

    def _on(self) -> float:
        """Return how far it is along the newest frame's warp, in frames: 0 up to the reach."""
        if not self._reach:
            return 0.0
        first = self._speed / self._reach
        swing, slowing = min(_SWING, first), min(_SLOWING, 1 / first)
        phase = swing * self._dry + (first - swing) * slowing * -math.expm1(-self._dry / slowing)
        return self._reach * math.sin(phase) ** (1 if phase < math.pi / 2 else 2) if self._dry else 0.0

    def _rest_now(self) -> tuple[Affine, Field | None]:
        affine, field = self._rest
        if not self._left:
            return IDENTITY, None
        return affine if affine is IDENTITY else affine.part(self._left), field


def _reach(frame: Frame, speed: float) -> float:
    """Return how many frames' motion is gone at the most."""
    if frame.warp is None:
        return 0.0
    farthest = frame.warp.motion.reach(frame.size)
    return min(_LONGEST * speed, FARTHEST * frame.size.width / max(farthest, 1e-6))


def _breath(size: Size, phase: float, depth: float) -> Affine:
    """Return the breath about the middle of a canvas, smooth where `depth` is 0 or 1."""
    deep = smoothstep(depth)
    scale = 1 - deep * ZOOM * (1 - math.cos(phase)) / 2
    angle = deep * TURN * math.sin(phase)
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    linear = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([(size.width - 1) / 2, (size.height - 1) / 2])
    return Affine(np.column_stack([linear, middle - linear @ middle]))
