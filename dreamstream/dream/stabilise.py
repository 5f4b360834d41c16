"""Stabilise: keep an endless feedback alive by holding the picture's spectrum, not its pixels.

    canvas -> bands, fine to coarse -> each band's colour covariance (in luma, warmth, tint) is pulled
    towards the look's -> canvas

A dream adds energy at the few scales and colours that its layer likes, and a warp blurs: fed back,
one texture swallows everything, or the picture goes dark. Natural pictures have about the same
contrast in every octave, and most of their colour in large shapes; here each band returns to that.
Fine bands return fast, so that texture cannot pile up; coarse ones slowly, so that shapes may travel.

Promises: same size and range out; finite for any finite canvas (a black one recovers, from its grain);
the same `rng` gives the same picture; cost grows as the number of pixels.

The bands stay in RGB: what is decided in luma, warmth and tint is one 3×3 matrix a band, and costs the
canvas no pass of its own.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dreamstream.dream.palette import made_small, pulled
from dreamstream.frame import Canvas
from dreamstream.maths import LUMA
from dreamstream.params import Params
from dreamstream.pictures import HOST, Numbers, Picture, Pictures, on
from dreamstream.size import Size

Matrix = NDArray[np.float64]

AXES = np.array([LUMA, [0.5, 0, -0.5], [-0.25, 0.5, -0.25]])
BACK = np.linalg.inv(AXES)
_FLOOR = 0.01 * np.eye(3)  # of a covariance, so that it has an inverse
_COARSEST = 5  # px of the smaller side, about, at which the pyramid ends
_PLACES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # fine to coarse; the tables below are read by interpolation
_NATURAL = (  # deviations of luma, warmth and tint
    (7, 8, 9.5, 12, 15, 17),
    (1, 1.6, 3, 5.5, 10, 13),
    (0.6, 1, 1.8, 3, 4.5, 6),
)
_LAYOUT = (22, 20, 8)
_SPEED = (5, 5, 4, 3, 2, 1.5)  # in units of `hold`
_MID_GREY = 115
_EXCESS = 1.5  # a source counts as at most this many times as contrasty as nature
_GROWTH = 1.15  # the most that a band may be amplified in one frame, while it has its share
_RESCUE = 2.0  # and when it has less than this part of it, say after an edge filter
_SHARE = 0.4
_LEASH = 45  # grey levels that the mean may be away from the look's
_ROWS = 30  # about as many are looked at to measure a band: 4 % off, and 8 % at worst
_PEAK = 5.0  # deviations of its luma beyond which a band is cut: lone lines are texture too
_WANDERING = 2  # as many of the coarsest bands are kept moving by noise
_SPARE = 128  # px that a sheet of grain is larger than the canvas: as many places to lay it, each way


@dataclass(frozen=True, eq=False)
class Look:
    """What is remembered of the source: how much of which colours it has at each scale.

    `mean` is the mean colour (3), `layout` the covariance (3×3) of what is left below the coarsest band,
    `bands` those of the bands, fine to coarse (N×3×3); all in luma, warmth, tint, in grey levels.
    `small` is the source itself, its large shapes alone. All are the host's.
    `grids` are the sizes that what wanders is drawn at, coarse to fine; they may be another canvas's.
    """

    mean: NDArray[np.float64]
    layout: Matrix
    bands: Matrix
    small: Canvas
    grids: tuple[Size, ...]

    @staticmethod
    def of(source: Canvas, drawn: Size | None = None) -> "Look":
        """Return the look of a source of the canvas's size (H×W×3, 0..255), halfway to a natural one.

        What wanders is drawn as for a canvas of the size `drawn`, if given.
        """
        size = Size.of(source)
        depth = _depth(size)
        bands, rest = _split(source, depth)
        places = np.linspace(0, 1, depth)
        natural = np.stack([np.interp(places, _PLACES, axis) for axis in _NATURAL], axis=1)
        mean = rest.mean((0, 1), dtype=np.float64)
        return Look(
            mean=AXES @ mean * [0.4, 0.8, 0.8] + [0.6 * _MID_GREY, 0, 0],
            layout=_tempered(covariance_of(rest - mean.astype(np.float32)), _LAYOUT),
            bands=np.stack([_tempered(covariance_of(b), n) for b, n in zip(bands, natural, strict=True)]),
            small=made_small(source),
            grids=_grids(drawn or size),
        )

    def towards(self, other: "Look", share: float) -> "Look":
        """Return the look this far (0..1) on the way to another of the same canvas."""
        if share >= 1 or self.bands.shape != other.bands.shape or self.small.shape != other.small.shape:
            return other
        names = ("mean", "layout", "bands", "small")
        mixed = {name: getattr(self, name) * (1 - share) + getattr(other, name) * share for name in names}
        return replace(other, **mixed)

    def at(self, before: Size, size: Size, drawn: Size | None) -> "Look":
        """Return the look for another canvas: of each size in the picture it keeps what it had.

        `before` and `size` are those of the old and the new canvas, `drawn` as for `of`.
        """
        finer = np.log2(min(size) / min(before))
        places = np.clip(np.arange(_depth(size)) - finer, 0, len(self.bands) - 1)
        low = np.minimum(places.astype(int), len(self.bands) - 1)
        high = np.minimum(low + 1, len(self.bands) - 1)
        part = (places - low)[:, None, None]
        bands = self.bands[low] * (1 - part) + self.bands[high] * part
        return replace(self, bands=bands, grids=_grids(drawn or size))

    def changed(self, params: Params) -> "Look":
        """Return the look that the params hold: its contrast, colour, light and detail changed."""
        gains = np.array([params.held_contrast, params.held_colour, params.held_colour])
        if params.held_light == params.held_detail == 0 and (gains == 1).all():
            return self
        changed = np.outer(gains, gains)
        scales = 2.0 ** (params.held_detail * np.linspace(1, -1, len(self.bands) + 1))
        return replace(
            self,
            mean=self.mean * [1, *gains[1:]] + np.array([params.held_light, 0, 0]),
            layout=self.layout * changed * scales[-1] ** 2,
            bands=self.bands * changed * (scales[:-1] ** 2)[:, None, None],
        )


def stabilise(canvas: Picture, look: Look, params: Params, rng: np.random.Generator) -> Picture:
    """Return the canvas (H×W×3, RGB, 0..255) pulled towards the look at the speed `params.hold`.

    At 0 it is left alone, without grain: plain feedback. The look may be of another size.
    """
    p, canvas = on(canvas), pulled(canvas, look.small, params)
    if params.hold == 0:
        return canvas
    look = look.changed(params)
    bands, rest = _split(canvas, len(look.bands))
    mean = p.mean_colour(rest)
    rest -= p.single(mean)
    speeds = np.interp(np.linspace(0, 1, len(bands)), _PLACES, _SPEED) * params.hold
    measured = p.stack([covariance_of(part) for part in (*bands, rest)])
    target = p.of(np.concatenate([look.bands, look.layout[None]]))
    moves = maps_towards(measured, target, p.of(np.append(np.minimum(speeds, 1), params.hold)))
    away = (p.constant(AXES) @ mean - p.of(look.mean)) * (1 - params.hold)
    centre = p.constant(BACK) @ (p.of(look.mean) + p.clip(away, -_LEASH, _LEASH))
    picture = _pulled(rest, moves[-1], look.layout) + p.single(centre)
    picture += _wander(p, Size.of(picture), look.layout, params.wander, rng, look.grids[0])
    for at in reversed(range(len(bands))):
        size = Size.of(bands[at])
        picture = p.pyramid_up(picture, size)
        picture += _pulled(bands[at], moves[at], look.bands[at])
        if at >= len(bands) - _WANDERING:
            picture += _wander(p, size, look.bands[at], params.wander, rng, look.grids[len(bands) - at])
    if params.grain:
        size = Size.of(picture)
        top, left = rng.integers(0, _SPARE, 2, endpoint=True)
        grain = p.constant(_sheet(size))[top : top + size.height, left : left + size.width]
        picture = p.add_scaled(picture, grain, params.grain)
    return p.clip(picture)


def _split(canvas: Picture, depth: int) -> tuple[list[Picture], Picture]:
    """Return the bands of the Laplacian pyramid (Burt and Adelson, 1983), fine to coarse, and the rest."""
    p, levels = on(canvas), [canvas]
    for _ in range(depth):
        levels.append(p.pyramid_down(levels[-1]))
    bands = [fine - p.pyramid_up(coarse, Size.of(fine)) for fine, coarse in pairwise(levels)]
    return bands, levels[-1]


def covariance_of(band: Picture) -> Numbers:
    """Return the covariance (3×3) of a band's luma, warmth and tint, whose means are 0."""
    p = on(band)
    axes = p.constant(AXES)
    return axes @ p.products(band, max(1, len(band) // _ROWS)) @ axes.T


def _tempered(measured: Matrix, deviations: tuple[float, ...] | NDArray[np.float64]) -> Matrix:
    natural = np.diag(np.square(np.asarray(deviations, np.float64)))
    excess = np.trace(measured) / (_EXCESS**2 * np.trace(natural))
    mixed: Matrix = (measured / max(excess, 1.0) + natural) / 2
    return mixed


def maps_towards(measured: Numbers, target: Numbers, speeds: Numbers) -> Numbers:
    """Return for each band the map (3×3, of RGB) that takes its covariance part of the way to the target.

    The map to all of it is the linear Monge-Kantorovich one (Pitié and Kokaram, 2007, 'The linear
    Monge-Kantorovitch linear colour mapping'): it moves colours the least.
    """
    p = on(measured)
    root = _root(p, measured + p.constant(_FLOOR))
    inverse = p.inverse(root)
    whole = inverse @ _root(p, root @ target @ root) @ inverse

    def tempered(gains: Numbers) -> Numbers:
        steady = p.smaller(1 + speeds[:, None] * (gains - 1), _GROWTH)
        return p.larger(steady, p.smaller(gains * _SHARE, _RESCUE))

    whole = p.of_symmetric((whole + whole.swapaxes(1, 2)) / 2, tempered)
    return p.constant(BACK) @ whole @ p.constant(AXES)


def _root(p: Pictures, matrices: Numbers) -> Numbers:
    return p.of_symmetric(matrices, lambda values: p.root(p.larger(values, 1e-6)))


def _pulled(band: Picture, move: Numbers, target: Matrix) -> Picture:
    """Return the band, cut at its peaks, moved; the band itself is written over."""
    p, peak = on(band), _PEAK * np.sqrt(target[0, 0])
    return p.recolour(p.clip(band, -peak, peak), p.single(move), over=True)


def _depth(size: Size) -> int:
    return max(2, int(np.log2(max(min(size) / _COARSEST, 1))))


def _grids(size: Size) -> tuple[Size, ...]:
    """Return the sizes of the rest and of the bands that wander, coarse to fine."""
    sizes = [size]
    for _ in range(_depth(size)):
        sizes.append(Size((sizes[-1].width + 1) // 2, (sizes[-1].height + 1) // 2))
    return tuple(reversed(sizes[-1 - _WANDERING :]))


def _wander(
    p: Pictures, size: Size, covariance: Matrix, strength: float, rng: np.random.Generator, grid: Size
) -> Picture:
    noise: Canvas = rng.standard_normal((*grid.shape, 3), dtype=np.float32)
    if grid != size:
        noise = HOST.resize(noise, size)
        noise /= max(float(noise.std()), 1e-6)
    colours = BACK * (strength * np.sqrt(np.diag(covariance)))
    return p.of(HOST.recolour(noise, colours.astype(np.float32)))


@lru_cache(maxsize=2)
def _sheet(size: Size) -> Canvas:
    """Return grey noise of deviation 1, larger than a canvas of this size: each frame has a piece of it."""
    shape = size.height + _SPARE, size.width + _SPARE
    noise = np.random.default_rng(0).uniform(-(3**0.5), 3**0.5, shape).astype(np.float32)
    sheet = np.repeat(noise[:, :, None], 3, axis=2)
    sheet.flags.writeable = False
    return sheet
