"""Warps: geometric transforms as data. Each says, for every output pixel, where it is read from.

    warp.apply(canvas) -> canvas          moves a picture
    warp.part(t)       -> warp            the same motion part way
    warp.motion        -> warp            what is seen of it between two frames
    warp.landing()     -> wait -> warp    the same on the host, for the screen

At t = 0 a part is the identity, at 1 the warp, below 0 the motion undone, beyond 1 carried on: so
the screen can draw any moment around a frame. Coordinates are (x, y) in pixels, (0, 0) the centre
of the first pixel. A field is on the host or on a device, and moves pictures in either place.
"""

import cmath
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.pictures import HOST, Picture, Pictures, on
from dreamstream.size import Size

Vectors = Any
"""Displacements or places (x, y) in pixels, float32: an array or a tensor, by where they are."""


@dataclass(frozen=True, eq=False)
class Affine:
    """A 2×3 matrix from output to input pixels; borders are reflected."""

    matrix: NDArray[np.float64]

    @property
    def motion(self) -> "Affine":
        """What the eye sees move: all of it."""
        return self

    def apply(self, canvas: Picture, cubic: bool = False) -> Picture:
        """Return the canvas moved, read by linear or cubic interpolation; on the host a frame's pixels, too.

        Cubic overshoots a little, but is as sharp everywhere. Linear blurs between pixels alone: fed
        back, a zoom by it leaves a sharp cross through its centre, where it reads pixels as they are.
        """
        return on(canvas).move(canvas, self.matrix, cubic)

    def part(self, t: float) -> "Affine":
        """Return the fractional power of the motion: rotation turns, zoom grows, at a steady rate."""
        if self._logarithm is None and np.linalg.det(self.matrix[:, :2]) > 1e-9:
            return self._turned(t)  # about half a turn: both eigenvalues are negative
        if self._logarithm is None:  # a mirror, which cannot be reached in steps
            still = np.eye(3)[:2]
            return Affine(still + t * (self.matrix - still))
        growth, flow = self._logarithm[:, :2], self._logarithm[:, 2]
        moved = _of_matrix(lambda rate: _passed(t * rate, t), growth) @ flow
        return Affine(np.column_stack([_of_matrix(lambda rate: cmath.exp(t * rate), growth), moved]))

    def then(self, other: "Affine") -> "Affine":
        """Return the one warp that moves a picture as this and then the other does."""
        if self is IDENTITY or other is IDENTITY:
            return other if self is IDENTITY else self
        linear, offset = self.matrix[:, :2], self.matrix[:, 2]
        return Affine(np.column_stack([linear @ other.matrix[:, :2], linear @ other.matrix[:, 2] + offset]))

    def moves(self, places: Vectors) -> Vectors:
        """Return the displacements (x, y) of places, of the same shape (H×W×2)."""
        return on(places).moves(places, self.matrix)

    def at(self, before: Size, size: Size) -> "Affine":
        """Return the same motion for the canvas at another size."""
        if before == size:
            return self
        scale = np.divide(size, before)
        shift = (scale - 1) / 2  # pixels are told by their centres
        linear = scale[:, None] * self.matrix[:, :2] / scale
        return Affine(np.column_stack([linear, scale * self.matrix[:, 2] + shift - linear @ shift]))

    def reach(self, size: Size) -> float:
        """Return how far it moves a place of a canvas at the most, in pixels."""
        corners = np.array([[x, y, 1.0] for x in (0, size.width - 1) for y in (0, size.height - 1)])
        return float(np.hypot(*(corners @ self.matrix.T - corners[:, :2]).T).max())

    def landing(self) -> Callable[[], "Affine"]:
        """Return what gives the warp on the host: it is there."""
        return lambda: self

    @cached_property
    def _logarithm(self) -> NDArray[np.float64] | None:
        """The velocity (2×3) of the steady motion that ends in the matrix; None where there is none.

        Places move at `growth` @ place + `flow`, the real logarithm; mirrors and half turns have none.
        """
        linear, offset = self.matrix[:, :2], self.matrix[:, 2]
        mean, determinant = np.trace(linear) / 2, np.linalg.det(linear)
        if determinant <= 1e-9 or (mean <= 0 and mean**2 >= determinant):
            return None
        growth = _of_matrix(cmath.log, linear)
        flow = np.linalg.solve(_of_matrix(lambda rate: _passed(rate, 1), growth), offset)
        return np.column_stack([growth, flow])

    def _turned(self, t: float) -> "Affine":
        """Return a part as turn and stretch apart (polar decomposition), about the fixed point."""
        linear, offset = self.matrix[:, :2], self.matrix[:, 2]
        left, stretches, right = np.linalg.svd(linear)
        turn = left @ right
        angle = t * np.arctan2(turn[1, 0], turn[0, 0])
        turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        part = turned @ right.T @ np.diag(stretches**t) @ right
        fixed = np.linalg.solve(np.eye(2) - linear, offset)
        return Affine(np.column_stack([part, fixed - part @ fixed]))


