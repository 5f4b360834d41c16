"""Sources that stand still: a picture from a file, noise, and clouds drawn by the program."""

from collections.abc import Callable

import cv2
import numpy as np

from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.source import Source


class Still(Source):
    """One canvas, always the same; `following` makes the source that comes next (itself if None).

    `at` makes the source at another size; without it the canvas itself is scaled.
    """

    def __init__(
        self,
        canvas: Canvas,
        following: Callable[[], Source] | None = None,
        at: Callable[[Size], Source] | None = None,
    ) -> None:
        self._canvas = canvas
        self._following, self._at = following, at

    def read(self) -> Canvas:
        """Return a copy of the picture."""
        return self._canvas.copy()

    def next(self) -> Source:
        """Return the following source."""
        return self._following() if self._following else self

    def resized(self, size: Size) -> Source:
        """Return the source at another size."""
        if self._at is not None:
            return self._at(size)
        return Still(np.asarray(cv2.resize(self._canvas, size), np.float32), self._following)


def noise(size: Size, seed: int, drawn: Size | None = None) -> Still:
    """Return coloured noise around a middle grey by its seed; scaled from another size `drawn`, if given."""
    rng = np.random.default_rng(seed)
    fine = rng.normal(0, 1, (*(drawn or size).shape, 3)).astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(fine, (0, 0), 1.5)) * 3
    canvas = np.clip(118 + 22 * (fine + soft), 0, 255)
    if canvas.shape[:2] != size.shape:
        canvas = np.clip(cv2.resize(canvas, size, interpolation=cv2.INTER_CUBIC), 0, 255)
    return Still(
        canvas, lambda: noise(size, seed + 1, drawn), lambda other: noise(other, seed, drawn or size)
    )


def clouds(size: Size, seed: int) -> Still:
    """Return smooth billows in colours of the seed's own: four hues mixed by fractal noise."""
    rng = np.random.default_rng(seed)
    weights = np.stack([_billows(size, rng) for _ in range(4)])
    weights = np.exp(2.2 * weights)
    weights /= weights.sum(axis=0)
    colours = _palette(rng)
    mixed = np.tensordot(weights, colours, axes=(0, 0))
    light = 1 + 0.32 * _billows(size, rng)[:, :, None]
    canvas = np.clip(mixed * light, 0, 255).astype(np.float32)
    return Still(canvas, lambda: clouds(size, seed + 1), lambda other: clouds(other, seed))


def _billows(size: Size, rng: np.random.Generator) -> Canvas:
    """Return fractal noise of mean 0 and deviation 1: random grids, finer and weaker, smoothly enlarged."""
    total = np.zeros(size.shape, dtype=np.float32)
    for level in range(6):
        cells = 3 * 2**level
        grid = rng.normal(0, 1, (max(2, cells * size.height // size.width), cells)).astype(np.float32)
        total += 0.55**level * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
    total -= total.mean()
    return np.asarray(total / max(float(total.std()), 1e-6), dtype=np.float32)


def _palette(rng: np.random.Generator) -> Canvas:
    """Return four colours that go together: a hue, its neighbours, and its opposite, light and dark."""
    hue = rng.uniform(0, 180)
    hues = (hue + np.array([0, 18, -24, 90]) + rng.uniform(-8, 8, 4)) % 180
    saturations = rng.uniform(70, 165, 4)
    values = rng.permutation([240, 215, 170, 115])
    hsv = np.stack([hues, saturations, values], axis=1).astype(np.uint8)[None]
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0], dtype=np.float32)
