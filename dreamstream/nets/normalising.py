"""Layers that divide by a spread: by statistics that were learnt, or by the picture's own."""

import torch
from torch import Tensor

from dreamstream.caffe import LayerSpec
from dreamstream.nets.function import Blobs, Builder, Function, single


def _batch_norm(layer: LayerSpec, blobs: Blobs) -> Function:
    """BatchNorm with the trained statistics, or with the picture's own where the file insists."""
    param = layer.message.batch_norm_param
    mean, variance, factor = blobs
    if param.HasField("use_global_stats") and not param.use_global_stats:

        def normalised(x: Tensor) -> Tensor:  # torch's own function refuses one number a channel
            others = [0, *range(2, x.ndim)]
            variance, mean = torch.var_mean(x, others, correction=0, keepdim=True)
            return (x - mean) * torch.rsqrt(variance + param.eps)

        return single(normalised)
    scale = 0.0 if factor.item() == 0 else 1.0 / factor.item()
    mean, inverse = mean.reshape(-1) * scale, torch.rsqrt(variance.reshape(-1) * scale + param.eps)

    def run(x: Tensor) -> Tensor:
        tail = (1,) * (x.ndim - 2)
        return (x - mean.reshape(-1, *tail)) * inverse.reshape(-1, *tail)

    return single(run)


NORMALISING: dict[str, Builder] = {"BatchNorm": _batch_norm}
