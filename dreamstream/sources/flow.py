"""Optical flow: where what a picture shows was in the picture before, and what was not there yet.

    picture before, picture -> flow there, flow back, each filled in where nothing holds it
                            -> vectors; where both ways do not agree, what is new

The flow is OpenCV's DIS, preset ultrafast (Kroeger, Timofte, Dai and Van Gool, Fast Optical Flow using Dense
Inverse Search, ECCV 2016), the same bits with any number of threads. In plain sky it follows the noise: there
it comes from the places around that hold it, or is none. What is seen in one of the pictures alone is told by
the forward-backward error (Sundaram, Brox and Keutzer, Dense Point Trajectories by GPU-accelerated Large
Displacement Optical Flow, ECCV 2010).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Canvas
from dreamstream.pictures import HOST
from dreamstream.size import Size

_AREA = 320 * 180  # pixels that pictures of any size are looked at with
_CELL = 4  # px: DIS ultrafast knows the flow at a quarter of the size
_SIDES = 112, 1008  # px between which they go: of what is long and thin DIS gets lost
_PATCH = 8  # cells that it compares at once
_NOISE, _CLEAR = 2.5, 3.0  # grey levels from cell to cell: what holds no flow, what holds some
_AROUND = 6.0  # cells: how far from what holds it a flow is filled in
_LITTLE = 0.01  # held around: what is far from all that holds it has none
_SLACK, _PART = 1.0, 0.01  # px² by which ways there and back may differ, and a part of their own
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
    """What is looked at of a picture of a `size`: its brightness as uint8, and that of each cell."""

    size: Size
    levels: NDArray[np.uint8]
    cells: Canvas


def seen(picture: Canvas) -> Seen:
    """Return what is looked at of a picture (H×W×3, 0..255), whatever its size."""
    whole = Size.of(picture)
    scale = (_AREA / whole.area) ** 0.5
    size = Size(*(int(np.clip(round(side * scale), *_SIDES)) for side in whole))
    grey = _at(HOST.luma(picture), size)
    cells = _at(grey, Size(*(-(-side // _CELL) for side in size)))
    return Seen(whole, np.asarray(cv2.convertScaleAbs(grey), np.uint8), cells)


def flow_between(before: Seen, after: Seen) -> Flow:
    """Return the flow between two pictures of one size."""
    cells = Size.of(after.cells)
    back, there = _way(after, before), _way(before, after)
    places = HOST.places(back, cells)
    new = _new(back, HOST.read(there, places))
    cut = float(new.mean()) > _MOST or _unexplained(HOST.read(before.cells, places), after.cells)
    vectors = HOST.recolour(HOST.resize(back, after.size), np.diag(np.divide(after.size, cells)))
    new = np.maximum(HOST.resize(new, after.size), _outside(vectors, after.size))
    return Flow(vectors, new, cut)


def _way(one: Seen, other: Seen) -> Canvas:
    """Return where each cell of one picture is in the other, as vectors in cells."""
    size, cells = Size.of(one.levels), Size.of(one.cells)
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    way = dis.calc(one.levels, other.levels, None)  # type: ignore[call-overload]
    return _filled(HOST.recolour(_at(way, cells), np.diag(np.divide(cells, size))), one.cells)


def _at(picture: Canvas, size: Size) -> Canvas:
    return (HOST.shrink if Size.of(picture).area > size.area else HOST.resize)(picture, size)


def _filled(flow: Canvas, grey: Canvas) -> Canvas:
    """Return a flow with its means from around where a picture is too plain to hold it; none far from all."""
    down, across = np.gradient(grey)
    contrast = cv2.blur(np.asarray(down**2 + across**2), (_PATCH, _PATCH))
    holds = (np.maximum(contrast - _NOISE**2, 0) / (contrast + _CLEAR**2)) ** 2
    flow_held = holds[..., None] * flow
    around = HOST.blur(flow_held, _AROUND) / (HOST.blur(holds, _AROUND) + _LITTLE)[..., None]
    return np.asarray(flow_held + (1 - holds)[..., None] * around, np.float32)


def _new(back: Canvas, there: Canvas) -> Canvas:
    """Return 1 where a way back and the way there from its end do not agree, else 0."""
    error, bound = _squares(back + there), _PART * (_squares(back) + _squares(there)) + _SLACK / _CELL**2
    return np.asarray(error > bound, np.float32)


def _outside(vectors: Canvas, size: Size) -> Canvas:
    """Return 1 where vectors lead out of a picture, else 0."""
    x, y = HOST.places(vectors, size)
    across, down = ((at < -_EDGE) | (at > side - 1 + _EDGE) for at, side in zip((x, y), size, strict=True))
    return np.asarray(across | down, np.float32)


def _squares(vectors: Canvas) -> Canvas:
    return np.asarray(vectors[..., 0] ** 2 + vectors[..., 1] ** 2, np.float32)


def _unexplained(moved: Canvas, now: Canvas) -> bool:
    """Return whether a picture is another than the one before, moved; how light they are does not count."""
    rest = now - moved
    left = float(np.abs(rest - rest.mean()).mean())
    return left > max(_FLAT, _MOST * max(float(now.std()), float(moved.std())))
