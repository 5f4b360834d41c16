"""A net as data: layers in order, each with its type, blobs' names, settings and weights.

The order and the names are Caffe's. Names of *blobs* may be written several times (in-place layers);
names of *layers* are unique, and a dream's `layer` is always a layer's name: the net is run up to
that layer and stops right there, as Caffe's `forward(end=...)` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.errors import NetError, nearest

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LayerSpec:
    """One layer. `message` holds the type's settings, e.g. `message.convolution_param.stride`, no weights.

    Specs share their messages: to change one, change a deepcopy.
    """

    name: str
    type: str
    bottoms: tuple[str, ...]
    tops: tuple[str, ...]
    message: Any
    blobs: tuple[Array, ...] = ()
    fault: str = ""
    """What is wrong in its part of the file: it matters to a dream that needs this layer, and to no other."""


@dataclass(frozen=True, eq=False)
class NetSpec:
    """A whole net; `inputs` are the blobs that no layer computes: the picture, and what training needed."""

    name: str
    layers: tuple[LayerSpec, ...]
    inputs: tuple[str, ...]
    origin: str
    """Where it is from, in error messages: its file, as a rule."""
    channels: int = 3
    """How many channels a picture has, 3 where the file does not say: 1 is a gray net."""
    mean: tuple[float, ...] = ()
    """What a data layer of the file subtracts from each channel, in the net's order; empty if unknown."""
    scale: float = 1.0
    """What a data layer of the file multiplies by, after the mean."""

    @property
    def picture(self) -> str:
        """The input that takes the picture: the one called `data`, else the first."""
        if not self.inputs:
            raise NetError(f'{self.origin}: no input: a layer of type Input, or `input: "data"`, is needed')
        return "data" if "data" in self.inputs else self.inputs[0]

    def names(self) -> tuple[str, ...]:
        """Return the names of the computed layers, in order."""
        return tuple(layer.name for layer in self.layers)

    def layer(self, name: str) -> LayerSpec:
        """Return the layer called `name`; NetError names the nearest when there is none."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise NetError(f"{self.origin}: no layer '{name}'; {nearest(name, self.names())}")

    def leading_to(self, name: str) -> str:
        """Return the layer called `name`, or else the last that writes a blob of that name.

        NetError names the nearest layer where there is neither.
        """
        writers = [layer.name for layer in self.layers if name in layer.tops]
        return writers[-1] if writers and name not in self.names() else self.layer(name).name

    def pruned(self, ends: Sequence[str]) -> "NetSpec":
        """Return the net cut down to what the `ends` need, and cut off after the last of them.

        NetError where that needs an input other than the picture, or a layer with a fault.
        """
        ending = {self.layer(name).name for name in ends}
        last = max(i for i, layer in enumerate(self.layers) if layer.name in ending)
        needed: set[str] = set()
        pruned: list[LayerSpec] = []
        for layer in reversed(self.layers[: last + 1]):
            if layer.name in ending or needed.intersection(layer.tops):
                needed.difference_update(layer.tops)
                needed.update(layer.bottoms)
                pruned.append(layer)
        for layer in reversed(pruned):
            if layer.fault:
                raise NetError(f"{self.origin}: layer '{layer.name}' ({layer.type}): {layer.fault}")
        for layer in reversed(pruned):
            for name in layer.bottoms:
                if name in needed - {self.picture}:
                    where = f"{self.origin}: layer '{layer.name}' ({layer.type})"
                    raise NetError(f"{where} needs the input '{name}', and there is only a picture")
        return replace(self, layers=tuple(reversed(pruned)))

    def bare(self) -> "NetSpec":
        """Return the net without its weights."""
        return replace(self, layers=tuple(replace(layer, blobs=()) for layer in self.layers))

    def with_blobs(self, blobs: Mapping[str, Sequence[Array]]) -> "NetSpec":
        """Return the net with the weights of the layers that `blobs` names."""
        layers = tuple(
            replace(layer, blobs=tuple(blobs.get(layer.name, layer.blobs))) for layer in self.layers
        )
        return replace(self, layers=layers)
