"""Layers as functions of tensors: the type, and weights as tensors."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from dreamstream.caffe import LayerSpec

Function = Callable[[Sequence[Tensor]], Sequence[Tensor]]
"""A layer's bottoms -> its tops."""

Blobs = Sequence[Tensor]
"""A layer's weights, in their file's shapes."""

Builder = Callable[[LayerSpec, Blobs], Function]


def weights(layer: LayerSpec, device: torch.device) -> list[Tensor]:
    """Return a layer's blobs as tensors on a device."""
    return [torch.from_numpy(np.array(blob)).to(device) for blob in layer.blobs]


def single(function: Callable[[Tensor], Tensor]) -> Function:
    """Return the function of a layer with one bottom and one top."""
    return lambda bottoms: (function(bottoms[0]),)
