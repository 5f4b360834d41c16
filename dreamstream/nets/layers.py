"""Caffe's layer types in torch: LayerSpec -> a function of tensors, as Caffe computes it in TEST phase.

Geometry follows `caffe/src/caffe/layers/*`: pooling counts its windows upwards (ceil) and drops a last
one that would start beyond the padded input; average pooling divides by the window clipped to the padded
input. PyTorch's `ceil_mode` is the same rule.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec
from dreamstream.errors import NetError

Op = Callable[[Sequence[Tensor]], Sequence[Tensor]]
"""Bottoms -> tops."""


def build(layer: LayerSpec, device: torch.device) -> Op:
    """Return the function of a layer; NetError names the layer and its type when it is not supported."""
    builder = LAYERS.get(layer.type)
    if builder is None:
        known = ", ".join(sorted(LAYERS))
        raise NetError(f"layer '{layer.name}' has type '{layer.type}', supported are: {known}")
    return builder(layer, device)


def _weights(layer: LayerSpec, device: torch.device, *counts: int) -> list[Tensor]:
    if len(layer.blobs) not in counts:
        needed = " or ".join(map(str, counts))
        raise NetError(
            f"layer '{layer.name}' ({layer.type}) needs {needed} weight blobs and has {len(layer.blobs)}: "
            "is the .caffemodel the one of this net?"
        )
    return [torch.from_numpy(np.array(blob)).to(device) for blob in layer.blobs]


def _pair(param: Any, name: str, default: int) -> tuple[int, int]:
    """Return a (vertical, horizontal) setting in any of Caffe's spellings: x_h and x_w, one, or two."""
    short = {"kernel_size": "kernel"}.get(name, name)
    if hasattr(param, f"{short}_h") and (param.HasField(f"{short}_h") or param.HasField(f"{short}_w")):
        return int(getattr(param, f"{short}_h")), int(getattr(param, f"{short}_w"))
    value = getattr(param, name)
    values = [int(value)] if isinstance(value, int) else [int(v) for v in value]
    if not values:
        return default, default
    return values[0], values[-1]


def _single(function: Callable[[Tensor], Tensor]) -> Op:
    return lambda bottoms: (function(bottoms[0]),)


