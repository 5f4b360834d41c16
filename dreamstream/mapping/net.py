"""Net: a picture drawn on small triangles, which a mesh moves, and then a corner pin.

points of a mesh -> nodes between them, by a smooth curve -> triangles -> homography of the corners

Between its three nodes a triangle is straight, so that the way back is exact, too. Both screens draw the same
net: OpenGL its triangles, the plain screen by `reading`, once for each mapping.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.mapping.homography import Points, square_to, through
from dreamstream.size import Size

_PARTS = 8  # that the side of a mesh's cell is parted into
_SHIFT = 4  # bits of a pixel's part that triangles are filled by
_OUTSIDE = -1.0  # where a pixel reads that no triangle covers


def grid(rows: int, columns: int) -> Points:
    """Return points (rows × columns × 2) that part the unit square evenly: a mesh at rest."""
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    return np.stack([x, y], axis=-1)


def refined(points: Points) -> Points:
    """Return the nodes of a mesh (rows × columns × 2): its points, and seven between each two.

    They lie on Catmull-Rom curves through the points, which go straight on beyond the last.
    """
    rows, columns = points.shape[:2]
    return np.asarray(np.einsum("ra,cb,abk->rck", _between(rows), _between(columns), points))


@lru_cache(maxsize=16)
def _between(count: int) -> Points:
    """Return the shares (nodes × points) that points in a line have in the nodes between them."""
    beyond = np.eye(count)
    first, last = 2 * beyond[:1] - beyond[1:2], 2 * beyond[-1:] - beyond[-2:-1]
    knots = np.vstack([first, beyond, last])
    nodes = np.arange((count - 1) * _PARTS + 1)
    cell = np.minimum(nodes // _PARTS, count - 2)
    t = (nodes / _PARTS - cell)[:, None]
    a, b, c, d = (knots[cell + n] for n in range(4))
    return np.asarray(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))


@dataclass(frozen=True, eq=False)
class Net:
    """The `nodes` (rows × columns × 2) of a picture in the unit square, and the matrix that pins that."""

    nodes: Points
    matrix: Points

    @cached_property
    def rest(self) -> Points:
        """The places in the picture that lie at the nodes, of the nodes' shape."""
        return grid(*self.nodes.shape[:2])

    @cached_property
    def triangles(self) -> NDArray[np.int32]:
        """Each triangle's three nodes, as numbers of the flat list of nodes: T×3."""
        rows, columns = self.nodes.shape[:2]
        first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
        right, below, across = first + 1, first + columns, first + columns + 1
        pairs = np.stack([first, right, across, first, across, below], axis=-1)
        return np.asarray(pairs.reshape(-1, 3), np.int32)

    @property
    def folded(self) -> bool:
        """Whether the mesh lies over itself somewhere."""
        a, b, c = np.moveaxis(self.nodes.reshape(-1, 2)[self.triangles], 1, 0)
        return bool((_cross(b - a, c - a) <= 0).any())

    def places(self, points: Points) -> Points:
        """Return where in the window (0..1) points of the picture (N×2, 0..1) lie."""
        rows, columns = self.nodes.shape[:2]
        cells = np.array([columns - 1, rows - 1])
        at = np.clip(points, 0, 1) * cells
        cell = np.minimum(at.astype(int), cells - 1)
        (x, y), (u, v) = cell.T, (at - cell).T[..., None]
        here, across = self.nodes[y, x], self.nodes[y + 1, x + 1]
        right, below = self.nodes[y, x + 1], self.nodes[y + 1, x]
        upper = here + u * (right - here) + v * (across - right)
        lower = here + v * (below - here) + u * (across - below)
        return through(self.matrix, np.where(u >= v, upper, lower))

    def points(self, places: Points) -> Points:
        """Return which points of the picture lie at places in the window (N×2); NaN beside the picture."""
        inside = through(np.linalg.inv(self.matrix), places)
        a, b, c = np.moveaxis(self.nodes.reshape(-1, 2)[self.triangles], 1, 0)
        away, area = inside[:, None] - a, _cross(b - a, c - a)
        shares = np.stack([_cross(away, c - a), _cross(b - a, away)], axis=-1) / area[:, None]
        least = np.minimum(shares.min(axis=-1), 1 - shares.sum(axis=-1))
        found = least.argmax(axis=1)
        each = np.arange(len(places))
        u, v = shares[each, found].T[..., None]
        a, b, c = np.moveaxis(self.rest.reshape(-1, 2)[self.triangles[found]], 1, 0)
        return np.where(least[each, found, None] < -1e-9, np.nan, a + u * (b - a) + v * (c - a))

    def reading(self, window: Size) -> NDArray[np.float32]:
        """Return which point of the picture each pixel's middle shows (H×W×2); -1 beside the picture."""
        corners = through(self.matrix, self.nodes.reshape(-1, 2)) * np.array(window) - 0.5
        fixed = np.rint(corners * 2**_SHIFT).astype(np.int32)[self.triangles]
        shown = np.full(window.shape, -1, np.int32)
        for number, triangle in enumerate(fixed):
            cv2.fillConvexPoly(shown, triangle, number, shift=_SHIFT)
        x, y = ((np.arange(side, dtype=np.float32) + 0.5) / side for side in window)
        u, v, w = (a * x + (b * y + c)[:, None] for a, b, c in np.linalg.inv(self.matrix).astype(np.float32))
        u, v = u / w, v / w
        ways = np.vstack([self._ways_back, np.full((1, 2, 3), 0)]).astype(np.float32)  # the last: of none
        each = (way.T[:, shown] for way in np.moveaxis(ways, 1, 0))
        read = np.stack([a * u + b * v + c for a, b, c in each], axis=-1)
        return np.where(shown[..., None] < 0, np.float32(_OUTSIDE), np.clip(read, 0, 1))

    @cached_property
    def _ways_back(self) -> Points:
        """For each triangle the 2×3 matrix from places in the unit square to points of the picture."""
        moved, rest = (part.reshape(-1, 2)[self.triangles] for part in (self.nodes, self.rest))
        ones = np.ones((*moved.shape[:2], 1))
        return np.asarray(np.swapaxes(np.linalg.solve(np.concatenate([moved, ones], axis=-1), rest), 1, 2))


def net_of(corners: Points, mesh: Points | None = None) -> Net:
    """Return the net of a picture that is pinned to corners in the window (4×2), moved by a mesh."""
    nodes = refined(mesh) if mesh is not None else grid(2, 2)
    return Net(nodes, square_to(corners))


def _cross(one: Points, other: Points) -> Points:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])
