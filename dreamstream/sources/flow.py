"""Optical flow: where what a picture shows was in the picture before, and what was not there yet.

    picture before, picture -> a guess for each coarse cell
                            -> flow there, flow back, each filled in where nothing holds it,
                               none where standing still explains more
                            -> vectors; where both ways do not agree, what is new

The guess is block matching's, for what moves fast. The flow is OpenCV's DIS at one scale, from there on
(Kroeger, Timofte, Dai and Van Gool, Fast Optical Flow using Dense Inverse Search, ECCV 2016), the same bits
with any number of threads. In plain sky it follows the noise: there it comes from the places around that
hold it, or is none. What is seen in one of the pictures alone is told by the forward-backward error
(Sundaram, Brox and Keutzer, Dense Point Trajectories by GPU-accelerated Large Displacement Optical Flow,
ECCV 2010).
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Canvas
from dreamstream.pictures import HOST
from dreamstream.size import Size

_AREA = 80 * 45  # cells that pictures of any size are looked at with
_FINE = 4  # points of a picture that a cell is the mean of, a side
_FINEST = 0.6  # cells a pixel, a side: smaller ones show more of a camera's noise
_SIDES = 28, 252  # cells between which they go: of what is long and thin DIS gets lost
_PATCH, _STRIDE, _STEPS = 8, 4, 16  # cells that DIS compares at once, to the next of these; its descent
_COARSE = 3  # cells that are one to guess by, a side
_REACH = 3, 2  # coarse cells that a guess may be away, across and down
_BLOCK = 3  # coarse cells that are compared at once, a side
_LESS = 1.0  # grey levels: by so much less than standing still leaves unexplained does what moves
_NOISE, _CLEAR = 2.5, 3.0  # grey levels from cell to cell: what holds no flow, what holds some
_AROUND = 2.0  # coarse cells: how far from what holds it a flow is filled in
_LITTLE = 0.01  # held around: what is far from all that holds it has none
_SLACK, _PART = 1 / 16, 0.01  # cells² by which ways there and back may differ, and a part of their own
_EDGE = 0.5  # px beyond the outermost pixels that are still the picture's
_MOST = 0.6  # of a picture that may be new, or of its contrast that may be left unexplained
_FLAT = 8.0  # grey levels that are no contrast


@dataclass(frozen=True, eq=False)
class Flow:
    """The way from one picture to the next.

    `vectors` (H×W×2, in pixels) are added to each place to give where it was before; `new` (H×W, 0..1) says
    what was not to be seen there. With a `cut` the two pictures have nothing to do with each other.
    """

    vectors: Canvas
    new: Canvas
    cut: bool


@dataclass(frozen=True, eq=False)
class Seen:
    """What is looked at of a picture of a `size`: the brightness of its cells, also as bytes, and coarse.

    `holds` says of each cell from 0 to 1 how much there is around it to tell a flow by.
    """

    size: Size
    cells: Canvas
    levels: NDArray[np.uint8]
    coarse: Canvas
    holds: Canvas


def seen(picture: Canvas) -> Seen:
    """Return what is looked at of a picture (H×W×3, 0..255), whatever its size."""
    whole = Size.of(picture)
    scale = min(_FINEST, (_AREA / whole.area) ** 0.5)
    size = Size(*(int(np.clip(round(side * scale), *_SIDES)) for side in whole))
    fine = HOST.resize(HOST.luma(picture), size.scaled(_FINE))
    cells = HOST.shrink(fine, size)  # by a whole number, which is fast
    levels = np.asarray(cv2.convertScaleAbs(cells), np.uint8)
    return Seen(whole, cells, levels, HOST.shrink(cells, _coarse(size)), _holds(cells))


def flow_between(before: Seen, after: Seen) -> Flow:
    """Return the flow between two pictures of one size."""
    cells = Size.of(after.cells)
    back, there = _way(after, before), _way(before, after)
    places = HOST.places(back, cells)
    new = _new(back, HOST.read(there, places))
    cut = float(new.mean()) > _MOST or _unexplained(HOST.read(before.cells, places), after.cells)
    ways = HOST.recolour(back, np.diag(np.divide(after.size, cells)))
    vectors, reach = HOST.resize(ways, after.size), math.ceil(HOST.most(ways)) or 1
    new = np.maximum(HOST.resize(new, after.size), _outside(vectors, reach))
    return Flow(vectors, new, cut)


def _coarse(cells: Size) -> Size:
    return Size(*(-(-side // _COARSE) for side in cells))


def _way(one: Seen, other: Seen) -> Canvas:
    """Return where each cell of one picture is in the other, as vectors in cells."""
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    dis.setFinestScale(0)
    dis.setCoarsestScale(0)
    dis.setPatchStride(_STRIDE)
    dis.setGradientDescentIterations(_STEPS)
    way = dis.calc(one.levels, other.levels, _guessed(one, other))
    return _let_stand(one, other, _filled(np.asarray(way, np.float32), one.holds))


def _guessed(one: Seen, other: Seen) -> Canvas:
    """Return where each cell of one picture may be in the other: the shift that leaves least difference."""
    shifts, places = _shifts(Size.of(one.coarse))
    left = cv2.blur(np.abs(other.coarse.take(places) - one.coarse[..., None]), (_BLOCK, _BLOCK))
    left[..., len(shifts) // 2] -= _LESS  # who stands still
    return HOST.resize(shifts[left.argmin(-1)], Size.of(one.cells))


@lru_cache(maxsize=8)
def _shifts(coarse: Size) -> tuple[Canvas, NDArray[np.int64]]:
    """Return all shifts within reach (N×2, in cells), and where they lead from each coarse cell (H×W×N)."""
    across, down = (np.arange(-reach, reach + 1) for reach in _REACH)
    y, x = np.indices(coarse.shape)[..., None, None]
    column = np.clip(x + across, 0, coarse.width - 1)
    row = np.clip(y + down[:, None], 0, coarse.height - 1)
    shifts = np.dstack(np.meshgrid(across, down)).astype(np.float32) * np.float32(_COARSE)
    return shifts.reshape(-1, 2), (row * coarse.width + column).reshape(*coarse.shape, -1)


def _let_stand(one: Seen, other: Seen, way: Canvas) -> Canvas:
    """Return a way with none where standing still explains more: DIS drags along what is beside a figure."""
    moved = HOST.read(other.cells, HOST.places(way, Size.of(way)))
    left, still = (cv2.blur(cv2.absdiff(one.cells, each), (3, 3)) for each in (moved, other.cells))
    way[still + np.float32(_LESS) < left] = 0
    return way


def _holds(cells: Canvas) -> Canvas:
    across, down = (cv2.Sobel(cells, cv2.CV_32F, *way, None, 1, 0.5) for way in ((1, 0), (0, 1)))
    contrast = cv2.blur(across * across + down * down, (_PATCH, _PATCH))
    shares = np.maximum(contrast - np.float32(_NOISE**2), 0) / (contrast + np.float32(_CLEAR**2))
    return np.asarray(shares * shares, np.float32)


def _filled(flow: Canvas, holds: Canvas) -> Canvas:
    """Return a flow with its means from around where a picture is too plain to hold it; none far from all."""
    x, y = cv2.split(flow)
    held = HOST.merge([holds * x, holds * y, holds])
    flow_x, flow_y, share = cv2.split(HOST.blur(HOST.shrink(held, _coarse(Size.of(flow))), _AROUND))
    share += np.float32(_LITTLE)
    around = HOST.resize(HOST.merge([flow_x / share, flow_y / share]), Size.of(flow))
    return np.asarray(cv2.blendLinear(flow, around, holds, 1 - holds), np.float32)


def _new(back: Canvas, there: Canvas) -> Canvas:
    """Return 1 where a way back and the way there from its end do not agree, else 0."""
    error, bound = _squares(back + there), _PART * (_squares(back) + _squares(there)) + _SLACK
    return np.asarray(error > bound, np.float32)


def _outside(vectors: Canvas, reach: int) -> Canvas:
    """Return 1 where vectors, of so many pixels at most, lead out of a picture, else 0."""
    outside = np.zeros(vectors.shape[:2], np.float32)
    first, last = _bounds(Size.of(vectors))
    for strip in np.s_[:reach], np.s_[-reach:], np.s_[:, :reach], np.s_[:, -reach:]:  # none leads further
        outside[strip] = cv2.inRange(vectors[strip], first[strip], last[strip]) == 0
    return outside


@lru_cache(maxsize=8)
def _bounds(size: Size) -> tuple[Canvas, Canvas]:
    """Return the vectors (H×W×2) from each place to the first and to the last that a picture has."""
    places = np.dstack(HOST.coordinates(size))
    return -_EDGE - places, np.subtract(size, 1 - _EDGE).astype(np.float32) - places


def _squares(vectors: Canvas) -> Canvas:
    return np.asarray(vectors[..., 0] ** 2 + vectors[..., 1] ** 2, np.float32)


def _unexplained(moved: Canvas, now: Canvas) -> bool:
    """Return whether a picture is another than the one before, moved; how light they are does not count."""
    rest = now - moved
    left = float(np.abs(rest - rest.mean()).mean())
    return left > max(_FLAT, _MOST * max(float(now.std()), float(moved.std())))
