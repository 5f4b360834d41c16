"""The displacement fields: (size, params, tick) -> Field.

Each formula says where a place p, from the centre (W/2, H/2), is read from. A `still` field depends on
size, knobs and seed alone, and is made once. Fields are made where the canvas is.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np

from dreamstream.pictures import Picture, Pictures
from dreamstream.size import Size
from dreamstream.transforms.transform import CommonKnobs, Tick, Transforms, knob
from dreamstream.transforms.warp import Field, Vectors, Warp

Places = Any
"""H×W complex64: x + iy from the centre, in pixels; an array or a tensor."""

TRANSFORMS = Transforms()
_WAVES = 8  # of the flow


class FieldKnobs(CommonKnobs):
    """Part of Params."""

    swirl: float = knob(2.5, "turn at the centre", -180, 180, 0.5, "°")
    reach: float = knob(0.9, "radius, of half the diagonal", 0.05, 4, 0.05)
    fisheye: float = knob(0.03, "zoom at the centre", -0.5, 0.5, 0.005)
    ripple: float = knob(1.0, "greatest shift", -64, 64, 0.25, "px", length=True)
    tunnel: float = knob(0.06, "speed", -0.9, 4, 0.01)
    twist: float = knob(1.5, "turn far away", -180, 180, 0.25, "°")
    poles: float = knob(0.5, "distance of the poles from the middle, of half the width", 0.05, 4, 0.05)
    tilt: float = knob(0.02, "how much nearer one border comes", -0.9, 0.9, 0.005)
    tilt_way: float = knob(0.0, "which border (0: the lower, 90: the right)", -360, 360, 15, "°")
    grid_rows: int = knob(2, "rows of regions", 1, 16, 1)
    grid_columns: int = knob(3, "columns of regions", 1, 16, 1)
    cell_zoom: float = knob(0.06, "greatest zoom of a region", -0.5, 0.5, 0.01)
    cell_angle: float = knob(4.0, "greatest turn of a region", -180, 180, 0.5, "°")
    flow: float = knob(1.5, "shift, root mean square", 0, 64, 0.25, "px", length=True)
    eddy: float = knob(160.0, "size of two eddies", 8, 4096, 10, "px", length=True)


@TRANSFORMS.warp("turn the middle further than the edge", "swirl", "reach", still=True)
def swirl(size: Size, params: FieldKnobs, tick: Tick) -> Warp:
    """Turn by an angle that falls off with the distance as a Gaussian does: angle · exp(-(2r / reach)²)."""
    p, angle = tick.pictures, math.radians(params.swirl * params.amount)
    angles = angle * p.maths.exp(-((distances(size, p) * (2 / params.reach)) ** 2))
    return Field(p.pairs(places(size, p) * (turns(angles, p) - 1)))


@TRANSFORMS.warp("bulge as a lens does", "fisheye", "reach", still=True)
def fisheye(size: Size, params: FieldKnobs, tick: Tick) -> Warp:
    """Bulge as a lens does: z · (1 - s · (1 - (r / reach)²)), so larger within reach and smaller beyond."""
    p, strength = tick.pictures, params.fisheye * params.amount
    closer = strength * (1 - (distances(size, p) * (1 / params.reach)) ** 2)
    return Field(p.pairs(-closer * places(size, p)))


@TRANSFORMS.warp("rings that run outwards", "ripple", "period", "cycle")
def ripple(size: Size, params: FieldKnobs, tick: Tick) -> Warp:
    """Send rings outwards: along the radius, a sine of the distance and of the frame's number."""
    phase = 2 * math.pi * tick.index / params.cycle
    sine, cosine = _rings(size, params.period, tick.pictures)
    height = params.ripple * params.amount
    return Field(float(height * np.cos(phase)) * sine - float(height * np.sin(phase)) * cosine)


@TRANSFORMS.warp("fly through a twisted tube", "tunnel", "twist", still=True)
def tunnel(size: Size, params: FieldKnobs, tick: Tick) -> Warp:
    """Fly through a tube: the depth, 1 / r, of each place grows by the speed; what is far is twisted more."""
    p, twist = tick.pictures, math.radians(params.twist * params.amount)
    r = distances(size, p)
    nearer = 1 / p.larger(1 + params.tunnel * params.amount * r, 0.1)
    return Field(p.pairs(places(size, p) * (nearer * turns(twist * (1 - r), p) - 1)))


@TRANSFORMS.warp("out of one pole, into the other", "zoom", "angle", "poles", still=True)
def mobius(size: Size, params: FieldKnobs, tick: Tick) -> Warp:
    """Flow out of the left pole and into the right one, along the Möbius map that has both as fixed points.

    (w - a) / (w - b) = k · (z - a) / (z - b): at a it zooms in and turns by k, at b the other way.
    """
    p, turn = tick.pictures, math.radians(params.angle * params.amount)
    half = size.width / 2  # the unit of z
    z = places(size, p) * (1 / half)
    a, b, k = -params.poles, params.poles, complex((1 - params.zoom * params.amount) * np.exp(1j * turn))
    with np.errstate(divide="ignore", invalid="ignore"):  # one place may be read from infinity
        moves = half * (k - 1) * (z - a) * (z - b) / ((1 - k) * z + (k * a - b))  # w - z, from the map above
    return Field(p.clip(p.maths.nan_to_num(p.pairs(moves)), -max(size), max(size)))


