"""A Caffe net as DeepDream is mostly written in PyTorch: what this program's own engine is measured against.

    picture -> contiguous 1×3×H×W -> functional layers one by one -> loss -> loss.backward()

It is the plain way at its best: weights take no gradient, the net ends at the objective's layers, and no
work is done that the gradient does not need. `dreamstream bench --against eager` runs it, nothing else does.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe import LayerSpec, NetSpec
from dreamstream.caffe.geometry import window_of
from dreamstream.nets.layers import build
from dreamstream.nets.network import Image, Objective, Precision, Preprocessing
from dreamstream.nets.op import Op, single, weights
from dreamstream.nets.preparation import Preparation
from dreamstream.nets.reach import cut, shape_at
from dreamstream.nets.torch_net import pick_device
from dreamstream.size import Size

Plan = Sequence[tuple[LayerSpec, Op]]


class EagerNet:
    """`Network` on plain autograd, in torch's default layout. Not for use by two threads at once."""

    engine = "eager"
    precision: Precision = "fp32"

    def __init__(self, spec: NetSpec, preprocessing: Preprocessing, device: str = "auto") -> None:
        self._device = pick_device(device)
        self.device = self._device.type
        self._spec = spec
        self._preparation = Preparation(preprocessing, spec.channels, self._device)
        self._plans: dict[tuple[tuple[str, ...], tuple[int, ...]], Plan] = {}

    def layers(self) -> tuple[str, ...]:
        """Return the names of all layers, in order."""
        return self._spec.names()

    def shape(self, size: Size, layer: str) -> tuple[int, ...]:
        """Return the shape of a layer's blob for a picture of this size."""
        return shape_at(self._spec, layer, self._preparation.shape(size))

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        """Return True: there is nothing to build."""
        return True

    def input_gradient(self, image: Image, objective: Objective) -> tuple[Image, float]:
        """Return the gradient of the objective with respect to the image (H×W×3), and its value.

        The loss is the sum of activation · seed, whose gradient at the layers is the seed: for the L2
        objective as much work as its own sum of squares.
        """
        pixels = torch.from_numpy(image).to(self._device).requires_grad_()
        reached = self._run(pixels, objective.layers)
        value, seeds = objective.seed({name: blob.detach() for name, blob in reached.items()})
        loss = torch.stack([(blob * seeds[name]).sum() for name, blob in reached.items()]).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own is not typed
        assert pixels.grad is not None
        return pixels.grad.cpu().numpy(), float(value)

    @torch.no_grad()
    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Return the layer's blob for this image: C×H×W."""
        pixels = torch.from_numpy(image).to(self._device)
        blob: NDArray[np.float32] = self._run(pixels, (layer,))[layer][0].cpu().numpy()
        return blob

    def _run(self, pixels: Tensor, wanted: tuple[str, ...]) -> dict[str, Tensor]:
        picture = self._preparation.forward(pixels).contiguous()
        blobs, reached = {self._spec.picture: picture}, {}
        for layer, run in self._plan(wanted, tuple(picture.shape)):
            tops = run([blobs[name] for name in layer.bottoms])
            blobs.update(zip(layer.tops, tops, strict=True))
            if layer.name in wanted:
                reached[layer.name] = tops[0]
        return reached

    def _plan(self, wanted: tuple[str, ...], shape: tuple[int, ...]) -> Plan:
        key = wanted, shape
        if key not in self._plans:
            spec, _ = cut(self._spec, wanted, shape)
            self._plans[key] = [(layer, _op(layer, self._device)) for layer in spec.layers]
        return self._plans[key]


def _op(layer: LayerSpec, device: torch.device) -> Op:
    return _OF_ITS_OWN.get(layer.type, build)(layer, device)


def _convolution(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.convolution_param
    if param.axis != 1:
        return build(layer, device)
    window, group, out = window_of(param), int(param.group), int(param.num_output)
    kernel, *rest = weights(layer, device)
    kernel = kernel.reshape(out, -1, *window.kernel).contiguous()
    bias = rest[0].reshape(-1) if rest else None
    return single(
        lambda x: functional.conv2d(x, kernel, bias, window.stride, window.pad, window.dilation, group)
    )


def _lrn(layer: LayerSpec, device: torch.device) -> Op:
    param = layer.message.lrn_param
    if param.norm_region:
        return build(layer, device)
    size = int(param.local_size)
    return single(lambda x: functional.local_response_norm(x, size, param.alpha, param.beta, param.k))


_OF_ITS_OWN: Mapping[str, Callable[[LayerSpec, torch.device], Op]] = {
    "Convolution": _convolution,
    "LRN": _lrn,
}
"""Where the layout matters, or torch's own function is what everybody takes; the rest is shared."""
