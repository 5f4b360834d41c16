"""Nets on pictures of any size: inner products turned into convolutions, and sizes at which branches join.

An InnerProduct behind a blob of C×k×k is a convolution with a kernel of k×k: the same sums for a picture of
the size that the net was trained at, and for a larger one the classifier's answer at each place. Caffe's
users know it as net surgery; here it happens by itself where a picture's size asks for it.

Where branches halve a picture by convolutions and poolings that round differently, they meet with sides of 31
and 32 at most sizes. Which sizes do join follows from the shapes alone, rows and columns each by themselves.
"""

import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace

from dreamstream.caffe.axes import Shapes
from dreamstream.caffe.geometry import Shape
from dreamstream.caffe.resizing import with_pooled
from dreamstream.caffe.shapes import infer_shapes, layer_shapes
from dreamstream.caffe.spec import LayerSpec, NetSpec
from dreamstream.errors import JoinError, NetError

_FARTHEST = 320
"""Rows and columns that are tried: sides that join come again every 160 at the most in the Inceptions."""


def slid(spec: NetSpec, picture: Shape) -> NetSpec:
    """Return the net with each InnerProduct that does not fit this picture (1, 3, H, W) as a Convolution.

    What cannot slide stays as it is, for `infer_shapes` to say why.
    """
    return _walked(spec, picture)[0]


def joining(spec: NetSpec, layers: Sequence[str], picture: Shape, hopeless: set[str] | None = None) -> Shape:
    """Return the smallest picture, of this size (1, C, H, W) or more, whose branches up to these layers join.

    Where there is none near, or what does not fit is something else, `cut` says so of the shape returned.
    Raises NetError for an unknown layer. Nothing is run. What joins nowhere is added to `hopeless`, and not
    tried again.
    """
    needed, shape = with_pooled(spec.pruned(layers)), picture
    hopeless = set() if hopeless is None else hopeless
    if hopeless.intersection(needed.names()):
        return picture
    failing = ""
    while max(n - first for n, first in zip(shape, picture, strict=True)) < _FARTHEST:
        _, failing, error = _walked(needed, shape)
        if not isinstance(error, JoinError):
            return shape
        shape = tuple(n + (axis in error.axes) for axis, n in enumerate(shape))
    hopeless.add(failing)
    return picture


def _walked(spec: NetSpec, picture: Shape) -> tuple[NetSpec, str, NetError | None]:
    """Return the net with what can slide, the layer that the picture came to, and why no further."""
    error: NetError | None = None
    blobs, layers = {spec.picture: picture}, list(spec.layers)
    for i, layer in enumerate(layers):
        bottoms = [blobs[name] for name in layer.bottoms]
        if layer.type == "InnerProduct":
            layers[i] = layer = _convolution(layer, bottoms[0])
        try:
            tops, _ = layer_shapes(layer, bottoms)
        except NetError as wrong:
            error = wrong
            break
        blobs.update(zip(layer.tops, tops, strict=False))
    return replace(spec, layers=tuple(layers)), layer.name, error


def cut(
    spec: NetSpec, layers: Sequence[str], picture: Shape, weighed: bool = True
) -> tuple[NetSpec, dict[str, Shapes]]:
    """Return what these layers need of a net for a picture (1, C, H, W), and the shapes of all its tops.

    Raises NetError for an unknown layer and for what does not fit, weights that are not there (`weighed`)
    included. Nothing is run.
    """
    needed = slid(with_pooled(spec.pruned(layers)), picture)
    for end in map(needed.layer, layers):
        if end.type == "ArgMax" and not end.message.argmax_param.out_max_val:
            where = f"{spec.origin}: layer '{end.name}' (ArgMax)"
            raise NetError(f"{where}: gives places, which have no gradient: dream with a layer before it")
    return needed, infer_shapes(needed, picture, weighed)


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
