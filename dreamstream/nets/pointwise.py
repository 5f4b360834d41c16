"""Layers that change each number by itself, or with its channel's weights."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec
from dreamstream.nets.function import Blobs, Builder, Function, single


def plain(function: Callable[[Tensor], Tensor]) -> Builder:
    """Return the builder of a layer without settings."""
    return lambda layer, blobs: single(function)


def relu(layer: LayerSpec, blobs: Blobs) -> Function:
    """ReLU, leaky where it has a slope."""
    slope = float(layer.message.relu_param.negative_slope)
    return single(functional.relu if slope == 0 else lambda x: functional.leaky_relu(x, slope))


def relu6(layer: LayerSpec, blobs: Blobs) -> Function:
    """ReLU6 of Caffe's forks; no gradient passes at its two ends."""
    param = layer.message.relu6_param
    slope, most = float(param.negative_slope), float(param.threshold)
    if slope == 0:
        return single(lambda x: functional.hardtanh(x, 0.0, most))
    return single(lambda x: functional.hardtanh(functional.leaky_relu(x, slope), -math.inf, most))


def clip(layer: LayerSpec, blobs: Blobs) -> Function:
    """Clip; the gradient passes at its two ends."""
    low, high = layer.message.clip_param.min, layer.message.clip_param.max
    return single(lambda x: torch.clamp(x, low, high))


def prelu(layer: LayerSpec, blobs: Blobs) -> Function:
    """PReLU, with a slope for each channel or one for all."""
    slopes = blobs[0].reshape(-1)
    return single(lambda x: functional.prelu(x, slopes))


def elu(layer: LayerSpec, blobs: Blobs) -> Function:
    """ELU."""
    alpha = float(layer.message.elu_param.alpha)
    return single(lambda x: functional.elu(x, alpha))


def power(layer: LayerSpec, blobs: Blobs) -> Function:
    """Power: (shift + scale·x)^power."""
    param = layer.message.power_param
    exponent, scale, shift = param.power, param.scale, param.shift
    if exponent == 1:
        return single(lambda x: scale * x + shift)
    return single(lambda x: torch.pow(scale * x + shift, exponent))


def exp(layer: LayerSpec, blobs: Blobs) -> Function:
    """Exp: base^(shift + scale·x); a base of -1 means e."""
    param = layer.message.exp_param
    rate = 1.0 if param.base == -1 else math.log(param.base)
    return single(lambda x: torch.exp(rate * param.scale * x + rate * param.shift))


def log(layer: LayerSpec, blobs: Blobs) -> Function:
    """Log: the logarithm of shift + scale·x to the base; a base of -1 means e."""
    param = layer.message.log_param
    rate = 1.0 if param.base == -1 else 1 / math.log(param.base)
    return single(lambda x: rate * torch.log(param.scale * x + param.shift))


def batch_norm(layer: LayerSpec, blobs: Blobs) -> Function:
    """BatchNorm with the trained statistics, or with the picture's own where the file insists."""
    param = layer.message.batch_norm_param
    mean, variance, factor = blobs
    if param.HasField("use_global_stats") and not param.use_global_stats:
        return single(lambda x: _normalised(x, param.eps))
    scale = 0.0 if factor.item() == 0 else 1.0 / factor.item()
    mean, inverse = mean.reshape(-1) * scale, torch.rsqrt(variance.reshape(-1) * scale + param.eps)

    def run(x: Tensor) -> Tensor:
        tail = (1,) * (x.ndim - 2)
        return (x - mean.reshape(-1, *tail)) * inverse.reshape(-1, *tail)

    return single(run)


def _normalised(x: Tensor, eps: float) -> Tensor:
    """Normalise by the picture's own statistics; torch's own function refuses one number a channel."""
    others = [0, *range(2, x.ndim)]
    variance, mean = torch.var_mean(x, others, correction=0, keepdim=True)
    return (x - mean) * torch.rsqrt(variance + eps)


def scale(layer: LayerSpec, blobs: Blobs) -> Function:
    """Scale and Bias: factors and summands for some axes, learnt or from a second bottom."""
    adds = layer.type == "Bias"
    param = layer.message.bias_param if adds else layer.message.scale_param

    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        x = bottoms[0]
        axis = int(param.axis) % x.ndim
        if len(bottoms) == 2:
            shape, terms = bottoms[1].shape, [bottoms[1], *blobs]
        else:
            end = x.ndim if param.num_axes == -1 else axis + param.num_axes
            shape, terms = x.shape[axis:end], [*blobs]
        laid = [term.reshape(*shape, *(1,) * (x.ndim - axis - len(shape))) for term in terms]
        if adds:
            return (x + laid[0],)
        return (x * laid[0] + laid[1] if len(laid) == 2 else x * laid[0],)

    return run


def eltwise(layer: LayerSpec, blobs: Blobs) -> Function:
    """Eltwise: PROD, SUM with factors, or MAX."""
    param = layer.message.eltwise_param
    factors = list(param.coeff) or [1.0] * len(layer.bottoms)

    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        first, *others = bottoms
        if param.operation == 1:
            total = first if factors[0] == 1 else first * factors[0]
            for bottom, factor in zip(others, factors[1:], strict=True):
                total = total + (bottom if factor == 1 else bottom * factor)
            return (total,)
        if param.operation == 0:
            return (math.prod(others, start=first),)
        # on a tie the gradient goes to one of them: the second of the first two, else the earlier
        total = torch.where(first > others[0], first, others[0])
        for bottom in others[1:]:
            total = torch.where(bottom > total, bottom, total)
        return (total,)

    return run
