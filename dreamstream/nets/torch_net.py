"""A Caffe net on PyTorch, on CPU, CUDA or MPS.

On a CPU a gradient is computed by a compiled plan (`nets.plan`): forward and backward written out, built once
for each set of layers and picture size. The plain autograd path is the reference, and what runs elsewhere.

Only what an objective needs is built and run: the net is pruned at the objective's layers, weights
take no gradient, and tensors are channels-last (an H×W×3 canvas is that already).
"""

import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dreamstream.caffe import LayerSpec, NetSpec
from dreamstream.errors import NetError
from dreamstream.nets.layers import build
from dreamstream.nets.network import Image, Objective, Precision, Preprocessing
from dreamstream.nets.op import Op
from dreamstream.nets.plan import Plan, Plans, lower
from dreamstream.nets.plan.plans import Key
from dreamstream.nets.precision import pick_precision
from dreamstream.nets.preparation import Preparation, in_rgb
from dreamstream.nets.reach import cut, shape_at
from dreamstream.size import Size

_ROOM = 2 << 30  # bytes for plans where the machine does not say how much memory it has
_KEPT = 64  # sets of layers and sizes whose layers the reference remembers


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
    """`Network` on torch. Not for use by two threads at once.

    `plan` is `compiled` or `reference`, `precision` what plans compute in: `auto`, `fp32` or `bf16`.
    """

    def __init__(
        self,
        spec: NetSpec,
        preprocessing: Preprocessing,
        device: str = "auto",
        plan: str = "compiled",
        precision: str = "fp32",
    ) -> None:
        self._device = pick_device(device)
        self.device = self._device.type
        compiled = plan == "compiled" and self.device == "cpu"
        if compiled:
            spec, preprocessing = in_rgb(spec, preprocessing)
        self._spec = spec
        self._preparation = Preparation(preprocessing, spec.channels, self._device)
        self._ops: dict[tuple[str, str], Op] = {}
        self._steps: OrderedDict[Key, list[_Step]] = OrderedDict()
        dtype = pick_precision(precision) if compiled else torch.float32
        # a function of its own: the plans must not keep the net, which goes at once when another is played
        self._plans = Plans(partial(_built, spec, dtype), room=_room()) if compiled else None
        self.precision: Precision = "bf16" if dtype == torch.bfloat16 else "fp32"
        self.engine = f"{self.precision} on {self.device}"
        self.most_threads = torch.get_num_threads() if self.device == "cpu" else 1

    def layers(self) -> tuple[str, ...]:
        """Return the names of all layers, in order."""
        return self._spec.names()

    def shape(self, size: Size, layer: str) -> tuple[int, ...]:
        """Return the shape of a layer's blob for a picture of this size."""
        return shape_at(self._spec, layer, self._preparation.shape(size))

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        """Return whether a gradient there begins at once; if not, have what it needs built elsewhere."""
        return self._plans is None or self._plans.begin(self._key(size, layers))

    def use_threads(self, count: int) -> None:
        """Compute the next gradients with so many threads, if this is the thread that computes them."""
        torch.set_num_threads(count)

    def end_threads(self, timeout: float) -> bool:
        """Build no more plans; return whether the one under way was done in time (seconds)."""
        return self._plans is None or self._plans.close(timeout)

    def input_gradient(self, image: Image, objective: Objective) -> tuple[Image, float]:
        """Return the gradient of the objective with respect to the image (H×W×3), and its value."""
        pixels = torch.from_numpy(np.ascontiguousarray(image)).to(self._device)
        wanted, values = objective.layers, list[Any]()

        def seed(reached: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
            value, seeds = objective.seed(reached)
            values.append(value)
            return seeds

        try:
            if self._plans is None:
                gradient = self._followed(pixels, wanted, seed)
            else:
                size = Size.of(image)
                plan = self._plans.get(self._key(size, wanted))
                picture = plan.gradient(self._preparation.forward(pixels), seed)
                gradient = self._preparation.backward(picture, size)
        except _OF_TORCH as error:
            raise NetError(
                f"{self._spec.where}: the gradient of {', '.join(wanted)}: {_short(error)}"
            ) from error
        return gradient.cpu().numpy(), float(values[0])

    @torch.no_grad()
    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Return the layer's blob for this image: C×H×W."""
        pixels = torch.from_numpy(np.ascontiguousarray(image)).to(self._device)
        if self._plans is None:
            reached = self._run(pixels, (layer,))
        else:
            plan = self._plans.get(self._key(Size.of(image), (layer,)))
            reached = plan.forward(self._preparation.forward(pixels))
        blob: NDArray[np.float32] = reached[layer][0].contiguous().cpu().numpy()
        return blob

    def _key(self, size: Size, layers: Sequence[str]) -> Key:
        return tuple(layers), self._preparation.shape(size)

    def _followed(self, pixels: Tensor, wanted: tuple[str, ...], seed: Any) -> Tensor:
        """Return the gradient by autograd: the reference."""
        pixels.requires_grad_()
        reached = self._run(pixels, wanted)
        with torch.no_grad():
            seeds = seed({name: t.detach() for name, t in reached.items()})
        (gradient,) = torch.autograd.grad(
            [reached[name] for name in wanted], pixels, [seeds[name] for name in wanted]
        )
        return gradient

    def _run(self, pixels: Tensor, wanted: tuple[str, ...]) -> dict[str, Tensor]:
        picture = self._preparation.forward(pixels)
        blobs = {self._spec.picture: picture}
        reached: dict[str, Tensor] = {}
        for step in self._steps_to(wanted, tuple(picture.shape)):
            try:
                tops = step.run([blobs[name] for name in step.layer.bottoms])
            except _OF_TORCH as error:
                layer = f"layer '{step.layer.name}' ({step.layer.type})"
                raise NetError(f"{self._spec.where}: {layer}: {_short(error)}") from error
            blobs.update(zip(step.layer.tops, tops, strict=True))
            if step.layer.name in wanted:
                reached[step.layer.name] = tops[0]
        return reached

    def _steps_to(self, wanted: tuple[str, ...], shape: tuple[int, ...]) -> list[_Step]:
        """Return the layers that are needed, held against the picture's shape before any is run."""
        key = wanted, shape
        if key not in self._steps:
            spec, _ = cut(self._spec, wanted, shape)
            self._steps[key] = [_Step(layer, self._op(layer)) for layer in spec.layers]
            if len(self._steps) > _KEPT:
                self._steps.popitem(last=False)
        self._steps.move_to_end(key)
        return self._steps[key]

    def _op(self, layer: LayerSpec) -> Op:
        key = layer.name, layer.type  # an inner product may slide as a convolution, too
        if key not in self._ops:
            self._ops[key] = build(layer, self._device)
        return self._ops[key]


def _built(net: NetSpec, precision: torch.dtype, key: Key) -> Plan:
    """Return a net's plan for a key, with one run behind it: oneDNN writes its code at the first."""
    wanted, shape = key
    spec, shapes = cut(net, wanted, shape)
    numbers = sum(blob.size for layer in spec.layers for blob in layer.blobs)
    held = 2 * numbers * precision.itemsize  # laid out for the way up, and for the way back
    plan = Plan(lower(spec, shapes, shape, wanted, precision), precision, held)
    plan.gradient(torch.zeros(shape), lambda reached: reached)
    return plan


def _room() -> int:
    """Return how many bytes plans may hold: a quarter of the machine's memory."""
    if not hasattr(os, "sysconf"):
        return _ROOM
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4


def _short(error: Any) -> str:
    return str(error).splitlines()[0][:200]
