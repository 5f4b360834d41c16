"""A Caffe net on PyTorch's autograd, on CPU, CUDA or MPS: the reference for compiled plans.

    picture -> prepared input -> layers, one function each -> seeds -> autograd -> gradient

Only what an objective needs is run: the net is pruned at the objective's layers, weights take no gradient,
and tensors are channels-last (an H×W×3 array is that already).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dreamstream.caffe import LayerSpec, NetSpec, cut
from dreamstream.errors import NetError, OutOfMemoryError, is_full
from dreamstream.nets.device import device_memory, free, pick_device
from dreamstream.nets.function import Builder, Function, weights
from dreamstream.nets.layers import LAYERS
from dreamstream.nets.network import Image, Network, Objective
from dreamstream.nets.preparation import Preparation
from dreamstream.nets.preprocessing import Preprocessing
from dreamstream.pictures import Picture
from dreamstream.size import Size

_TORCH_ERRORS = (RuntimeError, ValueError, IndexError)
"""What torch raises when it cannot compute something."""

_Step = tuple[LayerSpec, Function]


class AutogradNet(Network):
    """Subclasses choose how a layer is built, what layout the input has, and how a gradient is computed."""

    _builders: Mapping[str, Builder] = LAYERS
    _layout = torch.channels_last

    def __init__(self, spec: NetSpec, preprocessing: Preprocessing, device: str = "auto") -> None:
        super().__init__(spec, preprocessing)
        self._device = pick_device(device)
        self.device = self._device.type
        self._preparation = Preparation(preprocessing, spec.channels, self._device)
        self._steps = _steps(spec, self._builders, self._device)

    def input_gradient(self, image: Picture, objective: Objective) -> tuple[Picture, Any]:
        """Return the gradient of the objective with respect to the image (H×W×3), and its value."""
        with self._saying(f"the gradient of {', '.join(objective.layers)}"):
            pixels = image.detach() if isinstance(image, Tensor) else self._pixels(image)
            gradient, value = self._gradient(pixels, objective)
            if isinstance(image, Tensor):
                return _like(pixels, gradient), value
            return gradient.cpu().numpy(), float(value)

    @torch.no_grad()
    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Return the layer's blob for this image: C×H×W."""
        with self._saying(layer):
            blob = self._run(self._pixels(image), (layer,))[layer]
            activations: NDArray[np.float32] = blob[0].contiguous().cpu().numpy()
            return activations

    @torch.no_grad()
    def powers(self, image: Image, layers: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the mean square of each channel (C) of these layers, in one pass; waits for the device."""
        with self._saying(", ".join(layers)):
            blobs = self._run(self._pixels(image), tuple(layers))
            means = [blobs[layer][0].float().flatten(1).square().mean(1) for layer in layers]
            landed = torch.cat(means).cpu().numpy()
        ends = np.cumsum([len(mean) for mean in means])
        return dict(zip(layers, np.split(landed, ends[:-1]), strict=True))

    @property
    def memory(self) -> float:
        """The bytes of memory that its device has."""
        return device_memory(self._device)

    def _pixels(self, image: Image) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(image)).to(self._device)

    def _gradient(self, pixels: Tensor, objective: Objective) -> tuple[Tensor, Any]:
        layers = objective.layers
        activations = self._run(pixels.requires_grad_(), layers)
        with torch.no_grad():
            value, seeds = objective.seed({name: blob.detach() for name, blob in activations.items()})
        climbed = [name for name in layers if activations[name].requires_grad]  # places have no gradient
        if not climbed:
            return torch.zeros_like(pixels), value
        outputs, gradients = [activations[name] for name in climbed], [seeds[name] for name in climbed]
        (gradient,) = torch.autograd.grad(outputs, pixels, gradients)
        return gradient, value

    def _run(self, pixels: Tensor, layers: tuple[str, ...]) -> dict[str, Tensor]:
        """Return the activations of these layers."""
        shape = self.input_shape(Size.of(pixels), layers)
        picture = self._preparation.forward(pixels, shape).contiguous(memory_format=self._layout)
        blobs = {self.spec.picture: picture}
        activations: dict[str, Tensor] = {}
        for layer, function in self._steps(layers, tuple(picture.shape)):
            try:
                tops = function([blobs[name] for name in layer.bottoms])
            except _TORCH_ERRORS as error:
                if is_full(error):
                    raise
                raise self._failure(f"layer '{layer.name}' ({layer.type})", error) from error
            blobs.update(zip(layer.tops, tops, strict=True))
            if layer.name in layers:
                activations[layer.name] = tops[0]
        return activations

    @contextmanager
    def _saying(self, what: str) -> Iterator[None]:
        """Raise what torch raises as a NetError; for want of memory once what can be spared is given back."""
        try:
            yield
        except _TORCH_ERRORS as error:
            if not is_full(error):
                raise self._failure(what, error) from error
            self._forget()
            free(error, self._device)
            where = f"{self.spec.origin}: {what}"
            text = f"{where}: not enough memory ({self._device.type}); a smaller --size needs less"
            raise OutOfMemoryError(text) from error

    def _forget(self) -> None:
        """Let go of what is kept for the next gradients."""

    def _failure(self, where: str, error: Exception) -> NetError:
        return NetError(f"{self.spec.origin}: {where}: {str(error).splitlines()[0][:200]}")


def _like(picture: Tensor, gradient: Tensor) -> Tensor:
    """Return the gradient with the strides of a picture that has no gaps."""
    if gradient.stride() == picture.stride():
        return gradient
    return torch.empty_like(picture).copy_(gradient)


def _steps(
    spec: NetSpec, builders: Mapping[str, Builder], device: torch.device
) -> Callable[..., Sequence[_Step]]:
    """Return a cached function: layers, picture's shape -> the layers needed and their functions.

    The layers are checked against the shape before any is built. The function does not refer to the net,
    which is freed as soon as another one plays.
    """
    functions: dict[tuple[str, str], Function] = {}

    @lru_cache(64)
    def steps(layers: tuple[str, ...], shape: tuple[int, ...]) -> Sequence[_Step]:
        needed = cut(spec, layers, shape)[0].layers
        for layer in needed:
            key = layer.name, layer.type  # an inner product may also slide as a convolution
            if key not in functions:
                functions[key] = builders[layer.type](layer, weights(layer, device))
        return [(layer, functions[layer.name, layer.type]) for layer in needed]

    return steps
