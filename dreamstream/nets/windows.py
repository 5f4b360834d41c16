"""Layers that slide a window over the picture: convolution, deconvolution, pooling, LRN.

Geometry follows `caffe/src/caffe/layers/*`: pooling rounds the number of its windows up (ceil) and drops a
last one that would begin beyond the padded input; average pooling divides by the window clipped to the padded
input. PyTorch's `ceil_mode` is the same rule.
"""

import functools
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec
from dreamstream.caffe.geometry import Window, rounds_up, uneven, window_of
from dreamstream.nets.function import Blobs, Function, single


def convolution(
    layer: LayerSpec, blobs: Blobs, layout: torch.memory_format = torch.channels_last
) -> Function:
    """Convolution and Deconvolution; all axes before Caffe's `axis` are of separate pictures."""
    param = layer.message.convolution_param
    transposed = layer.type == "Deconvolution"
    group = int(param.group)
    bias = blobs[1].reshape(-1) if param.bias_term else None

    @functools.cache
    def prepared(channels: int, spatial: int) -> Callable[[Tensor], Tensor]:
        window = window_of(param, spatial)
        first = (channels, -1) if transposed else (int(param.num_output), channels // group)
        kernel = blobs[0].reshape(*first, *window.kernel)
        if spatial == 2:
            kernel = kernel.contiguous(memory_format=layout)
        convolve = getattr(functional, f"conv_transpose{spatial}d" if transposed else f"conv{spatial}d")
        geometry: Any = {"stride": window.stride, "dilation": window.dilation, "groups": group}
        if not uneven(param):
            return lambda x: convolve(x, kernel, bias, padding=window.pad, **geometry)
        (top, bottom), (left, right) = window.pads
        sides = left, right, top, bottom
        if transposed:  # what a convolution pads, its transpose cuts off
            return lambda x: functional.pad(convolve(x, kernel, bias, **geometry), [-n for n in sides])
        return lambda x: convolve(functional.pad(x, sides), kernel, bias, **geometry)

    def run(x: Tensor) -> Tensor:
        axis = int(param.axis) % x.ndim
        function = prepared(x.shape[axis], x.ndim - axis - 1)
        if axis == 1:
            return function(x)
        result = function(x.reshape(-1, *x.shape[axis:]))
        return result.reshape(*x.shape[:axis], *result.shape[1:])

    return single(run)


def pooling(layer: LayerSpec, blobs: Blobs) -> Function:
    """Pooling; a tie's gradient goes to the first of a window, as in Caffe."""
    param = layer.message.pooling_param
    largest, ceil = param.pool == 0, rounds_up(param)
    if len(layer.tops) > 1:
        return _with_places(param)
    if param.pool == 2:
        return _stochastic(param)
    if param.global_pooling:
        if largest:
            return single(lambda x: functional.max_pool2d(x, x.shape[2:]))
        return single(lambda x: x.mean((2, 3), keepdim=True))
    window = window_of(param)
    kernel, stride, pad = window.kernel, window.stride, window.pad
    if uneven(param) or any(2 * p > k for p, k in zip(pad, kernel, strict=True)):  # torch does not pad so
        return single(lambda x: _pooled_wide(x, window, largest, ceil))
    pool: Any = functional.max_pool2d if largest else functional.avg_pool2d
    return single(lambda x: pool(x, kernel, stride, pad, ceil_mode=ceil))


def _pooled_wide(x: Tensor, window: Window, largest: bool, ceil: bool) -> Tensor:
    padded = _padded(x, window, ceil, -math.inf if largest else 0.0)
    if largest:
        return functional.max_pool2d(padded, window.kernel, window.stride)
    areas = torch.ones((), device=x.device)
    counts = window.pooled(x.shape[2:], ceil)
    for n, count, (p, q), k, s in zip(
        x.shape[2:], counts, window.pads, window.kernel, window.stride, strict=True
    ):
        starts = torch.arange(count, device=x.device) * s - p
        areas = areas[..., None] * ((starts + k).clamp(max=n + q) - starts)
    return functional.avg_pool2d(padded, window.kernel, window.stride, divisor_override=1) / areas


def _padded(x: Tensor, window: Window, ceil: bool, value: float) -> Tensor:
    """Return x with a border so wide that a pooling's windows fill it."""
    sizes = x.shape[2:]
    sides: list[int] = []
    for n, count, p, k, s in zip(
        sizes, window.pooled(sizes, ceil), window.pad, window.kernel, window.stride, strict=True
    ):
        sides = [p, (count - 1) * s + k - n - p, *sides]  # functional.pad begins with the last axis
    return functional.pad(x, sides, value=value)


def _with_places(param: Any) -> Function:
    """MAX pooling, and as a second top the place in its channel that each number was taken from."""

    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        x, columns = bottoms[0], bottoms[0].shape[3]
        window = _whole(x) if param.global_pooling else window_of(param)
        padded = _padded(x, window, rounds_up(param), -math.inf)
        top, places = functional.max_pool2d(padded, window.kernel, window.stride, return_indices=True)
        down, across = places // padded.shape[3] - window.pad[0], places % padded.shape[3] - window.pad[1]
        return top, (down * columns + across).float()  # as Caffe has them; half a float would not do

    return run


def _stochastic(param: Any) -> Function:
    """STOCHASTIC pooling in TEST phase: a window's mean, each number weighed by itself; 0 without a sum."""

    def run(x: Tensor) -> Tensor:
        window = _whole(x) if param.global_pooling else window_of(param)
        sums: Any = partial(
            functional.avg_pool2d,
            kernel_size=window.kernel,
            stride=window.stride,
            ceil_mode=rounds_up(param),
            divisor_override=1,
        )
        total = sums(x)
        return torch.where(total > 0, sums(x * x) / torch.where(total > 0, total, 1), 0)

    return single(run)


def _whole(x: Tensor) -> Window:
    """Return the one window of a pooling over all of x."""
    return Window(tuple(x.shape[2:]), (1, 1), (0, 0), (1, 1))


def lrn(layer: LayerSpec, blobs: Blobs) -> Function:
    """Local response normalisation, across channels or within each."""
    param = layer.message.lrn_param
    size, alpha, beta, k = int(param.local_size), param.alpha, param.beta, param.k

    def within(x: Tensor) -> Tensor:
        rows = functional.avg_pool2d(x * x, (size, 1), 1, (size // 2, 0))
        mean = functional.avg_pool2d(rows, (1, size), 1, (0, size // 2))  # a square's mean, side by side
        return x * torch.pow(1 + alpha * mean, -beta)

    def across(x: Tensor) -> Tensor:
        channels = x.shape[1]
        half = min(size // 2, channels)  # a window beyond all channels sees no more than all of them
        squares = functional.pad(x * x, (0, 0, 0, 0, half, half))
        total = squares[:, :channels]
        for i in range(1, 2 * half + 1):  # 5 channels or so: sums of slices beat a 3-d pooling
            total = total + squares[:, i : i + channels]
        return x * torch.pow(k + alpha / size * total, -beta)

    return single(within if param.norm_region else across)