@TRANSFORMS.warp("tip in perspective", "tilt", "tilt_way", still=True)
def tilt(size: Size, params: FieldKnobs, tick: Tick) -> Warp:
    """Tip the picture in perspective: z / (1 + t · the share of z along the direction)."""
    p, way = tick.pictures, math.radians(params.tilt_way)
    z = places(size, p)
    along = (float(np.sin(way)) * z.real + float(np.cos(way)) * z.imag) / (max(size) / 2)
    nearer = 1 / p.larger(1 + params.tilt * params.amount * along, 0.1)
    return Field(p.pairs(z * (nearer - 1)))


@TRANSFORMS.warp(
    "regions that zoom and turn by themselves",
    "grid_rows",
    "grid_columns",
    "cell_zoom",
    "cell_angle",
    still=True,
)
def grid(size: Size, params: FieldKnobs, tick: Tick) -> Warp:
    """Zoom and turn each of n×m regions by itself, by shares that the seed gives; their edges stay.

    Neighbours turn against each other, as cogwheels do.
    """
    p, rows, columns = tick.pictures, params.grid_rows, params.grid_columns
    height, width = size.height / rows, size.width / columns
    y, x = np.arange(size.height), np.arange(size.width)
    row, column = (y // height).astype(int), (x // width).astype(int)
    local_x, local_y = p.of(x - (column + 0.5) * width), p.of(y - (row + 0.5) * height)
    rng = np.random.default_rng((tick.seed, 0))
    zooms = params.cell_zoom * params.amount * rng.uniform(-0.4, 1, (rows, columns))
    ways = 1 - 2 * (np.indices((rows, columns)).sum(0) % 2)
    angles = np.deg2rad(params.cell_angle * params.amount) * rng.uniform(0.4, 1, (rows, columns)) * ways
    changes = p.of(((1 - zooms) * np.exp(1j * angles) - 1).astype(np.complex64))[
        p.of(row)[:, None], p.of(column)
    ]
    inside = (1 - (2 * local_x / width) ** 2) * (1 - (2 * local_y / height) ** 2)[:, None]
    return Field(p.pairs(p.single(inside) * changes * (local_x + 1j * local_y[:, None])))


@TRANSFORMS.warp("eddies that drift", "flow", "eddy", "cycle")
def flow(size: Size, params: FieldKnobs, tick: Tick) -> Warp:
    """Displace by (dψ/dy, -dψ/dx), ψ = Σ sin(kx·x + ky·y + speed·time + phase); `flow` is its RMS.

    Eddies without end that neither gather nor part, for the curl of any function has no divergence (Bridson,
    Houriham, Nordenstam, Curl-Noise for Procedural Fluid Flow, 2007). The noise is a sum of plane waves of
    random directions, so that sine and cosine are needed of each row and each column, not of each pixel.
    """
    along, speeds, phases = _waves(tick.seed)
    kx, ky = 2 * np.pi / params.eddy * along
    times = 2 * np.pi * speeds * tick.index / params.cycle + phases
    of_columns = np.arange(size.width)[:, None] * kx + times
    of_rows = np.arange(size.height)[:, None] * ky
    rows = np.hstack([np.cos(of_rows), -np.sin(of_rows)]).astype(np.float32)
    waves = np.stack([np.cos(of_columns), np.sin(of_columns)])  # cos(a+b) = cos a · cos b - sin a · sin b
    curl = np.stack([ky, -kx]) / np.sqrt((kx**2 + ky**2).sum() / 2) * params.flow * params.amount
    columns = np.einsum("swk,dk->skwd", waves, curl).reshape(2 * _WAVES, -1).astype(np.float32)
    return Field((tick.pictures.of(rows) @ tick.pictures.of(columns)).reshape(*size.shape, 2))


@lru_cache(maxsize=2)
def places(size: Size, p: Pictures) -> Places:
    """Return each pixel's place from the centre; not to be written to."""
    x, y = p.coordinates(size)
    return p.complex(x - size.width / 2, y - size.height / 2)


@lru_cache(maxsize=2)
def distances(size: Size, p: Pictures) -> Picture:
    """Return each pixel's distance from the centre, as a share of half the diagonal (H×W float32)."""
    z = places(size, p)
    return p.root(z.real**2 + z.imag**2) / half_diagonal(size)


def turns(angles: Picture, p: Pictures) -> Places:
    """Return the factors that turn places by angles (float32): exp(i · angle), at a fifth of its time."""
    return p.complex(p.maths.cos(angles), p.maths.sin(angles))


def half_diagonal(size: Size) -> float:
    """Return the distance from the centre to a corner, in pixels."""
    return float(np.hypot(*size.shape)) / 2


@lru_cache(maxsize=2)
def _rings(size: Size, period: float, p: Pictures) -> tuple[Vectors, Vectors]:
    """Return the unit vectors from the centre, times sine and cosine of the distance's phase."""
    r = distances(size, p) * half_diagonal(size)
    outwards, wave = places(size, p) / p.larger(r, 1), turns(2 * math.pi / period * r, p)
    return p.pairs(outwards * wave.imag), p.pairs(outwards * wave.real)


@lru_cache(maxsize=4)
def _waves(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the waves' directions times their rates (2×N), their speeds and their phases."""
    rng = np.random.default_rng((seed, 0))
    angles = np.pi * (np.arange(_WAVES) + rng.uniform(0, 1, _WAVES)) / _WAVES
    rates = rng.uniform(0.6, 1.3, _WAVES)
    speeds = rng.choice([-1, 1], _WAVES) * rng.uniform(0.4, 1.0, _WAVES)
    return rates * np.stack([np.cos(angles), np.sin(angles)]), speeds, rng.uniform(0, 2 * np.pi, _WAVES)