def _convolution(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.convolution_param
    kernel, *rest = _weights(layer, device, 2 if param.bias_term else 1)
    expected = (*kernel.shape[:2], *_pair(param, "kernel_size", 0))
    if kernel.ndim != 4 or kernel.shape[0] != param.num_output or tuple(kernel.shape) != expected:
        raise NetError(
            f"layer '{layer.name}' wants {param.num_output} kernels of {expected[2]}x{expected[3]}, "
            f"and its weights have the shape {tuple(kernel.shape)}"
        )
    kernel = kernel.contiguous(memory_format=torch.channels_last)
    bias = rest[0].reshape(-1) if rest else None
    stride, pad = _pair(param, "stride", 1), _pair(param, "pad", 0)
    dilation, group = _pair(param, "dilation", 1), int(param.group)
    return _single(lambda x: functional.conv2d(x, kernel, bias, stride, pad, dilation, group))


def _inner_product(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.inner_product_param
    matrix, *rest = _weights(layer, device, 2 if param.bias_term else 1)
    matrix = matrix.reshape(matrix.shape[-2:])  # old files have 1×1×out×in
    matrix = matrix.T if param.transpose else matrix
    bias = rest[0].reshape(-1) if rest else None

    def inner_product(x: Tensor) -> Tensor:
        flat = x.flatten(int(param.axis))
        if flat.shape[-1] != matrix.shape[1]:
            raise NetError(
                f"layer '{layer.name}' needs {matrix.shape[1]} inputs and this picture size gives "
                f"{flat.shape[-1]}: dream with a layer before it, or at the size the net was trained for"
            )
        return functional.linear(flat, matrix, bias)

    return _single(inner_product)


def _batch_norm(layer: LayerSpec, device: torch.device) -> Op:
    mean, variance, factor = _weights(layer, device, 3)
    scale = 0.0 if factor.item() == 0 else 1.0 / factor.item()
    inverse = torch.rsqrt(variance.reshape(-1) * scale + layer.message.batch_norm_param.eps)
    shift = -mean.reshape(-1) * scale * inverse
    inverse, shift = inverse.reshape(1, -1, 1, 1), shift.reshape(1, -1, 1, 1)
    return _single(lambda x: x * inverse + shift)


def _scale(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.scale_param
    if len(layer.bottoms) != 1 or param.axis != 1 or param.num_axes != 1:
        raise NetError(f"layer '{layer.name}': Scale is supported per channel, with learnt weights")
    weights = _weights(layer, device, 2 if param.bias_term else 1)
    factor, *rest = (w.reshape(1, -1, 1, 1) for w in weights)
    return _single(lambda x: x * factor + rest[0] if rest else x * factor)


def _pooling(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.pooling_param
    if param.pool not in (0, 1):
        raise NetError(f"layer '{layer.name}': pooling is supported as MAX or AVE")
    if param.global_pooling:
        if param.pool == 0:
            return _single(lambda x: x.amax((2, 3), keepdim=True))
        return _single(lambda x: x.mean((2, 3), keepdim=True))
    kernel, stride = _pair(param, "kernel_size", 0), _pair(param, "stride", 1)
    pad, ceil = _pair(param, "pad", 0), param.round_mode == 0
    if param.pool == 0:
        return _single(lambda x: functional.max_pool2d(x, kernel, stride, pad, ceil_mode=ceil))
    return _single(lambda x: functional.avg_pool2d(x, kernel, stride, pad, ceil_mode=ceil))


def _lrn(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.lrn_param
    if param.norm_region != 0:
        raise NetError(f"layer '{layer.name}': LRN is supported across channels")
    size, half = int(param.local_size), int(param.local_size) // 2

    def lrn(x: Tensor) -> Tensor:
        squares = functional.pad(x * x, (0, 0, 0, 0, half, half))
        total = squares[:, : x.shape[1]]
        for i in range(1, size):  # the window is 5 channels or so: sums of slices beat a 3-d pooling
            total = total + squares[:, i : i + x.shape[1]]
        return x * torch.pow(param.k + param.alpha / size * total, -param.beta)

    return _single(lrn)


def _relu(layer: LayerSpec, device: torch.device) -> Op:
    slope = float(layer.message.relu_param.negative_slope)
    return _single(functional.relu if slope == 0 else lambda x: functional.leaky_relu(x, slope))


def _clip(layer: LayerSpec, device: torch.device) -> Op:
    low, high = (0.0, 6.0)
    if layer.type == "Clip":
        low, high = layer.message.clip_param.min, layer.message.clip_param.max
    return _single(lambda x: functional.hardtanh(x, low, high))


def _eltwise(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.eltwise_param
    factors = list(param.coeff) or [1.0] * len(layer.bottoms)
    if len(factors) != len(layer.bottoms):
        raise NetError(f"layer '{layer.name}' has {len(layer.bottoms)} inputs and {len(factors)} factors")

    def eltwise(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        total = bottoms[0] if factors[0] == 1 or param.operation != 1 else bottoms[0] * factors[0]
        for bottom, factor in zip(bottoms[1:], factors[1:], strict=True):
            if param.operation == 0:
                total = total * bottom
            elif param.operation == 1:
                total = total + (bottom if factor == 1 else bottom * factor)
            else:
                total = torch.maximum(total, bottom)
        return (total,)

    return eltwise


def _concat(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.concat_param
    axis = int(param.concat_dim if param.HasField("concat_dim") else param.axis)
    return lambda bottoms: (torch.cat(list(bottoms), axis),)


def _softmax(layer: LayerSpec, device: torch.device) -> Op:
    axis = int(layer.message.softmax_param.axis)
    return _single(lambda x: functional.softmax(x, axis))


def _copy(layer: LayerSpec, device: torch.device) -> Op:
    return lambda bottoms: (bottoms[0],) * len(layer.tops)


LAYERS: dict[str, Callable[[LayerSpec, torch.device], Op]] = {
    "BatchNorm": _batch_norm,
    "Clip": _clip,
    "Concat": _concat,
    "Convolution": _convolution,
    "Dropout": _copy,
    "Eltwise": _eltwise,
    "InnerProduct": _inner_product,
    "LRN": _lrn,
    "Pooling": _pooling,
    "ReLU": _relu,
    "ReLU6": _clip,
    "Scale": _scale,
    "Softmax": _softmax,
    "Split": _copy,
}
