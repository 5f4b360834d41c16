"""Layers that slide a window over the picture: convolution, deconvolution, pooling, LRN.

Geometry follows `caffe/src/caffe/layers/*`: pooling rounds the number of its windows up (ceil) and drops a
last one that would begin beyond the padded input; average pooling divides by the window clipped to the padded
input. PyTorch's `ceil_mode` is the same rule.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec
from dreamstream.caffe.geometry import Window, rounds_up, window_of
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
        geometry: Any = {"stride": window.stride, "padding": window.pad, "dilation": window.dilation}
        return lambda x: convolve(x, kernel, bias, groups=group, **geometry)

    def run(x: Tensor) -> Tensor:
        axis = int(param.axis) % x.ndim
        function = prepared(x.shape[axis], x.ndim - axis - 1)
        if axis == 1:
            return function(x)
        result = function(x.reshape(-1, *x.shape[axis:]))
        return result.reshape(*x.shape[:axis], *result.shape[1:])

    return single(run)


def pooling(layer: LayerSpec, blobs: Blobs) -> Function:
    """Pooling, MAX or AVE; a tie's gradient goes to the first of a window, as in Caffe."""
    param = layer.message.pooling_param
    largest, ceil = param.pool == 0, rounds_up(param)
    if param.global_pooling:
        if largest:
            return single(lambda x: functional.max_pool2d(x, x.shape[2:]))
        return single(lambda x: x.mean((2, 3), keepdim=True))
    window = window_of(param)
    kernel, stride, pad = window.kernel, window.stride, window.pad
    if any(2 * p > k for p, k in zip(pad, kernel, strict=True)):  # more than torch pads by itself
        return single(lambda x: _pooled_wide(x, window, largest, ceil))
    pool: Any = functional.max_pool2d if largest else functional.avg_pool2d
    return single(lambda x: pool(x, kernel, stride, pad, ceil_mode=ceil))


def _pooled_wide(x: Tensor, window: Window, largest: bool, ceil: bool) -> Tensor:
    sizes = x.shape[2:]
    counts = window.pooled(sizes, ceil)
    sides: list[int] = []
    areas = torch.ones((), device=x.device)
    for n, count, p, k, s in zip(sizes, counts, window.pad, window.kernel, window.stride, strict=True):
        sides = [p, (count - 1) * s + k - n - p, *sides]  # functional.pad begins with the last axis
        starts = torch.arange(count, device=x.device) * s - p
        areas = areas[..., None] * ((starts + k).clamp(max=n + p) - starts)
    padded = functional.pad(x, sides, value=-math.inf if largest else 0.0)
    if largest:
        return functional.max_pool2d(padded, window.kernel, window.stride)
    return functional.avg_pool2d(padded, window.kernel, window.stride, divisor_override=1) / areas


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
