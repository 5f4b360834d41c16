"""Caffe's layer types in torch: LayerSpec -> a function of tensors, as Caffe computes it in TEST phase.

A layer's settings, weights and bottoms are held against Caffe's rules before (`caffe.infer_shapes`);
here they are taken as right.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec
from dreamstream.caffe.rules import RULES, concat_axis, crop_offsets, slice_axis, slice_sizes
from dreamstream.nets import pointwise, windows
from dreamstream.nets.function import Blobs, Builder, Function, single, weights


def build(layer: LayerSpec, device: torch.device, builders: Mapping[str, Builder] | None = None) -> Function:
    """Return the function of a layer of a type in `LAYERS`, or as `builders` make it."""
    return (builders or LAYERS)[layer.type](layer, weights(layer, device))


def _inner_product(layer: LayerSpec, blobs: Blobs) -> Function:
    param = layer.message.inner_product_param
    matrix, *rest = blobs
    out = int(param.num_output)
    matrix = matrix.reshape(-1, out).T if param.transpose else matrix.reshape(out, -1)
    bias = rest[0].reshape(-1) if rest else None
    return single(lambda x: functional.linear(x.flatten(int(param.axis)), matrix, bias))


def _concat(layer: LayerSpec, blobs: Blobs) -> Function:
    return lambda bottoms: (torch.cat(list(bottoms), concat_axis(layer, tuple(bottoms[0].shape))),)


def _slice(layer: LayerSpec, blobs: Blobs) -> Function:
    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        shape = tuple(bottoms[0].shape)
        return torch.split(bottoms[0], slice_sizes(layer, shape), slice_axis(layer, shape))

    return run


def _crop(layer: LayerSpec, blobs: Blobs) -> Function:
    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        big, small = bottoms
        offsets = crop_offsets(layer, [tuple(big.shape), tuple(small.shape)])
        for axis, offset in enumerate(offsets, start=big.ndim - len(offsets)):
            big = big.narrow(axis, offset, small.shape[axis])
        return (big,)

    return run


def _reshape(layer: LayerSpec, blobs: Blobs) -> Function:
    rule, _ = RULES[layer.type]
    return single(lambda x: x.reshape(rule(layer, [tuple(x.shape)])[0][0]))


def _softmax(layer: LayerSpec, blobs: Blobs) -> Function:
    axis = int(layer.message.softmax_param.axis)
    return single(lambda x: functional.softmax(x, axis))


def _copy(layer: LayerSpec, blobs: Blobs) -> Function:
    return lambda bottoms: (bottoms[0],) * len(layer.tops)


LAYERS: dict[str, Builder] = {
    "AbsVal": pointwise.plain(torch.abs),
    "BNLL": pointwise.plain(functional.softplus),
    "BatchNorm": pointwise.batch_norm,
    "Bias": pointwise.scale,
    "Clip": pointwise.clip,
    "Concat": _concat,
    "Convolution": windows.convolution,
    "Crop": _crop,
    "Deconvolution": windows.convolution,
    "Dropout": _copy,
    "ELU": pointwise.elu,
    "Eltwise": pointwise.eltwise,
    "Exp": pointwise.exp,
    "Flatten": _reshape,
    "InnerProduct": _inner_product,
    "LRN": windows.lrn,
    "Log": pointwise.log,
    "PReLU": pointwise.prelu,
    "Pooling": windows.pooling,
    "Power": pointwise.power,
    "ReLU": pointwise.relu,
    "ReLU6": pointwise.relu6,
    "Reshape": _reshape,
    "Scale": pointwise.scale,
    "Sigmoid": pointwise.plain(torch.sigmoid),
    "Slice": _slice,
    "Softmax": _softmax,
    "Split": _copy,
    "TanH": pointwise.plain(torch.tanh),
}
