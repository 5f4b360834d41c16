"""The geometric transforms: (size, params, tick) -> Warp.

To add one, write a function here and name it in TRANSFORMS. Matrices go from output to input pixels
and turn about (W/2, H/2), as in the article.
"""

import numpy as np

from dreamstream.params import Params
from dreamstream.transforms.transform import Size, Tick, Transform
from dreamstream.transforms.warp import IDENTITY, Affine, Field, Warp


def none(size: Size, params: Params, tick: Tick) -> Warp:
    """Leave the picture where it is."""
    return IDENTITY


def zoom(size: Size, params: Params, tick: Tick) -> Warp:
    """Scale by 1 - s about the centre (the article's `affine_transform`)."""
    s = params.zoom * params.amount
    return _about_centre(size, 1 - s, 0, 0, 1 - s)


def vertical_stretch(size: Size, params: Params, tick: Tick) -> Warp:
    """Scale the rows alone."""
    return _about_centre(size, 1, 0, 0, 1 - params.stretch * params.amount)


def horizontal_stretch(size: Size, params: Params, tick: Tick) -> Warp:
    """Scale the columns alone."""
    return _about_centre(size, 1 - params.stretch * params.amount, 0, 0, 1)


def rotate(size: Size, params: Params, tick: Tick) -> Warp:
    """Turn counter-clockwise."""
    angle = np.deg2rad(params.angle * params.amount)
    return _about_centre(size, np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle))


def matrix(size: Size, params: Params, tick: Tick) -> Warp:
    """Apply any affine map; `amount` takes part of it."""
    a, b, x, c, d, y = params.matrix
    whole = _about_centre(size, a, b, c, d, x, y)
    return whole if params.amount == 1 else whole.part(params.amount)


def column_roll(size: Size, params: Params, tick: Tick) -> Warp:
    """Roll column n down by n/15 rows: whole rows, as `np.roll` does."""
    columns = np.arange(size[1])
    return _roll_columns(np.floor(columns * params.roll * params.amount + 1e-6))


def sine_roll(size: Size, params: Params, tick: Tick) -> Warp:
    """Roll each column by a sine of its number (the article's Dogesine)."""
    phase = 2 * np.pi * np.arange(size[1]) / params.period
    return _roll_columns(np.rint(params.wave * params.amount * np.sin(phase)))


def random_roll(size: Size, params: Params, tick: Tick) -> Warp:
    """Roll each column by a random number of rows between two bounds."""
    low, high = sorted((params.random_low, params.random_high))
    return _roll_columns(np.rint(params.amount * tick.rng.integers(low, high, size[1], endpoint=True)))


def _about_centre(size: Size, a: float, b: float, c: float, d: float, x: float = 0, y: float = 0) -> Affine:
    height, width = size
    linear = np.array([[a, b], [c, d]], dtype=np.float64)
    centre = np.array([width / 2, height / 2])
    offset = centre - linear @ centre + (x, y)
    return Affine(np.column_stack([linear, offset]))


def _roll_columns(down: np.ndarray) -> Field:
    vectors = np.zeros((1, len(down), 2), dtype=np.float32)
    vectors[0, :, 1] = -down
    return Field(vectors, wrap=True)


TRANSFORMS = {
    "zoom": Transform("zoom into the middle", ("zoom",), warp=zoom),
    "vertical-stretch": Transform("stretch upwards and down", ("stretch",), warp=vertical_stretch),
    "horizontal-stretch": Transform("stretch to both sides", ("stretch",), warp=horizontal_stretch),
    "rotate": Transform("turn about the middle", ("angle",), warp=rotate),
    "matrix": Transform("any affine map; at first a spiral", ("matrix",), warp=matrix),
    "column-roll": Transform("roll each column further than the last", ("roll",), warp=column_roll),
    "sine-roll": Transform("roll the columns along a sine", ("wave", "period"), warp=sine_roll),
    "random-roll": Transform("roll each column at random", ("random_low", "random_high"), warp=random_roll),
    "none": Transform("no distortion", (), warp=none),
}
