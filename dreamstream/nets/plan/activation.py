"""ReLU and the like: what they cut off, and which gradients pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec
from dreamstream.nets.plan.op import Gradients, Op, added, dense

_aten: Any = torch.ops.aten


@dataclass(frozen=True)
class Activation:
    """Multiplies numbers below 0 by `slope`, or limits all to `low`..`high`."""

    slope: float = 0.0
    low: float | None = None
    high: float | None = None

    @property
    def fused(self) -> tuple[str, list[float]]:
        """Its name and settings for oneDNN's convolutions."""
        if self.low is not None:
            return "hardtanh", [self.low, self.high or 0.0]
        return ("leaky_relu", [self.slope]) if self.slope else ("relu", [])

    def __call__(self, x: Tensor, inplace: bool = False) -> Tensor:
        """Return the activated tensor."""
        if self.low is not None:
            return functional.hardtanh(x, self.low, self.high or 0.0, inplace)
        return functional.leaky_relu(x, self.slope, inplace) if self.slope else functional.relu(x, inplace)

    def masked(self, gradient: Tensor, result: Tensor, inplace: bool = False) -> Tensor:
        """Return the gradient of the activation's input, given its result alone.

        Where the result is one of the two limits none passes: its input was beyond, but for a coincidence.
        In place, it need not be fetched from memory twice; but a slice of a larger tensor is not kept.
        """
        function, settings = _aten.threshold_backward, [0.0]
        if self.low is not None:
            function, settings = _aten.hardtanh_backward, [self.low, self.high or 0.0]
        elif self.slope:
            function, settings = _aten.leaky_relu_backward, [self.slope, True]
        if inplace and dense(gradient) is gradient:
            masked = function.grad_input(gradient, result, *settings, grad_input=gradient)
        else:
            masked = function(gradient, result, *settings)
        assert isinstance(masked, Tensor)
        return masked


class Activate(Op):
    """An activation that is fused with no convolution."""

    makes = True

    def __init__(self, activation: Activation) -> None:
        self._activation = activation

    def _run(self, bottoms: Sequence[Tensor]) -> tuple[Tensor, Any]:
        top = self._activation(bottoms[0])
        return top, top

    def _run_back(self, saved: Any, gradient: Tensor, sums: Gradients) -> Gradients:
        return (added(self._activation.masked(gradient, saved), sums[0]),)


def activation_of(layer: LayerSpec) -> Activation | None:
    """Return the activation that a layer is, or None."""
    message = layer.message
    relu, relu6, clip = message.relu_param, message.relu6_param, message.clip_param
    if layer.type == "ReLU" and relu.negative_slope >= 0:  # below it a result does not tell its input's sign
        return Activation(float(relu.negative_slope))
    if layer.type == "ReLU6" and relu6.negative_slope == 0 and relu6.threshold > 0:
        return Activation(low=0.0, high=float(relu6.threshold))
    if layer.type == "Clip" and clip.min < clip.max:
        return Activation(low=float(clip.min), high=float(clip.max))
    return None
