"""What the torch functions of layers share: their type, and weights as tensors."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from dreamstream.caffe import LayerSpec

Op = Callable[[Sequence[Tensor]], Sequence[Tensor]]
"""Bottoms -> tops."""


def weights(layer: LayerSpec, device: torch.device) -> list[Tensor]:
    """Return a layer's blobs on the device, in their files' shapes."""
    return [torch.from_numpy(np.array(blob)).to(device) for blob in layer.blobs]


def single(function: Callable[[Tensor], Tensor]) -> Op:
    """Return the op of a layer with one bottom and one top."""
    return lambda bottoms: (function(bottoms[0]),)
