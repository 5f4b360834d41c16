"""Caffe's layer types in torch: a layer and its weights -> a function of tensors, as in TEST phase.

A layer's settings, weights and bottoms were checked against Caffe's rules before (`caffe.infer_shapes`).
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec
from dreamstream.nets.function import Blobs, Builder, Function, single, weights
from dreamstream.nets.moving import MOVING
from dreamstream.nets.normalising import NORMALISING
from dreamstream.nets.resizing import RESIZING
from dreamstream.nets.windows import convolution, lrn, pooling

Unary = Callable[[Tensor], Tensor]


def build(layer: LayerSpec, device: torch.device) -> Function:
    """Return the function of a layer of a type in `LAYERS`."""
    return LAYERS[layer.type](layer, weights(layer, device))


def _of_settings(setting: str, make: Callable[[Any], Unary]) -> Builder:
    """Return the builder of a layer that has one bottom, one top, and no weights."""
    return lambda layer, blobs: single(make(getattr(layer.message, setting)))


def _plain(function: Unary) -> Builder:
    return lambda layer, blobs: single(function)


def _relu(param: Any) -> Unary:
    slope = float(param.negative_slope)
    return functional.relu if slope == 0 else lambda x: functional.leaky_relu(x, slope)


def _relu6(param: Any) -> Unary:
    """ReLU6 of Caffe's forks; no gradient passes at its two limits."""
    slope, most = float(param.negative_slope), float(param.threshold)
    if slope == 0:
        return lambda x: functional.hardtanh(x, 0.0, most)
    return lambda x: functional.hardtanh(functional.leaky_relu(x, slope), -math.inf, most)


def _power(param: Any) -> Unary:
    exponent, scale, shift = param.power, param.scale, param.shift
    if exponent == 1:
        return lambda x: scale * x + shift
    return lambda x: torch.pow(scale * x + shift, exponent)


def _exp(param: Any) -> Unary:
    rate = 1.0 if param.base == -1 else math.log(param.base)  # -1 means e
    return lambda x: torch.exp(rate * param.scale * x + rate * param.shift)


def _log(param: Any) -> Unary:
    rate = 1.0 if param.base == -1 else 1 / math.log(param.base)  # -1 means e
    return lambda x: rate * torch.log(param.scale * x + param.shift)


def _hard_sigmoid(param: Any) -> Unary:
    return lambda x: torch.clamp(param.alpha * x + param.beta, 0, 1)


def _selu(param: Any) -> Unary:
    alpha, factor = param.alpha, getattr(param, "lambda")
    return lambda x: factor * functional.elu(x, alpha)


def _reduction(param: Any) -> Unary:
    """Reduction: all axes from one on become one number."""
    before = {2: torch.abs, 3: torch.square}.get(param.operation, lambda x: x)
    factor = float(param.coeff)

    def run(x: Tensor) -> Tensor:
        flat = before(x).flatten(int(param.axis))
        return factor * (flat.mean(-1) if param.operation == 4 else flat.sum(-1))

    return run


def _prelu(layer: LayerSpec, blobs: Blobs) -> Function:
    slopes = blobs[0].reshape(-1)
    return single(lambda x: functional.prelu(x, slopes))


def _scale(layer: LayerSpec, blobs: Blobs) -> Function:
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
        first, *rest = [term.reshape(*shape, *(1,) * (x.ndim - axis - len(shape))) for term in terms]
        if adds:
            return (x + first,)
        return (x * first + rest[0] if rest else x * first,)

    return run


def _eltwise(layer: LayerSpec, blobs: Blobs) -> Function:
    param = layer.message.eltwise_param
    factors = list(param.coeff) or [1.0] * len(layer.bottoms)

    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        first, *others = bottoms
        if param.operation == 1:  # SUM
            total = first if factors[0] == 1 else first * factors[0]
            for bottom, factor in zip(others, factors[1:], strict=True):
                total = total + (bottom if factor == 1 else bottom * factor)
            return (total,)
        if param.operation == 0:  # PROD
            return (math.prod(others, start=first),)
        # MAX: on a tie the gradient goes to one of them: the second of the first two, else the earlier
        total = torch.where(first > others[0], first, others[0])
        for bottom in others[1:]:
            total = torch.where(bottom > total, bottom, total)
        return (total,)

    return run


def _axpy(layer: LayerSpec, blobs: Blobs) -> Function:
    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        factors, x, more = bottoms
        return (factors.reshape(*x.shape[:2], *(1,) * (x.ndim - 2)) * x + more,)

    return run


def _arg_max(layer: LayerSpec, blobs: Blobs) -> Function:
    """ArgMax: the largest's places, which have no gradient, or their values; the last of equals first."""
    param = layer.message.argmax_param
    along = int(param.axis) if param.HasField("axis") else None

    def run(x: Tensor) -> Tensor:
        axis = -1 if along is None else along
        numbers = x.flatten(1) if along is None else x
        backwards = numbers.flip(axis).argsort(dim=axis, descending=True, stable=True)
        order = numbers.shape[axis] - 1 - backwards.narrow(axis, 0, int(param.top_k))
        places, values = order.to(x.dtype), numbers.gather(axis, order)
        if along is not None:
            return values if param.out_max_val else places
        result = torch.stack([places, values], 1) if param.out_max_val else places[:, None]
        return result.reshape(*result.shape, *(1,) * (x.ndim - 3))

    return single(run)


def _inner_product(layer: LayerSpec, blobs: Blobs) -> Function:
    param = layer.message.inner_product_param
    matrix, *rest = blobs
    out = int(param.num_output)
    matrix = matrix.reshape(-1, out).T if param.transpose else matrix.reshape(out, -1)
    bias = rest[0].reshape(-1) if rest else None
    return single(lambda x: functional.linear(x.flatten(int(param.axis)), matrix, bias))


LAYERS: dict[str, Builder] = {
    **MOVING,
    **NORMALISING,
    **RESIZING,
    "ArgMax": _arg_max,
    "Axpy": _axpy,
    "HardSigmoid": _of_settings("hardsigmoid_param", _hard_sigmoid),
    "HardSwish": _plain(functional.hardswish),
    "Mish": _plain(functional.mish),
    "Reduction": _of_settings("reduction_param", _reduction),
    "SELU": _of_settings("selu_param", _selu),
    "Swish": _of_settings("swish_param", lambda p: lambda x: x * torch.sigmoid(p.beta * x)),
    "AbsVal": _plain(torch.abs),
    "BNLL": _plain(functional.softplus),
    "Bias": _scale,
    "Clip": _of_settings("clip_param", lambda p: lambda x: torch.clamp(x, p.min, p.max)),
    "Convolution": convolution,
    "Deconvolution": convolution,
    "ELU": _of_settings("elu_param", lambda p: lambda x: functional.elu(x, p.alpha)),
    "Eltwise": _eltwise,
    "Exp": _of_settings("exp_param", _exp),
    "InnerProduct": _inner_product,
    "LRN": lrn,
    "Log": _of_settings("log_param", _log),
    "PReLU": _prelu,
    "Pooling": pooling,
    "Power": _of_settings("power_param", _power),
    "ReLU": _of_settings("relu_param", _relu),
    "ReLU6": _of_settings("relu6_param", _relu6),
    "Scale": _scale,
    "Sigmoid": _plain(torch.sigmoid),
    "Softmax": _of_settings("softmax_param", lambda p: lambda x: functional.softmax(x, int(p.axis))),
    "TanH": _plain(torch.tanh),
}
