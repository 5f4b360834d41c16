"""The net that dreams are computed with: by compiled plans (`nets.plan`), or by autograd.

A plan has a gradient's forward and backward pass written out for one set of layers and one picture size.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from dreamstream.caffe import NetSpec, cut
from dreamstream.nets.autograd_net import AutogradNet
from dreamstream.nets.device import pick_device
from dreamstream.nets.network import Objective
from dreamstream.nets.plan.captured import captured
from dreamstream.nets.plan.lowering import lower
from dreamstream.nets.plan.op import dense
from dreamstream.nets.plan.plan import Plan
from dreamstream.nets.plan.plans import Key, Plans
from dreamstream.nets.precision import PRECISIONS, pick_precision
from dreamstream.nets.preparation import in_rgb
from dreamstream.nets.preprocessing import Preprocessing
from dreamstream.size import Size


class TorchNet(AutogradNet):
    """`plan` is `compiled` or `reference` (autograd, in float32).

    `precision` is the number type that plans compute in: `auto`, `fp32`, `bf16` or `fp16`.
    """

    def __init__(
        self,
        spec: NetSpec,
        preprocessing: Preprocessing,
        device: str = "auto",
        plan: str = "compiled",
        precision: str = "fp32",
    ) -> None:
        # on Apple's, plans have not been seen to run: nothing is assumed
        compiled = plan == "compiled" and pick_device(device).type != "mps"
        if compiled:
            spec, preprocessing = in_rgb(spec, preprocessing)
        super().__init__(spec, preprocessing, device)
        dtype = pick_precision(precision, self._device) if compiled else torch.float32
        memory = self.memory / 4  # bytes for plans
        # `build_plan` is a function: plans must not refer to the net, which is freed when another one plays
        self._plans = (
            Plans(partial(build_plan, spec, dtype, self._device), memory=memory) if compiled else None
        )
        self.precision = next(name for name, each in PRECISIONS.items() if each == dtype)
        self.engine = f"{self.precision} on {self.device}"
        self.most_threads = torch.get_num_threads() if self.device == "cpu" else 1

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        """Return whether the plan is there; if not, have it built on another thread."""
        return self._plans is None or self._plans.begin((tuple(layers), self.input_shape(size, layers)))

    def use_threads(self, count: int) -> None:
        """Compute the next gradients with `count` CPU threads; call it on the thread that computes them."""
        if torch.get_num_threads() != count:  # on this thread: each has a number of its own
            torch.set_num_threads(count)

    def end_threads(self, timeout: float) -> bool:
        """Build no more plans; return whether the one being built was done in time (seconds)."""
        return self._plans is None or self._plans.close(timeout)

    def _forget(self) -> None:
        if self._plans is not None:
            self._plans.clear()

    def _gradient(self, pixels: Tensor, objective: Objective) -> tuple[Tensor, Any]:
        if self._plans is None:
            return super()._gradient(pixels, objective)
        size = Size.of(pixels)
        shape = self.input_shape(size, objective.layers)
        plan = self._plans.get((objective.layers, shape))
        gradient, value = plan.gradient(self._preparation.forward(pixels, shape), objective.seed)
        return self._preparation.backward(gradient, size), value

    def _run(self, pixels: Tensor, layers: tuple[str, ...]) -> dict[str, Tensor]:
        if self._plans is None:
            return super()._run(pixels, layers)
        shape = self.input_shape(Size.of(pixels), layers)
        return self._plans.get((layers, shape)).forward(self._preparation.forward(pixels, shape))


def build_plan(net: NetSpec, dtype: torch.dtype, device: torch.device, key: Key) -> Plan:
    """Return a net's plan for a key, run before: libraries generate or load their code in the first run."""
    layers, shape = key
    spec, shapes = cut(net, layers, shape)
    plan = lower(spec, shapes, shape, layers, dtype, device)
    picture = dense(torch.zeros(shape, device=device))
    if device.type == "cuda":
        return captured(plan, picture)
    plan.gradient(picture, lambda activations: (0, activations))
    return plan
