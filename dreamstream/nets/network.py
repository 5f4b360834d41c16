"""What a net must do for a dream, whichever engine computes it.

image -> preprocessing -> forward to the objective's layers -> seed -> backward -> gradient of the image
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dreamstream.caffe import NetSpec, cut, joining
from dreamstream.nets.preprocessing import Preprocessing
from dreamstream.pictures import Picture
from dreamstream.process import machine_memory
from dreamstream.size import Size

Image = NDArray[np.float32]
"""H×W×3, RGB, 0..255, any size."""


class Objective(Protocol):
    """What is maximised, as the seed of a backward pass.

    `seed` gets the activations of `layers` (1×C×H×W, arrays of any engine: use operators and methods
    that numpy and torch share) and returns the objective's value and, for each layer, the gradient of
    the value with respect to its activation: Caffe's `diff`.
    """

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers whose activations it needs."""
        ...

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return the value (a scalar) and the gradient for each layer."""
        ...


class Network(ABC):
    """A Caffe net in an engine. A run stops right at the layer asked for. Not for use by two threads at once.

    `engine` names what computes, `device` where: `cpu`, `cuda` or `mps`.
    """

    engine: str
    device: str
    precision: str = "fp32"
    """`fp32`, `bf16` or `fp16`."""
    most_threads: int = 0
    """The most CPU threads worth using; 1 where they make no difference, 0 where they cannot be set."""

    def __init__(self, spec: NetSpec, preprocessing: Preprocessing) -> None:
        self.spec, self.preprocessing = spec, preprocessing
        self.on_tile: Callable[[int, int], None] = lambda done, total: None
        """Called with how many windows are done, of how many, where a gradient is computed in windows."""
        self._joining = lru_cache(256)(partial(joining, spec))

    def shape(self, size: Size, layer: str) -> tuple[int, ...]:
        """Return the shape of a layer's blob (1, C, H, W, or fewer axes) for a picture of this size.

        Nothing is run. Raises NetError for an unknown layer or a picture that is too small to reach it.
        """
        return cut(self.spec, (layer,), self.input_shape(size, (layer,)))[1][layer][0]

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        """Return whether a gradient can begin at once; if not, have what it needs built elsewhere.

        Calling it is optional: `input_gradient` builds what is missing, and waits for it.
        """
        return True

    @abstractmethod
    def input_gradient(self, image: Picture, objective: Objective) -> tuple[Picture, Any]:
        """Return the gradient of the objective with respect to the image (H×W×3), and its value.

        For an array they are an array and a float. For a float32 tensor on the net's device, of any strides,
        they are tensors there, the gradient with its strides (if it has no gaps), and nothing waits for the
        device. Both are the caller's own.
        Raises NetError for an unknown layer or an image that is too small to reach it, and OutOfMemoryError.
        """

    @abstractmethod
    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Return the layer's blob for this image: C×H×W."""

    def powers(self, image: Image, layers: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the mean square of each channel (C) of these layers for this image."""
        blobs = {layer: self.activations(image, layer) for layer in layers}
        return {layer: np.square(blob).reshape(len(blob), -1).mean(1) for layer, blob in blobs.items()}

    @property
    def memory(self) -> float:
        """The bytes of memory that there are where it computes."""
        return machine_memory()

    def use_threads(self, count: int) -> None:  # noqa: B027  # optional
        """Compute the next gradients with `count` CPU threads; call it on the thread that computes them."""

    def end_threads(self, timeout: float) -> bool:
        """End the threads that build in the background; return whether they ended in time (seconds)."""
        return True

    def input_shape(self, size: Size, layers: Sequence[str]) -> tuple[int, ...]:
        """Return the shape of the net's input (1, C, H, W) for a picture of this size, up to these layers.

        It is larger than the picture where the net's branches join at a larger size only.
        """
        return self._joining(tuple(layers), self.preprocessing.input_shape(size, self.spec.channels))
