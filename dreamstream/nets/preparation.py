"""`Preprocessing` in torch: a picture on its way into a net, and its gradient on the way out.

H×W×3, RGB, 0..255 -> order, mean, scale -> padded by reflection -> 1×C×H×W
"""

import functools

import numpy as np
import torch
from torch import Tensor

from dreamstream.caffe import LayerSpec, NetSpec
from dreamstream.caffe.geometry import Shape
from dreamstream.nets.preprocessing import Preprocessing
from dreamstream.size import Size


def in_rgb(spec: NetSpec, preprocessing: Preprocessing) -> tuple[NetSpec, Preprocessing]:
    """Return the same net for pictures in RGB: the channels of the first kernels are reversed.

    A net that reads its picture by other layers than plain convolutions is left as it is.
    """
    first = [layer for layer in spec.layers if spec.picture in layer.bottoms]
    if preprocessing.order == "RGB" or spec.channels != 3 or not all(map(_is_plain, first)):
        return spec, preprocessing
    kernels = {}
    for layer in first:
        kernel, *bias = layer.blobs
        reversed = kernel.reshape(int(layer.message.convolution_param.num_output), 3, -1)[:, ::-1]
        kernels[layer.name] = (np.ascontiguousarray(reversed).reshape(kernel.shape), *bias)
    return spec.with_blobs(kernels), preprocessing.changed(order="RGB")


def _is_plain(layer: LayerSpec) -> bool:
    """Whether a layer is a convolution of three channels; that its weights fit is found later."""
    param = layer.message.convolution_param
    out = int(param.num_output)
    plain = layer.type == "Convolution" and param.group == 1 and param.axis in (1, -3) and bool(layer.blobs)
    return plain and out > 0 and layer.blobs[0].size > 0 and layer.blobs[0].size % (3 * out) == 0


class Preparation:
    """For a net with `channels` (3, or 1: gray, the mean of the three)."""

    def __init__(self, preprocessing: Preprocessing, channels: int, device: torch.device) -> None:
        self._preprocessing, self._channels, self._device = preprocessing, channels, device
        self._reversed = preprocessing.order != "RGB"
        dark = -torch.tensor(preprocessing.mean, device=device) * preprocessing.scale
        self._shift = functools.lru_cache(8)(functools.partial(_expanded, dark))

    def forward(self, pixels: Tensor, shape: Shape) -> Tensor:
        """Return the net's input of this shape; the tensor given is left as it is. Autograd may follow it."""
        ordered = pixels.flip(2) if self._reversed else pixels
        scaled = torch.add(self._shift(Size.of(pixels)), ordered, alpha=self._preprocessing.scale)
        if self._channels == 1:
            scaled = scaled.mean(2, keepdim=True)
        for axis, n in enumerate(shape[2:]):
            inside = scaled.shape[axis]
            if n > inside:
                rim = scaled.index_select(axis, self._reflection(inside, n))
                scaled = torch.cat([scaled, rim], axis)
        return scaled.permute(2, 0, 1).unsqueeze(0)

    def backward(self, gradient: Tensor, size: Size) -> Tensor:
        """Return the gradient of a picture's pixels (H×W×3) for that of the net's input, of any type."""
        picture = gradient[0].permute(1, 2, 0)
        for axis, n in ((1, size.width), (0, size.height)):
            more = picture.shape[axis] - n
            if more:
                inside, rim = torch.split(picture, [n, more], axis)
                picture = inside.index_add(axis, self._reflection(n, n + more), rim)
        if self._channels == 1:
            picture = (picture / 3).expand(-1, -1, 3)
        scaled = torch.mul(picture.float(), self._preprocessing.scale)
        return scaled.flip(2) if self._reversed else scaled.contiguous()

    def _reflection(self, n: int, whole: int) -> Tensor:
        """Return which rows a side of n is padded by up to `whole`; a side too short for it is repeated."""
        places = torch.arange(n, whole, device=self._device)
        return 2 * (n - 1) - places if whole - n < n else torch.full_like(places, n - 1)


def _expanded(dark: Tensor, size: Size) -> Tensor:
    """Return -mean · scale for every pixel: torch is many times as fast with long rows as with threes."""
    return dark.expand(*size.shape, 3).contiguous()
