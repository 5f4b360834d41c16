"""Homographies: what a straight picture looks like on a flat surface that is seen at an angle.

four corners -> a 3x3 matrix -> points of the unit square to places, and back by its inverse

Places are x and y, N×2, x to the right and y down.
"""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_LEAST = 1e-4  # the area that three corners in turn must span, of a window's


def square_to(corners: Points) -> Points:
    """Return the matrix that takes the unit square to four corners (4×2), clockwise from its upper left.

    Heckbert, "Fundamentals of Texture Mapping and Image Warping" (1989), section 2.2.3.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    (dx1, dy1), (dx2, dy2) = (x1 - x2, y1 - y2), (x3 - x2, y3 - y2)
    sum_x, sum_y = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    area = dx1 * dy2 - dx2 * dy1
    g, h = (sum_x * dy2 - dx2 * sum_y) / area, (dx1 * sum_y - sum_x * dy1) / area
    return np.array(
        [
            [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
            [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
            [g, h, 1.0],
        ]
    )


def through(matrix: NDArray[np.floating], points: NDArray[np.floating]) -> Points:
    """Return where a matrix takes points (...×2)."""
    taken = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(taken[..., :2] / taken[..., 2:])


def is_convex(corners: Points) -> bool:
    """Return whether four corners (4×2), clockwise, are those of a surface that can be seen whole."""
    sides = np.roll(corners, -1, axis=0) - corners
    after = np.roll(sides, -1, axis=0)
    return bool((sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0] > _LEAST).all())
