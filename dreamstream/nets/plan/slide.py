"""A kernel that slides over its input: by oneDNN's fused convolutions, laid out for one shape, or torch's."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe.geometry import Shape, Window
from dreamstream.nets.plan.activation import Activation
from dreamstream.nets.plan.op import added, dense

_mkldnn: Any = torch.ops.mkldnn


def has_onednn() -> bool:
    """Return whether torch was built with oneDNN's fused convolutions."""
    return bool(torch._C._has_mkldnn) and hasattr(_mkldnn, "_convolution_pointwise")


@dataclass(frozen=True, eq=False)
class Kernel:
    """Weights (out, in / group, rows, columns), a bias or none, and how they slide."""

    weights: Tensor
    bias: Tensor | None
    window: Window
    group: int = 1

    def flipped(self) -> "Kernel | None":
        """Return the kernel of the gradient at stride 1; None where it would need a negative pad."""
        out, inner, *sides = self.weights.shape
        each = out // self.group
        turned = self.weights.reshape(self.group, each, inner, *sides).transpose(1, 2).flip(3, 4)
        pad = tuple(e - 1 - p for e, p in zip(self.window.extent, self.window.pad, strict=True))
        if min(pad) < 0 or self.window.stride != (1, 1):
            return None
        window = Window(self.window.kernel, (1, 1), pad, self.window.dilation)
        return Kernel(turned.reshape(self.group * inner, each, *sides), None, window, self.group)


class Slide:
    """A kernel laid out for inputs of one shape, in one pass with its activation, or with a sum."""

    def __init__(
        self, kernel: Kernel, shape: Shape, dtype: torch.dtype, activation: Activation | None = None
    ) -> None:
        self._activation, self._fused = activation, has_onednn() and kernel.weights.device.type == "cpu"
        weights, window = dense(kernel.weights.to(dtype)), kernel.window
        if self._fused and shape[1] > 1:  # oneDNN takes a lone channel in another layout than laid out for
            geometry = window.pad, window.stride, window.dilation, kernel.group
            weights = _mkldnn._reorder_convolution_weight(weights, *geometry, shape)
        self._kernel = replace(
            kernel, weights=weights, bias=None if kernel.bias is None else kernel.bias.to(dtype)
        )

    def __call__(self, x: Tensor, plus: Tensor | None = None) -> Tensor:
        """Return the result, activated; or, `plus` given, its sum with that."""
        kernel, window = self._kernel, self._kernel.window
        weights = kernel.weights, kernel.bias
        if not self._fused:
            y = functional.conv2d(x, *weights, window.stride, window.pad, window.dilation, kernel.group)
            return added(y if self._activation is None else self._activation(y), plus)
        geometry = window.pad, window.stride, window.dilation, kernel.group
        if plus is not None:
            y = _mkldnn._convolution_pointwise.binary(
                x, dense(plus), *weights, *geometry, "add", None, None, [], None
            )
        else:
            name, settings = self._activation.fused if self._activation else ("none", [])
            y = _mkldnn._convolution_pointwise(x, *weights, *geometry, name, settings, "")
        assert isinstance(y, Tensor)
        return y
