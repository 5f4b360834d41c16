"""Layers that divide by a spread: by statistics that were learnt, or by the picture's own."""

import torch
from torch import Tensor

from dreamstream.caffe import LayerSpec
from dreamstream.nets.function import Blobs, Builder, Function, single

_LEAST = torch.finfo(torch.float32).tiny


def _batch_norm(layer: LayerSpec, blobs: Blobs) -> Function:
    """BatchNorm with the trained statistics, or with the picture's own where the file insists."""
    param = layer.message.batch_norm_param
    mean, variance, _, *affine = blobs
    own, factor = not is_learnt(layer), layer.blobs[2].item()  # the file's: a device would be waited for
    scale = 0.0 if factor == 0 else 1.0 / factor
    mean, inverse = mean * scale, torch.rsqrt(variance * scale + param.eps)

    def run(x: Tensor) -> Tensor:
        x = _by_its_own(x, param.eps) if own else (x - _by_channel(mean, x)) * _by_channel(inverse, x)
        return x * _by_channel(affine[0], x) + _by_channel(affine[1], x) if affine else x

    return single(run)


def _bn(layer: LayerSpec, blobs: Blobs) -> Function:
    """BN of Caffe's forks, by the statistics that were learnt; SegNet's are in its two blobs already.

    Without `bn_mode: INFERENCE` SegNet's takes the picture's own, with its own eps.
    """
    param = layer.message.bn_param
    slope, bias, *learnt = blobs
    if learnt:
        mean, variance = learnt
        slope = slope * torch.rsqrt(variance + param.eps)
        bias = bias - mean * slope
    own = not is_learnt(layer)

    def run(x: Tensor) -> Tensor:
        x = _by_its_own(x, 1e-9) if own else x
        return x * _by_channel(slope, x) + _by_channel(bias, x)

    return single(run)


def is_learnt(layer: LayerSpec) -> bool:
    """Whether a BatchNorm or BN normalises by what it has learnt, not by the picture's own statistics."""
    if layer.type == "BN":
        return len(layer.blobs) == 4 or layer.message.bn_param.bn_mode == 1
    param = layer.message.batch_norm_param
    return bool(not param.HasField("use_global_stats") or param.use_global_stats)


def _by_its_own(x: Tensor, eps: float) -> Tensor:
    """Return x at a mean of 0 and a variance of 1 in each channel; torch's own refuses lone numbers."""
    variance, mean = torch.var_mean(x, [0, *range(2, x.ndim)], correction=0, keepdim=True)
    return (x - mean) * torch.rsqrt(variance + eps)


def _by_channel(numbers: Tensor, x: Tensor) -> Tensor:
    """Return one number a channel in a shape that goes with x."""
    return numbers.reshape(-1, *(1,) * (x.ndim - 2))


def _mvn(layer: LayerSpec, blobs: Blobs) -> Function:
    """MVN: each channel, or all together, at a mean of 0 and a deviation of 1; eps goes to the deviation."""
    param = layer.message.mvn_param
    axes, eps = (1, 2, 3) if param.across_channels else (2, 3), float(param.eps)

    def run(x: Tensor) -> Tensor:
        x = x - x.mean(axes, keepdim=True)
        if not param.normalize_variance:
            return x
        variance = (x * x).mean(axes, keepdim=True)
        return x / (variance.clamp(min=_LEAST).sqrt() + eps)  # the root of 0 has no finite slope

    return single(run)


def _normalize(layer: LayerSpec, blobs: Blobs) -> Function:
    """Normalize of SSD: each pixel's channels, or the whole blob, at a length of 1, times what was learnt."""
    param = layer.message.norm_param

    def run(x: Tensor) -> Tensor:
        axes = list(range(1, x.ndim)) if param.across_spatial else [1]
        return x * torch.rsqrt((x * x).sum(axes, keepdim=True) + param.eps) * _by_channel(blobs[0], x)

    return single(run)


NORMALISING: dict[str, Builder] = {
    "BN": _bn,
    "BatchNorm": _batch_norm,
    "MVN": _mvn,
    "Normalize": _normalize,
}
