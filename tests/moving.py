"""Pictures that move in a known way: a pan, a turn, a figure before a still ground."""

from dataclasses import dataclass

import cv2
import numpy as np

from dreamstream.size import Size

SIZE = Size(160, 96)
_STEP = 2.5  # px a picture
_DEGREES = 2.0

_Y, _X = np.mgrid[: SIZE.height, : SIZE.width].astype(np.float32)


@dataclass(frozen=True)
class Moving:
    """`pictures`, and for each the places (H×W×2) at which the one before shows the same.

    `known` says of each picture where that holds, `on_figure` where there is a figure.
    """

    pictures: list[np.ndarray]
    places: list[np.ndarray]
    known: list[np.ndarray]
    on_figure: list[np.ndarray]

    def changes(self, shown: list[np.ndarray], on_figure: bool | None = None) -> float:
        """Return by how much pictures over these change, on average, from what moves along with them."""
        changes = []
        for before, after, places, known, figure in zip(
            shown, shown[1:], self.places[1:], self.known[1:], self.on_figure[1:], strict=False
        ):
            moved = cv2.remap(before, places, None, cv2.INTER_CUBIC)
            counts = known if on_figure is None else known & (figure == on_figure)
            changes.append(np.abs(moved - after)[counts].mean())
        return float(np.mean(changes))


def texture(seed: int, size: Size = Size(600, 400)) -> np.ndarray:
    """A picture of random shapes of several scales."""
    rng, total = np.random.default_rng(seed), np.full((*size.shape, 3), 120, np.float32)
    for scale, contrast in ((24, 25), (8, 20), (4, 12)):
        grid = rng.normal(0, contrast, (size.height // scale, size.width // scale, 3)).astype(np.float32)
        total += cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(total, 0, 255)


def panned(count: int) -> Moving:
    """A view that goes to the right and down over a large picture."""
    return _viewed([_shift(100 + _STEP * t, 100 + t) for t in range(count)])


def turned(count: int) -> Moving:
    """A view that turns about its middle."""
    views = []
    for t in range(count):
        cosine, sine = (f(np.deg2rad(_DEGREES * t)) for f in (np.cos, np.sin))
        linear = np.array([[cosine, -sine], [sine, cosine]])
        views.append(np.column_stack([linear, (300, 200) - linear @ np.divide(SIZE, 2)]))
    return _viewed(views)


def with_figure(count: int) -> Moving:
    """A round figure that goes to the right before a ground that stands still."""
    figure, ground = texture(2), texture(1)
    where = [np.hypot((_X - 30 - _STEP * t) / 22, (_Y - 48) / 32) < 1 for t in range(count)]
    moved = [_view(figure, _shift(200 - _STEP * t, 100)) for t in range(count)]
    still = _view(ground, _shift(100, 100))
    pictures = [np.where(at[..., None], fore, still) for at, fore in zip(where, moved, strict=True)]
    places = [np.dstack([_X - np.float32(_STEP) * at, _Y]) for at in where]
    known = [
        at == (cv2.remap(before.astype(np.float32), way, None, cv2.INTER_LINEAR) > 0.5)
        for before, at, way in zip([where[0], *where], where, places, strict=False)
    ]
    return Moving(pictures, places, known, where)


def _shift(x: float, y: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y]], np.float64)


def _view(picture: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, SIZE, flags=flags, borderMode=cv2.BORDER_REFLECT_101))


def _viewed(views: list[np.ndarray]) -> Moving:
    """Views of one large picture, by the matrices (2×3) from places in them to places in that."""
    large, places = texture(1), []
    for before, view in zip([views[0], *views], views, strict=False):
        back = np.linalg.inv(before[:, :2])
        matrix = np.column_stack([back @ view[:, :2], back @ (view[:, 2] - before[:, 2])])
        places.append(np.asarray(cv2.transform(np.dstack([_X, _Y]), matrix), np.float32))
    inside = [np.asarray(((at >= 0) & (at <= np.subtract(SIZE, 1))).all(-1)) for at in places]
    return Moving(
        [_view(large, view) for view in views], places, inside, [np.zeros_like(inside[0])] * len(views)
    )
