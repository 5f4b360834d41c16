"""A kernel that slides over its input: by oneDNN's fused convolutions, laid out for one shape, or torch's."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe.geometry import Shape, Window
from dreamstream.nets.plan.activation import Activation
from dreamstream.nets.plan.op import added, dense

_mkldnn: Any = torch.ops.mkldnn
CPU = torch.device("cpu")


@cache
def has_onednn() -> bool:
    """Return whether oneDNN's fused convolutions are to be had: built in, of use, and found to run here.

    On Arm, oneDNN may stand on Arm's Compute Library, which fuses nothing: torch's own compiler then leaves
    them alone, and so do plans.
    """
    on_arms_library = getattr(_mkldnn, "_is_mkldnn_acl_supported", bool)
    if not torch._C._has_mkldnn or on_arms_library():
        return False
    geometry, weights, picture = ([1, 1], [1, 1], [1, 1], 1), torch.zeros(8, 8, 3, 3), torch.zeros(1, 8, 8, 8)
    try:
        weights = _mkldnn._reorder_convolution_weight(weights, *geometry, picture.shape)
        _mkldnn._convolution_pointwise(picture, weights, None, *geometry, "relu", [], "")
    except (AttributeError, RuntimeError):  # an older torch, or a CPU that it cannot do it on
        return False
    return True


@dataclass(frozen=True, eq=False)
class Kernel:
    """Weights (out, in / group, rows, columns), a bias or none, how they slide, and where.

    The numbers stay on the CPU until they are laid out for that device.
    """

    weights: Tensor
    bias: Tensor | None
    window: Window
    group: int = 1
    device: torch.device = CPU

    @property
    def layout(self) -> torch.memory_format:
        """How its input is to lie in memory.

        Cards are up to thirty times slower at groups of several channels where channels are last (so says
        torch's own compiler, `torch/_inductor/graph.py`), and faster at groups of one.
        """
        wide = self.group > 1 and self.weights.shape[1] > 1
        return torch.contiguous_format if wide and self.device.type != "cpu" else torch.channels_last

    def flipped(self) -> "Kernel | None":
        """Return the kernel of the gradient at stride 1; None where it would need a negative pad."""
        out, inner, *sides = self.weights.shape
        each = out // self.group
        turned = self.weights.reshape(self.group, each, inner, *sides).transpose(1, 2).flip(3, 4)
        pad = tuple(e - 1 - p for e, p in zip(self.window.extent, self.window.pad, strict=True))
        if min(pad) < 0 or self.window.stride != (1, 1):
            return None
        window = Window(self.window.kernel, (1, 1), pad, self.window.dilation)
        weights = turned.reshape(self.group * inner, each, *sides)
        return replace(self, weights=weights, bias=None, window=window)


class Slide:
    """A kernel laid out for inputs of one shape, in one pass with its activation, or with a sum.

    In float16, for which CPUs are slow, they compute in float32, and round.
    """

    def __init__(
        self, kernel: Kernel, shape: Shape, dtype: torch.dtype, activation: Activation | None = None
    ) -> None:
        on_cpu, window = kernel.device.type == "cpu", kernel.window
        self._activation, self._fused = activation, on_cpu and has_onednn()
        self._compute = torch.float32 if on_cpu and dtype == torch.float16 else dtype
        bias = None if kernel.bias is None else kernel.bias.to(kernel.device, self._compute)
        weights = kernel.weights.to(dtype).to(kernel.device, self._compute)
        weights = weights.contiguous(memory_format=kernel.layout)
        if self._fused and shape[1] > 1:  # oneDNN takes a lone channel in another layout than laid out for
            geometry = window.pad, window.stride, window.dilation, kernel.group
            weights = _mkldnn._reorder_convolution_weight(weights, *geometry, shape)
        self._kernel = replace(kernel, weights=weights, bias=bias)

    def __call__(self, x: Tensor, plus: Tensor | None = None) -> Tensor:
        """Return the result, activated; or, `plus` given, its sum with that."""
        if x.dtype != self._compute:
            return self(x.to(self._compute), None if plus is None else plus.to(self._compute)).to(x.dtype)
        kernel, window = self._kernel, self._kernel.window
        weights = kernel.weights, kernel.bias
        if not self._fused:
            x = x.contiguous(memory_format=kernel.layout)
            y = dense(
                functional.conv2d(x, *weights, window.stride, window.pad, window.dilation, kernel.group)
            )
            return added(y if self._activation is None else self._activation(y, inplace=True), plus)
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
