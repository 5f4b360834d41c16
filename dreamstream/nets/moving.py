"""Layers that move numbers and compute none: joined, cut, reshaped, copied, reordered."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dreamstream.caffe import RULES, LayerSpec
from dreamstream.caffe.moving import crop_offsets, joined_axis, permuted_axes
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


def _permute(layer: LayerSpec, blobs: Blobs) -> Function:
    return single(lambda x: x.permute(permuted_axes(layer, x.ndim)))


def _shuffle_channel(layer: LayerSpec, blobs: Blobs) -> Function:
    """ShuffleChannel: the first channel of each group, then the second of each ..."""
    group = int(layer.message.shuffle_channel_param.group)
    return single(lambda x: x.reshape(len(x), group, -1, *x.shape[2:]).transpose(1, 2).flatten(1, 2))


def _reorg(layer: LayerSpec, blobs: Blobs) -> Function:
    """Reorg as Darknet computes it, which reads a blob's numbers as of another shape than it has.

    `reverse` makes s² channels one, of squares of s×s pixels. The way forward undoes that, on numbers that
    it takes for channels / s², rows · s and columns · s.
    """
    param = layer.message.reorg_param
    s = int(param.stride)

    def run(x: Tensor) -> Tensor:
        count, channels, rows, columns = x.shape
        if param.reverse:
            parts = x.reshape(count, s, s, channels // s**2, rows, columns).permute(0, 3, 4, 1, 5, 2)
            return parts.reshape(count, channels // s**2, rows * s, columns * s)
        parts = x.reshape(count, channels // s**2, rows, s, columns, s).permute(0, 3, 5, 1, 2, 4)
        return parts.reshape(count, channels * s**2, rows // s, columns // s)

    return single(run)


def _flip(layer: LayerSpec, blobs: Blobs) -> Function:
    param = layer.message.flip_param
    axes = [axis for axis, flips in ((2, param.flip_height), (3, param.flip_width)) if flips]
    return single(lambda x: x.flip(axes))


def _tile(layer: LayerSpec, blobs: Blobs) -> Function:
    param = layer.message.tile_param
    return single(lambda x: torch.cat([x] * int(param.tiles), int(param.axis)))


MOVING: dict[str, Builder] = {
    "Concat": _concat,
    "Crop": _crop,
    "Dropout": _copy,
    "Flatten": _reshape,
    "Flip": _flip,
    "Permute": _permute,
    "Reorg": _reorg,
    "Reshape": _reshape,
    "ShuffleChannel": _shuffle_channel,
    "Slice": _slice,
    "Split": _copy,
    "Tile": _tile,
}
