"""Classifiers on pictures of any size: inner products turned into convolutions.

An InnerProduct behind a blob of C×k×k is a convolution with a kernel of k×k: the same sums for a picture of
the size that the net was trained at, and for a larger one the classifier's answer at each place. Caffe's
users know it as net surgery; here it happens by itself where a picture's size asks for it.
"""

import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace

from dreamstream.caffe.axes import Shapes
from dreamstream.caffe.geometry import Shape
from dreamstream.caffe.shapes import infer_shapes, layer_shapes
from dreamstream.caffe.spec import LayerSpec, NetSpec
from dreamstream.errors import NetError


def slid(spec: NetSpec, picture: Shape) -> NetSpec:
    """Return the net with each InnerProduct that does not fit this picture (1, 3, H, W) as a Convolution.

    What cannot slide stays as it is, for `infer_shapes` to say why.
    """
    blobs, layers = {spec.picture: picture}, list(spec.layers)
    for i, layer in enumerate(layers):
        bottoms = [blobs[name] for name in layer.bottoms]
        if layer.type == "InnerProduct":
            layers[i] = layer = _convolution(layer, bottoms[0])
        try:
            tops, _ = layer_shapes(layer, bottoms)
        except NetError:
            break
        blobs.update(zip(layer.tops, tops, strict=False))
    return replace(spec, layers=tuple(layers))


def cut(spec: NetSpec, layers: Sequence[str], picture: Shape) -> tuple[NetSpec, dict[str, Shapes]]:
    """Return what these layers need of a net for a picture (1, C, H, W), and the shapes of all its tops.

    Raises NetError for an unknown layer and for what does not fit. Nothing is run.
    """
    needed = slid(spec.pruned(layers), picture)
    return needed, infer_shapes(needed, picture)


def _convolution(layer: LayerSpec, bottom: Shape) -> LayerSpec:
    param = layer.message.inner_product_param
    out = int(param.num_output)
    if len(bottom) != 4 or param.axis not in (1, -3) or param.transpose or not (out and layer.blobs):
        return layer
    channels = bottom[1]
    side = math.isqrt(layer.blobs[0].size // out // channels)
    square = side > 0 and layer.blobs[0].size == out * side * side * channels  # as nearly all are trained
    if not square or bottom[2:] == (side, side):
        return layer
    message = deepcopy(layer.message)
    message.type = "Convolution"
    message.ClearField("inner_product_param")
    window = message.convolution_param
    window.num_output, window.bias_term = out, param.bias_term
    window.kernel_size.append(side)
    kernel = layer.blobs[0].reshape(out, channels, side, side)
    return replace(layer, type="Convolution", message=message, blobs=(kernel, *layer.blobs[1:]))
