"""The affine warps: (size, params, tick) -> Affine.

Matrices go from output to input pixels and turn about (W/2, H/2), as in the article. What moves by itself
follows the frame's number and the show's seed, so it is the same in each run.
"""

from functools import lru_cache
from typing import Annotated

import numpy as np
from pydantic import Field as Value

from dreamstream.knobs import LIST, param
from dreamstream.size import Size
from dreamstream.transforms.transform import CommonKnobs, Tick, Transforms, knob
from dreamstream.transforms.warp import Affine, Warp

_Factor = Annotated[float, Value(ge=-100, le=100)]
_Shift = Annotated[float, Value(ge=-10000, le=10000)]  # pixels
_WAVES = 3  # sines that a wandering value is the sum of

TRANSFORMS = Transforms()


class AffineKnobs(CommonKnobs):
    """Part of Params."""

    shear: float = knob(0.02, "shift of a row, for each row from the middle", -1, 1, 0.005, "px")
    breath: float = knob(0.012, "greatest zoom", -0.5, 0.5, 0.002)
    shake: float = knob(6.0, "greatest shift", 0, 256, 0.5, "px", length=True)
    shake_angle: float = knob(1.0, "greatest turn", 0, 180, 0.25, "°")
    shake_frames: int = knob(12, "time of a shake", 2, 1000, 1, "frames")
    shift: float = knob(2.0, "greatest shift", 0, 256, 0.5, "px", length=True)
    matrix: Annotated[tuple[_Factor, _Factor, _Shift, _Factor, _Factor, _Shift], LIST] = param(
        (0.98, 0.02, 0.0, -0.02, 0.98, 0.0),
        "a,b,x,c,d,y from output to input about the centre, x and y in px",
        group="transform",
        example="0.98,0.02,0,-0.02,0.98,0",
        length=(False, False, True, False, False, True),
    )


@TRANSFORMS.warp("zoom into the middle", "zoom")
def zoom(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Scale by 1 - s about the centre (the article's `affine_transform`)."""
    s = params.zoom * params.amount
    return about_centre(size, 1 - s, 0, 0, 1 - s)


@TRANSFORMS.warp("stretch upwards and down", "stretch")
def vertical_stretch(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Scale the rows alone."""
    return about_centre(size, 1, 0, 0, 1 - params.stretch * params.amount)


@TRANSFORMS.warp("stretch to both sides", "stretch")
def horizontal_stretch(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Scale the columns alone."""
    return about_centre(size, 1 - params.stretch * params.amount, 0, 0, 1)


@TRANSFORMS.warp("turn about the middle", "angle")
def rotate(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Turn counter-clockwise."""
    return _turned(size, params.angle * params.amount)


@TRANSFORMS.warp("zoom and turn", "zoom", "angle")
def spiral(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Zoom and rotate at once."""
    return _turned(size, params.angle * params.amount, 1 - params.zoom * params.amount)


@TRANSFORMS.warp("shift the rows apart, upper and lower", "shear")
def shear(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Shift each row by its distance from the middle one: the upper half one way, the lower the other."""
    return about_centre(size, 1, params.shear * params.amount, 0, 1)


@TRANSFORMS.warp("zoom in and out", "breath", "cycle")
def breathing(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Zoom in and out: the rate is a sine of the frame's number, so that a whole breath comes back."""
    rate = params.breath * params.amount * np.sin(2 * np.pi * tick.index / params.cycle)
    return _turned(size, 0, np.exp(-rate))


@TRANSFORMS.warp("shake as if held in the hand", "shake", "shake_angle", "shake_frames")
def camera_shake(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Shift and turn as a camera held in the hand does.

    The camera's pose wanders about home; a frame moves by what the pose has changed since the last one
    that was distorted, so that the picture, fed back, never leaves for good.
    """
    poses = []  # where the picture is, from home (3×3)
    for index in (tick.index - params.every, tick.index):
        turn, right, down = params.amount * wandering(tick.seed, index / params.shake_frames, 3)
        moved = _turned(size, params.shake_angle * turn, 1, params.shake * right, params.shake * down)
        poses.append(np.vstack([moved.matrix, [0, 0, 1]]))
    before, now = poses
    return Affine((before @ np.linalg.inv(now))[:2])


@TRANSFORMS.warp("zoom, turn and shift as the fancy takes it", "zoom", "angle", "shift", "cycle")
def drift(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Zoom, turn and shift at rates that wander by themselves: turn and shift both ways, the zoom inwards.

    Outwards it would draw in the border, of which the picture knows nothing.
    """
    inwards, turn, right, down = wandering(tick.seed, tick.index / params.cycle, 4)
    scale = np.exp(-params.zoom * params.amount * (1 + inwards) / 2)
    shift = params.amount * params.shift * np.array([right, down])
    return _turned(size, params.angle * params.amount * turn, scale, *shift)


@TRANSFORMS.warp("any affine map; at first a spiral", "matrix")
def matrix(size: Size, params: AffineKnobs, tick: Tick) -> Warp:
    """Apply any affine map; `amount` takes part of it."""
    a, b, x, c, d, y = params.matrix
    whole = about_centre(size, a, b, c, d, x, y)
    return whole if params.amount == 1 else whole.part(params.amount)


def about_centre(size: Size, a: float, b: float, c: float, d: float, x: float = 0, y: float = 0) -> Affine:
    """Return the map [[a, b], [c, d]] about the centre, shifted by (x, y)."""
    linear = np.array([[a, b], [c, d]], dtype=np.float64)
    centre = np.array([size.width / 2, size.height / 2])
    offset = centre - linear @ centre + (x, y)
    return Affine(np.column_stack([linear, offset]))


def wandering(seed: int, cycles: float, count: int) -> np.ndarray:
    """Return `count` values that wander smoothly within -1..1, as fast as about one sine a cycle.

    Each is the sum of a few sines of rates that do not divide each other, with phases by the seed.
    """
    rates, phases = _waves(seed, count)
    return np.asarray(np.sin(2 * np.pi * rates * cycles + phases).sum(axis=1) / _WAVES)


@lru_cache(maxsize=16)
def _waves(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng((seed, 0))  # frames count from 1: none of them draws these numbers
    rates = np.array([0.4, 0.7, 1.2]) * rng.uniform(0.85, 1.15, (count, _WAVES))
    return rates, rng.uniform(0, 2 * np.pi, (count, _WAVES))


def _turned(size: Size, degrees: float, scale: float = 1, x: float = 0, y: float = 0) -> Affine:
    angle = np.deg2rad(degrees)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return about_centre(size, cos, -sin, sin, cos, x, y)
