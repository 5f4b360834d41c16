"""The seam to the engine: what a net must do for a dream, whoever computes it.

image -> preprocessing (inside) -> forward to the objective's layers -> seed -> backward -> gradient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from dreamstream.size import Size

Image = NDArray[np.float32]
"""H×W×3, RGB, 0..255, any size."""

Precision = Literal["fp32", "bf16"]
"""The numbers that a net computes with."""


@dataclass(frozen=True)
class Preprocessing:
    """How a picture becomes a net's input: per channel (x - mean) · scale, in the order given.

    `mean` is in the net's channel order. Sides are padded by reflection to multiples of `multiple`.
    """

    mean: tuple[float, float, float] = (104.0, 116.0, 122.0)
    scale: float = 1.0
    order: str = "BGR"
    multiple: int = 1

    def input_shape(self, size: Size, channels: int) -> tuple[int, ...]:
        """Return the shape of the net's input for a picture of this size."""
        return (1, channels, *(-(-n // self.multiple) * self.multiple for n in size.shape))


class Objective(Protocol):
    """What is maximised, as the seed of a backward pass.

    `seed` gets the activations of `layers` (1×C×H×W, arrays of whatever engine it is: use operators
    and methods that numpy and torch share) and returns the objective's value and, for each layer,
    the gradient of the value with respect to its activation: Caffe's `diff`.
    """

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers whose activations it needs."""
        ...

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return the value (a scalar) and the gradient for each layer."""
        ...


class Network(Protocol):
    """A net that can be dreamt with. Layers are Caffe layers' names; a run stops right at them.

    `engine` says in a few words what computes, `device` where: `cpu`, `cuda` or `mps`.
    """

    engine: str
    device: str
    precision: Precision

    def layers(self) -> tuple[str, ...]:
        """Return the names of all layers, in order."""
        ...

    def shape(self, size: Size, layer: str) -> tuple[int, ...]:
        """Return the shape of a layer's blob (1, C, H, W, or fewer) for a picture of this size.

        Raises NetError for an unknown layer or a picture that is too small to reach it. Nothing is run.
        """
        ...

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        """Return whether a gradient there would begin at once; if not, have what it needs built elsewhere.

        It needs not be asked: `input_gradient` builds what is missing, and waits for it.
        """
        ...

    def input_gradient(self, image: Image, objective: Objective) -> tuple[Image, float]:
        """Return the gradient of the objective with respect to the image (H×W×3), and its value.

        Raises NetError for an unknown layer or an image that is too small to reach it.
        """
        ...

    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Return the layer's blob for this image: C×H×W."""
        ...


@runtime_checkable
class Threaded(Protocol):
    """A net that computes on CPU threads of its own.

    Their number can be changed between two gradients, from the thread that asks for these.
    """

    @property
    def most_threads(self) -> int:
        """As many as are ever worth it; 1 where they do not matter."""
        ...

    def use_threads(self, count: int) -> None:
        """Compute the next gradients with so many."""
        ...

    def end_threads(self, timeout: float) -> bool:
        """End what works beside the gradients; return whether it ended in time (seconds)."""
        ...
