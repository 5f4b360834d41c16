"""Pooling and local response normalisation with their gradients written out."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from dreamstream.caffe.geometry import Window
from dreamstream.nets.plan.activation import Activation
from dreamstream.nets.plan.convolution import Convolution
from dreamstream.nets.plan.op import Gradients, Kinds, Op, added, dense

_aten: Any = torch.ops.aten
Shape = tuple[int, ...]


class MaxPool:
    """The largest of each window; the gradient goes to the first of them, as in Caffe."""

    def __init__(self, window: Window, ceil: bool) -> None:
        self._how = window.kernel, window.stride, window.pad, (1, 1), ceil

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the one top."""
        x = dense(bottoms[0])
        top, places = _aten.max_pool2d_with_indices(x, *self._how)
        return (top,), (x.shape, places)

    def backward(self, kept: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return the bottom's gradient."""
        (gradient,), (shape, places) = gradients, kept
        assert gradient is not None
        like = _unwritten(gradient, shape)
        result = _aten.max_pool2d_with_indices_backward(dense(gradient), like, *self._how, places)
        return (added(result, sums[0]),)


class PooledConvolution:
    """A convolution, its activation and a MAX pooling, with the activation last.

    It does not fall, so that the largest of each window is the same; but it, its mask and a change of number
    type then meet a quarter of the numbers, where they are most.
    """

    def __init__(self, slide: Convolution, pool: Op, activation: Activation | None, kinds: Kinds) -> None:
        self._slide, self._pool, self._activation, self._kinds = slide, pool, activation, kinds

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the one top."""
        slid, _ = self._slide.forward(bottoms)
        (pooled,), places = self._pool.forward(slid)
        result = pooled if self._activation is None else self._activation(pooled)
        top, kept = self._kinds.handed_on(result, self._activation is not None)
        return (top,), (kept, places)

    def backward(self, kept: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return the bottom's gradient."""
        (gradient,), (result, places) = gradients, kept
        assert gradient is not None
        if self._activation is not None:
            gradient = self._activation.masked(gradient, result)
        return self._slide.backward(None, self._pool.backward(places, (gradient,), (None,)), sums)


class AveragePool:
    """The mean of each window, clipped to the padded bottom."""

    def __init__(self, window: Window, ceil: bool) -> None:
        self._how = window.kernel, window.stride, window.pad, ceil, True, None

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the one top."""
        x = dense(bottoms[0])
        return (_aten.avg_pool2d(x, *self._how),), x.shape

    def backward(self, kept: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return the bottom's gradient."""
        (gradient,) = gradients
        assert gradient is not None
        like = _unwritten(gradient, kept)
        return (added(_aten.avg_pool2d_backward(dense(gradient), like, *self._how), sums[0]),)


def _unwritten(gradient: Tensor, shape: Shape) -> Tensor:
    """Return a tensor that is only asked for its shape and layout."""
    return torch.empty(shape, dtype=gradient.dtype, device=gradient.device, memory_format=torch.channels_last)


class AcrossChannels:
    """Local response normalisation across `size` channels: y = x · s^-beta with s = k + alpha/size · Σ x².

    Its gradient is g · s^-beta - 2 · alpha · beta / size · x · Σ (g · y / s), the sum over the same window
    (Caffe's `lrn_layer.cpp`). Sums over channels run along memory: pixels stand in rows with zeros between
    them, so that one long shifted addition does for all of them.
    """

    def __init__(self, shape: Shape, kinds: Kinds, size: int, alpha: float, beta: float, k: float):
        _, self._channels, *_ = shape
        self._kinds = kinds
        # a window beyond all channels sees no more than all of them
        self._half = min(size // 2, self._channels)
        self._share, self._beta, self._shape = alpha / size, beta, shape
        self._k = torch.tensor(k, dtype=kinds.compute)
        pixels = shape[2] * shape[3]
        self._rows = torch.zeros(pixels, self._channels + 2 * self._half, dtype=kinds.compute)

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the one top."""
        x = self._flat(bottoms[0].to(self._kinds.compute))
        scale = torch.add(self._k, self._sums(x, x), alpha=self._share)
        factor = self._power(scale)
        return (self._picture(x * factor).to(self._kinds.top),), (x, scale, factor)

    def backward(self, kept: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return the bottom's gradient."""
        (gradient,), (x, scale, factor) = gradients, kept
        assert gradient is not None
        direct = self._flat(gradient) * factor
        others = self._sums(direct.div(scale), x)
        result = direct.addcmul_(x, others, value=-2 * self._share * self._beta)
        return (added(self._picture(result).to(self._kinds.gradient), sums[0]),)

    def _sums(self, a: Tensor, b: Tensor) -> Tensor:
        """Return the sums of a·b over each channel's neighbours: pixels × channels."""
        half, row = self._half, self._channels + 2 * self._half
        torch.mul(a, b, out=self._rows[:, half : half + self._channels])
        line = self._rows.view(-1)
        length = line.numel() - 2 * half
        total = line[:length] + line[1 : 1 + length] if half else line
        for i in range(2, 2 * half + 1):
            total += line[i : i + length]
        return total.as_strided((len(a), self._channels), (row, 1))

    def _power(self, scale: Tensor) -> Tensor:
        if self._beta != 0.75:
            return scale.pow(-self._beta)
        root = scale.rsqrt()  # every known net's beta: two roots are several times as fast as a power
        return root.sqrt().mul_(root)

    def _flat(self, x: Tensor) -> Tensor:
        return dense(x).permute(0, 2, 3, 1).reshape(-1, self._channels)

    def _picture(self, x: Tensor) -> Tensor:
        _, channels, height, width = self._shape
        return x.view(1, height, width, channels).permute(0, 3, 1, 2)
