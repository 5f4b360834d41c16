"""A Caffe net on PyTorch, on CPU, CUDA or MPS: the plain autograd engine.

Only what an objective needs is built and run: the net is pruned at the objective's layers, weights
take no gradient, and tensors are channels-last (an H×W×3 canvas is that already).
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec, NetSpec, infer_shapes, slid
from dreamstream.errors import NetError
from dreamstream.nets.layers import build
from dreamstream.nets.network import Image, Objective, Preprocessing
from dreamstream.nets.op import Op

_PLANS_KEPT = 64  # a few layers at each octave's size


_OF_TORCH = (RuntimeError, ValueError, IndexError)
"""What torch raises when it cannot compute something."""


@dataclass(frozen=True)
class _Step:
    layer: LayerSpec
    run: Op


def pick_device(name: str) -> torch.device:
    """Return the device for `auto`, `cpu`, `cuda` or `mps`; NetError where it is not there."""
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        name = next(kind for kind, there in available.items() if there)
    if not available.get(name, False):
        there = ", ".join(kind for kind, is_there in available.items() if is_there)
        raise NetError(f"device '{name}' is not available here; available: {there}")
    return torch.device(name)


class TorchNet:
    """`Network` on torch. Not for use by two threads at once."""

    def __init__(self, spec: NetSpec, preprocessing: Preprocessing, device: str = "auto") -> None:
        self.device = pick_device(device)
        self._spec = spec
        self._preprocessing = preprocessing
        self._mean = torch.tensor(preprocessing.mean, device=self.device)
        self._ops: dict[tuple[str, str], Op] = {}
        self._plans: OrderedDict[tuple[tuple[str, ...], tuple[int, ...]], list[_Step]] = OrderedDict()

    def layers(self) -> tuple[str, ...]:
        """Return the names of all layers, in order."""
        return self._spec.names()

    def input_gradient(self, image: Image, objective: Objective) -> tuple[Image, float]:
        """Return the gradient of the objective with respect to the image (H×W×3), and its value."""
        pixels = torch.from_numpy(np.ascontiguousarray(image)).to(self.device).requires_grad_()
        wanted = objective.layers
        reached = self._run(pixels, wanted)
        with torch.no_grad():
            value, seeds = objective.seed({name: t.detach() for name, t in reached.items()})
        try:
            (gradient,) = torch.autograd.grad(
                [reached[name] for name in wanted], pixels, [seeds[name] for name in wanted]
            )
        except _OF_TORCH as error:
            raise NetError(
                f"{self._spec.where}: the gradient of {', '.join(wanted)}: {_short(error)}"
            ) from error
        return gradient.cpu().numpy(), float(value)

    @torch.no_grad()
    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Return the layer's blob for this image: C×H×W."""
        pixels = torch.from_numpy(np.ascontiguousarray(image)).to(self.device)
        blob: NDArray[np.float32] = self._run(pixels, (layer,))[layer][0].contiguous().cpu().numpy()
        return blob

    def _run(self, pixels: Tensor, wanted: tuple[str, ...]) -> dict[str, Tensor]:
        picture = self._preprocess(pixels)
        blobs = {self._spec.picture: picture}
        reached: dict[str, Tensor] = {}
        for step in self._plan(wanted, tuple(picture.shape)):
            try:
                tops = step.run([blobs[name] for name in step.layer.bottoms])
            except _OF_TORCH as error:
                layer = f"layer '{step.layer.name}' ({step.layer.type})"
                raise NetError(f"{self._spec.where}: {layer}: {_short(error)}") from error
            blobs.update(zip(step.layer.tops, tops, strict=True))
            if step.layer.name in wanted:
                reached[step.layer.name] = tops[0]
        return reached

    def _plan(self, wanted: tuple[str, ...], shape: tuple[int, ...]) -> list[_Step]:
        """Return the layers that are needed, held against the picture's shape before any is run."""
        key = wanted, shape
        if key not in self._plans:
            spec = slid(self._spec.pruned(wanted), shape)
            infer_shapes(spec, shape)
            self._plans[key] = [_Step(layer, self._op(layer)) for layer in spec.layers]
            if len(self._plans) > _PLANS_KEPT:
                self._plans.popitem(last=False)
        self._plans.move_to_end(key)
        return self._plans[key]

    def _op(self, layer: LayerSpec) -> Op:
        key = layer.name, layer.type  # an inner product may slide as a convolution, too
        if key not in self._ops:
            self._ops[key] = build(layer, self.device)
        return self._ops[key]

    def _preprocess(self, pixels: Tensor) -> Tensor:
        how = self._preprocessing
        channels = pixels if how.order == "RGB" else pixels.flip(2)
        scaled = (channels - self._mean) * how.scale
        planes = scaled.permute(2, 0, 1).unsqueeze(0)
        if self._spec.channels == 1:
            planes = planes.mean(1, keepdim=True)
        return _padded(planes, how.multiple)


def _padded(planes: Tensor, multiple: int) -> Tensor:
    height, width = planes.shape[-2:]
    down = math.ceil(height / multiple) * multiple - height
    right = math.ceil(width / multiple) * multiple - width
    if not down and not right:
        return planes
    mode = "reflect" if down < height and right < width else "replicate"
    return functional.pad(planes, (0, right, 0, down), mode=mode)


def _short(error: Any) -> str:
    return str(error).splitlines()[0][:200]
