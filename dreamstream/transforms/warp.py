"""Warps: geometric transforms as data. Each says, for every output pixel, where it is read from.

    warp.apply(canvas) -> canvas          moves a picture
    warp.part(t)       -> warp            the same motion part way

At t = 0 a part is the identity, at 1 the warp, below 0 the motion undone, beyond 1 carried on: so
the screen can draw any moment around a frame. Coordinates are (x, y) in pixels, (0, 0) the centre
of the first pixel.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm, logm

Canvas = NDArray[np.float32]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Affine:
    """A 2×3 matrix from output to input pixels; borders are reflected."""

    matrix: NDArray[np.float64]

    def apply(self, canvas: Canvas, cubic: bool = False) -> Canvas:
        """Return the canvas (H×W×3, float32) moved, read by linear or cubic interpolation.

        Cubic overshoots a little, but is as sharp everywhere. Linear blurs between pixels alone: fed
        back, a zoom by it leaves a sharp cross through its centre, where it reads pixels as they are.
        """
        height, width = canvas.shape[:2]
        flags = (cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
        return np.asarray(
            cv2.warpAffine(
                canvas, self.matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT_101
            )
        )

    def part(self, t: float) -> "Affine":
        """Return the fractional power of the motion: rotation turns, zoom grows, at a steady rate."""
        if self._logarithm is None and np.linalg.det(self.matrix[:, :2]) > 1e-9:
            return self._turned(t)  # about half a turn: both eigenvalues are negative
        if self._logarithm is None:  # a mirror, which cannot be reached in steps
            still = np.eye(3)[:2]
            return Affine(still + t * (self.matrix - still))
        return Affine(expm(t * self._logarithm)[:2])

    @cached_property
    def _logarithm(self) -> NDArray[np.float64] | None:
        """The real logarithm of the 3×3 matrix; None where there is none (mirrors, half turns)."""
        whole = np.vstack([self.matrix, [0.0, 0.0, 1.0]])
        if np.linalg.det(whole) <= 1e-9:
            return None
        logarithm = logm(whole)
        if not np.isfinite(logarithm).all() or np.abs(np.imag(logarithm)).max() > 1e-9:
            return None
        return np.asarray(np.real(logarithm), np.float64)

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

    `vectors` is H×W×2, or 1×W×2 for one shift per column, H×1×2 for one per row. Borders wrap round
    (rolls) or are reflected.
    """

    vectors: Vectors
    wrap: bool = False

    def apply(self, canvas: Canvas, cubic: bool = False) -> Canvas:
        """Return the canvas (H×W×3, float32) moved, read by linear or cubic interpolation.

        What wraps is read by linear interpolation, which is exact at whole pixels: rolls lose nothing.
        """
        height, width = canvas.shape[:2]
        x, y = _grid(height, width)
        border = cv2.BORDER_WRAP if self.wrap else cv2.BORDER_REFLECT_101
        return np.asarray(
            cv2.remap(
                canvas,
                x + self.vectors[..., 0],
                y + self.vectors[..., 1],
                cv2.INTER_CUBIC if cubic and not self.wrap else cv2.INTER_LINEAR,
                borderMode=border,
            )
        )

    def part(self, t: float) -> "Field":
        """Return the displacement scaled."""
        return Field(self.vectors * np.float32(t), self.wrap)


Warp = Affine | Field

IDENTITY = Affine(np.eye(3)[:2])
"""The warp that moves nothing."""


@lru_cache(maxsize=8)
def _grid(height: int, width: int) -> tuple[Vectors, Vectors]:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return x, y
