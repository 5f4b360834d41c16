"""A net for pictures of any size: the gradient of a large one is computed in windows, one after another.

picture -> windows, each a little within the next -> the gradient of each, less at its rim -> sum
"""

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.caffe.shapes import walk
from dreamstream.errors import NetError, TooSmallError
from dreamstream.nets.network import Image, Network, Objective
from dreamstream.nets.tiles import places_of, ramp, starts, window_weight
from dreamstream.pictures import Picture, on
from dreamstream.size import Size

_AUTO = 1024  # px a side of the windows of a picture whose gradient would take too much memory
_STRIDE = 32  # px, of nets: a window that begins at a multiple sees what the whole net sees there,
_OVERLAP = 64  # px of two such windows: as many are left as two rims have


class TiledNet(Network):
    """A net whose gradient of a large picture is computed window by window, so that memory stays as it is.

    The windows are `side` pixels a side; at 0 they are of 1024, and only where the whole would take more than
    a quarter of the memory where it is computed. What is asked of a whole picture, say a class, is asked of
    each window.
    """

    def __init__(self, network: Network, side: int = 0) -> None:
        super().__init__(network.spec, network.preprocessing)
        self.engine, self.device, self.precision = network.engine, network.device, network.precision
        self.most_threads = network.most_threads
        self._network = network
        # of a function: a cache of a method would hold on to the net when another one plays
        self._window = lru_cache(maxsize=64)(partial(_window_of, network, side))
        self._totals = lru_cache(maxsize=8)(_totals_of)

    def shape(self, size: Size, layer: str) -> tuple[int, ...]:
        """Return the shape of a layer's blob for a window of a picture of this size."""
        window = self._window(size, (layer,))
        try:
            return self._network.shape(window, layer)
        except TooSmallError:
            if window == size:
                raise
            raise NetError(f"a window of {window} is too small to reach it; a larger --tile helps") from None

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        """Return whether a window's gradient can begin at once; if not, have what it needs built."""
        return self._network.prepare(self._window(size, tuple(layers)), layers)

    def input_gradient(self, image: Picture, objective: Objective) -> tuple[Picture, Any]:
        """Return the gradient (H×W×3) and the sum of the windows' values."""
        size = Size.of(image)
        window = self._window(size, objective.layers)
        if window == size:
            return self._network.input_gradient(image, objective)
        p, counts = on(image), _counts(size, window)
        places = places_of(size, window, *counts, _STRIDE)
        result, weight, value = p.zeros(size), p.constant(window_weight(window)), 0.0
        for number, place in enumerate(places, 1):
            gradient, of_window = self._network.input_gradient(p.window(image, place, window), objective)
            p.put(result, place, p.window(result, place, window) + gradient * weight)
            value = value + of_window
            self.on_tile(number, len(places))
        for total in self._totals(size, window):
            result /= p.constant(total)
        return result, value

    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Return the layer's blob for this image: C×H×W; of a large one C×places, window by window."""
        size = Size.of(image)
        window = self._window(size, (layer,))
        if window == size:
            return self._network.activations(image, layer)
        blobs = []
        for place in places_of(size, window, *_counts(size, window), _STRIDE):
            blob = self._network.activations(on(image).window(image, place, window), layer)
            blobs.append(blob.reshape(len(blob), -1))
        return np.concatenate(blobs, axis=1)

    def powers(self, image: Image, layers: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the mean square of each channel (C) of these layers for this image, of all windows."""
        size = Size.of(image)
        whole = self._window(size, tuple(layers)) == size
        return self._network.powers(image, layers) if whole else super().powers(image, layers)

    def use_threads(self, count: int) -> None:
        """Compute the next gradients with `count` CPU threads."""
        self._network.use_threads(count)

    def end_threads(self, timeout: float) -> bool:
        """End the threads that build in the background; return whether they ended in time (seconds)."""
        return self._network.end_threads(timeout)


def _window_of(network: Network, asked: int, size: Size, layers: tuple[str, ...]) -> Size:
    """Return the size of the windows of a picture: its own where it is computed as a whole."""
    side = asked or _AUTO
    if max(size) <= side or (not asked and _fits(network, size, layers)):
        return size
    return Size(*(min(side, each) for each in size))


def _fits(network: Network, size: Size, layers: tuple[str, ...]) -> bool:
    shapes = walk(network.spec.pruned(layers), network.input_shape(size, layers))
    # each is kept for the way back
    numbers = sum(math.prod(top) for layer in shapes for top in layer.tops)
    return 4 * numbers <= network.memory / 4


def _totals_of(size: Size, window: Size) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what the windows that a row (H×1×1) and a column (1×W×1) is in count together."""
    down, across = np.zeros(size.height, np.float32), np.zeros(size.width, np.float32)
    for total, extent, count in zip((down, across), window.shape, _counts(size, window), strict=True):
        for first in starts(len(total), extent, count, _STRIDE):
            np.add.at(total, np.arange(first, first + extent) % len(total), ramp(extent))
    return down[:, None, None], across[None, :, None]


def _counts(picture: Size, window: Size) -> tuple[int, int]:
    """Return how many windows there are down and across a picture."""
    sides = zip(picture.shape, window.shape, strict=True)
    down, across = (1 if extent >= side else -(-side // max(extent - _OVERLAP, 1)) for side, extent in sides)
    return down, across