@dataclass(frozen=True, eq=False)
class Field:
    """A displacement for each output pixel, (x, y) in pixels, added to its place to give where to read.

    `vectors` is H×W×2, or 1×W×2 for one shift per column, H×1×2 for one per row; not to be written to.
    Borders wrap round (rolls) or are reflected. A warp that folds says in `still_motion` what small motion
    is seen in a picture that is folded already.
    """

    vectors: Vectors
    wrap: bool = False
    still_motion: "Affine | Field | None" = None

    @property
    def motion(self) -> "Affine | Field":
        """What the eye sees move, and what is cut into parts: the field, or the motion below its fold."""
        return self if self.still_motion is None else self.still_motion

    def apply(self, canvas: Picture, cubic: bool = False) -> Picture:
        """Return the canvas moved, read by linear or cubic interpolation; on the host a frame's pixels, too.

        What wraps is read by linear interpolation, which is exact at whole pixels: rolls lose nothing.
        """
        p, size = on(canvas), Size.of(canvas)
        if self.vectors.shape[:2] != size.shape:
            return p.read(canvas, self._places(p, size), self.wrap, cubic)
        if p not in self._kept:
            self._kept[p] = self._places(p, size)
        return p.read(canvas, self._kept[p], self.wrap, cubic)

    def part(self, t: float) -> "Affine | Field":
        """Return the displacement scaled; of a fold its motion's part, until it is whole."""
        if self.still_motion is not None:
            return self if t == 1 else self.still_motion.part(t)
        return Field(self.vectors * float(t), self.wrap)

    def at(self, before: Size, size: Size) -> "Field":
        """Return the same motion for the canvas at another size."""
        if before == size:
            return self
        height, width = self.vectors.shape[:2]
        whole = Size(size.width if width > 1 else 1, size.height if height > 1 else 1)
        p = on(self.vectors)
        vectors = p.resize(self.vectors, whole) * p.of(np.divide(size, before))
        return Field(p.single(vectors), self.wrap)

    def reach(self, size: Size) -> float:
        """Return how far it moves a place at the most, in pixels; of a field on the host."""
        return float(np.hypot(self.vectors[..., 0], self.vectors[..., 1]).max())

    def vectors_on(self, p: Pictures) -> Vectors:
        """Return the vectors where a canvas is; those of a device on the host are waited for."""
        here = on(self.vectors)
        return self.vectors if here is p else p.of(here.host(self.vectors))

    def landing(self) -> Callable[[], "Affine | Field"]:
        """Begin to copy to the host what the eye sees move; return what waits for it, and gives it."""
        if self.still_motion is not None:
            return self.still_motion.landing()
        return self._landing if on(self.vectors) is not HOST else lambda: self

    @cached_property
    def _landing(self) -> Callable[[], "Field"]:
        """Kept, as the places are, for the field itself may be; it holds on to no field on a device."""
        wait, wrap = on(self.vectors).out(self.vectors), self.wrap
        return cache(lambda: Field(wait(), wrap))

    @cached_property
    def _kept(self) -> dict[Pictures, Any]:
        """The places that a canvas of its own size is read from, by where that is."""
        return {}

    def _places(self, p: Pictures, size: Size) -> Any:
        return p.places(self.vectors_on(p), size)


Warp = Affine | Field

IDENTITY = Affine(np.eye(3)[:2])
"""The warp that moves nothing."""


def summed(affine: Affine, shares: Iterable[tuple[Field, float]], size: Size) -> Field:
    """Return the field that moves a canvas by an affine warp and by shares of fields at once.

    Small motions add up to what they are one after the other. Borders wrap where those of a field do. The
    fields are on the host, for it is the screen that asks.
    """
    vectors, wrap = np.zeros((1, 1, 2), np.float32), False
    if affine is not IDENTITY:
        vectors = affine.moves(places_of(size))
    for field, share in shares:
        vectors = vectors + np.float32(share) * field.vectors
        wrap = wrap or field.wrap
    return Field(vectors, wrap)


def places_of(size: Size, p: Pictures = HOST) -> Vectors:
    """Return the place of every pixel (H×W×2)."""
    return p.pairs(p.complex(*p.coordinates(size)))


def _of_matrix(f: Callable[[complex], complex], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an analytic function of a real 2×2 matrix, by Sylvester's formula.

    SciPy's `expm` and `logm` give the same, after a millisecond of threads that wait for each other.
    """
    mean = complex(matrix[0, 0] + matrix[1, 1]) / 2
    rest = matrix - mean.real * np.eye(2)
    spread = cmath.sqrt(rest[0, 0] ** 2 + matrix[0, 1] * matrix[1, 0])
    if abs(spread) > 1e-6:
        above, below = f(mean + spread), f(mean - spread)
        middle, slope = (above + below) / 2, (above - below) / (2 * spread)
    else:  # one eigenvalue, twice: the slope is the derivative
        middle, slope = f(mean), (f(mean + 1e-4) - f(mean - 1e-4)) / 2e-4
    return np.asarray(middle.real * np.eye(2) + slope.real * rest)


def _passed(growth: complex, time: float) -> complex:
    """Return (exp(growth) - 1) / growth · time: the way at a speed that grows by itself."""
    if abs(growth) < 1e-5:
        return time * (1 + growth / 2)
    return time * (cmath.exp(growth) - 1) / growth
