"""Mapping: the map of a net's layer, from pictures and from what the net itself dreams of its channels.

    clouds -> small dreams of many channels, or somebody's pictures -> activations -> map

The dreams show more of what a layer knows than any picture that is drawn, and need no photographs.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import numpy as np

from dreamstream.dream.ascent import ascend
from dreamstream.dream.layer_map import LayerMap, map_of_samples, samples_of
from dreamstream.dream.objectives import Direction
from dreamstream.errors import NetError, TooSmallError
from dreamstream.nets import Image, Network
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.sources import open_source

_DREAMS = 128  # at most
_SIDES = (128, 192, 256, 384)  # px, of which the first that reaches the layer is taken
_PARAMS = Params(octaves=1, iterations=8, step=6.0, jitter=16)


def map_layer(
    network: Network,
    layer: str,
    pictures: Iterable[Image] | None = None,
    check: Callable[[], None] = lambda: None,
) -> LayerMap:
    """Return a layer's map: of pictures (H×W×3, 0..255, any size), or of `dreams` for None.

    `check` is called before each gradient step, and may raise to end it early. Raises NetError where the net
    has no such layer, or where that shows nothing to be told apart.
    """
    shown = dreams(network, layer, check) if pictures is None else pictures
    try:
        return map_of_samples(samples_of(network.activations(picture, layer) for picture in shown))
    except ValueError as error:
        raise NetError(f"{layer}: {error}") from error


def size_for(network: Network, layer: str) -> Size:
    """Return the size of the small pictures that reach a layer; NetError where none does."""
    for side in _SIDES:
        with suppress(TooSmallError):
            network.shape(Size(side, side), layer)
            break
    return Size(side, side)


def dreams(network: Network, layer: str, check: Callable[[], None]) -> Iterator[Image]:
    """Give small dreams of evenly chosen channels of a layer, towards one and away from the next by turns."""
    size = size_for(network, layer)
    count = network.shape(size, layer)[1]
    for number, channel in enumerate(np.linspace(0, count - 1, min(count, _DREAMS)).round().astype(int)):
        vector = np.zeros(count)
        vector[channel] = (-1) ** number
        clouds, rng = open_source("clouds", size, number), np.random.default_rng(number)
        yield ascend(network, clouds.read(), Direction(layer, vector), _PARAMS, rng, check)
