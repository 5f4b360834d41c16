"""Layers that move numbers and compute none: joined, cut, reshaped, copied."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dreamstream.caffe import RULES, LayerSpec
from dreamstream.caffe.moving import crop_offsets, joined_axis
from dreamstream.nets.function import Blobs, Builder, Function, single


def _concat(layer: LayerSpec, blobs: Blobs) -> Function:
    return lambda bottoms: (torch.cat(list(bottoms), joined_axis(layer, tuple(bottoms[0].shape))),)


def _slice(layer: LayerSpec, blobs: Blobs) -> Function:
    rule, _ = RULES[layer.type]

    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        shape = tuple(bottoms[0].shape)
        axis, (tops, _) = joined_axis(layer, shape), rule(layer, [shape])
        return torch.split(bottoms[0], [top[axis] for top in tops], axis)

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


def _copy(layer: LayerSpec, blobs: Blobs) -> Function:
    return lambda bottoms: (bottoms[0],) * len(layer.tops)


MOVING: dict[str, Builder] = {
    "Concat": _concat,
    "Crop": _crop,
    "Dropout": _copy,
    "Flatten": _reshape,
    "Reshape": _reshape,
    "Slice": _slice,
    "Split": _copy,
}
