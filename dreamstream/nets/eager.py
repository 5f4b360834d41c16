"""A Caffe net as DeepDream is mostly written in PyTorch: what this program's own engine is measured against.

    picture -> contiguous 1×3×H×W -> functional layers one by one -> loss -> loss.backward()

It is the plain way at its best: weights take no gradient, the net ends at the objective's layers, and no
work is done that the gradient does not need. A card's convolutions are in TF32, as torch has them by itself.
Only measurements run it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec
from dreamstream.nets.autograd_net import AutogradNet
from dreamstream.nets.function import Builder, Function, single
from dreamstream.nets.layers import LAYERS
from dreamstream.nets.network import Objective
from dreamstream.nets.windows import convolution


@contextmanager
def tf32() -> Iterator[None]:
    """Let a card's convolutions round to TF32 meanwhile."""
    before, torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.allow_tf32, True
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = before


def _lrn(layer: LayerSpec, blobs: Sequence[Tensor]) -> Function:
    param = layer.message.lrn_param
    if param.norm_region:
        return LAYERS[layer.type](layer, blobs)
    size = int(param.local_size)
    return single(lambda x: functional.local_response_norm(x, size, param.alpha, param.beta, param.k))


class EagerNet(AutogradNet):
    """`Network` on plain autograd, in torch's default layout."""

    engine = "eager"
    _layout = torch.contiguous_format

    # other functions only where the layout matters, or where everybody takes torch's own
    _builders: Mapping[str, Builder] = {
        **LAYERS,
        "Convolution": partial(convolution, layout=torch.contiguous_format),
        "LRN": _lrn,
    }

    def _gradient(self, pixels: Tensor, objective: Objective) -> tuple[Tensor, Any]:
        """Return the gradient of the sum of activation · seed, which is the seed at the layers.

        For the L2 objective that is as much work as its own sum of squares.
        """
        with tf32():
            activations = self._run(pixels.requires_grad_(), objective.layers)
            value, seeds = objective.seed({name: blob.detach() for name, blob in activations.items()})
            loss = torch.stack([(blob * seeds[name]).sum() for name, blob in activations.items()]).sum()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own is not typed
        assert pixels.grad is not None
        return pixels.grad, value
