"""Layers that make a blob larger or smaller: Interp, ResizeBilinear, Upsample; of Caffe's forks."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import RULES, LayerSpec
from dreamstream.nets.function import Blobs, Builder, Function


def _interp(layer: LayerSpec, blobs: Blobs) -> Function:
    """Interp: bilinear, the corner pixels stay corners."""
    param = layer.message.interp_param
    sides = [param.pad_beg, param.pad_end] * 2  # negative: they crop

    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        x = functional.pad(bottoms[0], sides) if any(sides) else bottoms[0]
        size = _sizes(layer, bottoms)
        return (functional.interpolate(x, size, mode="bilinear", align_corners=True),)

    return run


def _resize_bilinear(layer: LayerSpec, blobs: Blobs) -> Function:
    param = layer.message.resize_bilinear_param
    aligned = bool(param.align_corners)

    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        x, sizes = bottoms[0], _sizes(layer, bottoms)
        if aligned or param.half_pixel_centers:
            return (functional.interpolate(x, sizes, mode="bilinear", align_corners=aligned),)
        return (_from_the_corner(_from_the_corner(x, sizes[0], 2), sizes[1], 3),)

    return run


def _from_the_corner(x: Tensor, size: int, axis: int) -> Tensor:
    """Return x resized along an axis; pixel i is taken from i · old / new, as TensorFlow 1 has it."""
    places = torch.arange(size, device=x.device, dtype=torch.float64) * (x.shape[axis] / size)
    lower = places.long()
    upper = (lower + 1).clamp(max=x.shape[axis] - 1)
    shares = (places - lower).to(x.dtype).reshape(-1, *(1,) * (x.ndim - axis - 1))
    return torch.lerp(x.index_select(axis, lower), x.index_select(axis, upper), shares)


def _upsample(layer: LayerSpec, blobs: Blobs) -> Function:
    """Upsample: each pixel repeated, or each put where a mask says that it was taken from."""

    def run(bottoms: Sequence[Tensor]) -> Sequence[Tensor]:
        x, size = bottoms[0], _sizes(layer, bottoms)
        if len(bottoms) == 1:
            return (functional.interpolate(x, size, mode="nearest-exact"),)
        places, numbers = bottoms[1].long().flatten(2), x.flatten(2)
        order = torch.arange(numbers.shape[2], device=x.device).expand_as(places)
        nothing = places.new_full((*x.shape[:2], size[0] * size[1]), -1)
        last = nothing.scatter_reduce(2, places, order, "amax")  # of several in one place the last stays
        flat = torch.where(last < 0, 0, numbers.gather(2, last.clamp(min=0)))
        return (flat.reshape(*x.shape[:2], *size),)

    return run


def _sizes(layer: LayerSpec, bottoms: Sequence[Tensor]) -> list[int]:
    """Return the rows and columns of the top."""
    rule, _ = RULES[layer.type]
    return list(rule(layer, [tuple(bottom.shape) for bottom in bottoms])[0][0][2:])


RESIZING: dict[str, Builder] = {
    "Interp": _interp,
    "ResizeBilinear": _resize_bilinear,
    "Upsample": _upsample,
}
