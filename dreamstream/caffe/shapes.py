"""Shapes: what each layer makes of the shapes it is given, and whether its weights fit.

    (layer, shapes of its bottoms) -> shapes of its tops, or a NetError

An engine that asks here first gets one line where Caffe would abort the process, and a damaged file never
takes gigabytes.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from dreamstream.caffe.axes import Shapes, times
from dreamstream.caffe.geometry import Shape, window_of
from dreamstream.caffe.resizing import with_pooled
from dreamstream.caffe.rules import NOT_IN_PLACE, RULES
from dreamstream.caffe.spec import LayerSpec, NetSpec
from dreamstream.errors import NetError, TooSmallError
from dreamstream.tell import counted

_FEW_NUMBERS, _NUMBERS_A_PIXEL = 1 << 24, 256  # in one blob: four times VGG's largest
_FEW_SUMS, _SUMS_A_PIXEL = 1 << 34, 1 << 22  # multiplications in all: ten times VGG's


class LayerShapes(NamedTuple):
    """A layer, and the shapes of its bottoms, tops and weights."""

    layer: LayerSpec
    bottoms: Shapes
    tops: Shapes
    weights: Shapes

    @property
    def multiply_adds(self) -> int:
        """Of a convolution or an inner product; padding counts as pixels do."""
        if self.layer.type == "Convolution":
            return math.prod(self.tops[0]) * math.prod(self.weights[0][1:])
        if self.layer.type == "Deconvolution":
            return math.prod(self.bottoms[0]) * math.prod(self.weights[0][1:])
        if self.layer.type == "InnerProduct":
            return math.prod(self.tops[0][:-1]) * math.prod(self.weights[0])
        return 0


def walk(spec: NetSpec, picture: Shape) -> Iterator[LayerShapes]:
    """Give each layer with its shapes for a picture (1, C, H, W); weights need not be there.

    NetError names the file, the layer, its type and what does not fit.
    """
    blobs = {spec.picture: picture}
    for layer in with_pooled(spec).layers:
        bottoms = [blobs[name] for name in layer.bottoms]
        with _located(spec, layer, picture):
            tops, weights = layer_shapes(layer, bottoms)
        blobs.update(zip(layer.tops, tops, strict=True))
        yield LayerShapes(layer, bottoms, tops, weights)


def infer_shapes(spec: NetSpec, picture: Shape, weighed: bool = True) -> dict[str, Shapes]:
    """Return the shapes of each layer's tops for a picture (1, C, H, W), its weights checked if `weighed`.

    NetError as for `walk`, or where the net would take far more memory or time than any for this size.
    """
    if spec.channels != picture[1] or spec.channels not in (1, 3):
        raise NetError(
            f"{spec.origin}: is for pictures of {spec.channels} channels; RGB (3) or gray (1) is needed"
        )
    pixels = math.prod(picture[2:])
    most_numbers = _FEW_NUMBERS + _NUMBERS_A_PIXEL * pixels
    numbers_left, work_left = 16 * most_numbers, _FEW_SUMS + _SUMS_A_PIXEL * pixels
    result = {}
    for shapes in walk(spec, picture):
        with _located(spec, shapes.layer, picture):
            if weighed:
                _check_weights(shapes.layer, shapes.weights)
            numbers = max(math.prod(shape) for shape in shapes.tops)
            numbers_left -= numbers
            work_left -= _work(shapes)
            if numbers > most_numbers or numbers_left < 0 or work_left < 0:
                raise NetError(f"would take {numbers:,} numbers or far too long: is the file damaged?")
        result[shapes.layer.name] = shapes.tops
    return result


def channel_counts(spec: NetSpec) -> dict[str, int]:
    """Return how many channels each layer has, as far as that follows from a net without its weights.

    Counted on a picture as large as classifiers were trained on; what does not fit it is left out.
    """
    blobs: dict[str, Shape] = {spec.picture: (1, spec.channels, 224, 224)}
    result = {}
    for layer in with_pooled(spec).layers:
        with suppress(NetError, KeyError):
            tops, _ = layer_shapes(layer, [blobs[name] for name in layer.bottoms])
            blobs.update(zip(layer.tops, tops, strict=True))
            result[layer.name] = tops[0][1] if len(tops[0]) > 1 else 1
    return result


def reached(spec: NetSpec) -> list[str]:
    """Return the layers that a picture alone runs through, by layers that are supported; of whatever size."""
    known, names = {spec.picture}, []
    for layer in spec.layers:
        if layer.type in RULES and not layer.fault and known.issuperset(layer.bottoms):
            known.update(layer.tops)
            names.append(layer.name)
        else:
            known.difference_update(layer.tops)
    return names


def multiply_adds(spec: NetSpec, picture: Shape) -> int:
    """Return the multiply-adds of all convolutions and inner products for a picture (1, C, H, W)."""
    return sum(shapes.multiply_adds for shapes in walk(spec, picture))


@contextmanager
def _located(spec: NetSpec, layer: LayerSpec, picture: Shape) -> Iterator[None]:
    """Say in a NetError which layer of which file it is about."""
    try:
        yield
    except NetError as error:
        where = f"{spec.origin}: layer '{layer.name}' ({layer.type})"
        raise type(error)(f"{where}, with a picture of {picture[3]}x{picture[2]}: {error}") from error


def layer_shapes(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """Return the shapes of one layer's tops and weights; NetError says what does not fit."""
    if layer.fault:
        raise NetError(layer.fault)
    if layer.type not in RULES:
        raise NetError(f"is of a type that is not supported; supported are {', '.join(sorted(RULES))}")
    rule, most_bottoms = RULES[layer.type]
    if len(bottoms) > most_bottoms:
        raise NetError(f"has {counted(len(bottoms), 'bottom')}, at most {most_bottoms} can be")
    if layer.type in NOT_IN_PLACE and set(layer.tops) & set(layer.bottoms):
        raise NetError("cannot write over its own bottom")
    tops, weights = rule(layer, bottoms)
    if len(tops) != len(layer.tops):
        raise NetError(f"has {counted(len(layer.tops), 'top')}, {len(tops)} needed")
    if any(n < 1 for shape in tops for n in shape):
        raise TooSmallError
    return tops, weights


def _check_weights(layer: LayerSpec, shapes: Shapes) -> None:
    """Check the weights against the shapes that they must have; sizes of 1 do not count."""
    if len(layer.blobs) != len(shapes):
        needed = counted(len(shapes), "weight blob")
        raise NetError(f"needs {needed} and has {len(layer.blobs)}: is the .caffemodel this net's?")
    for blob, shape in zip(layer.blobs, shapes, strict=True):
        if [n for n in blob.shape if n != 1] != [n for n in shape if n != 1]:
            raise NetError(f"needs weights of {times(shape)}, and the file has {times(blob.shape)}")


def _work(shapes: LayerShapes) -> int:
    """Return about how many multiplications a layer takes; a pooling's comparisons are slow."""
    message, each = shapes.layer.message, 1
    if shapes.layer.type == "Pooling" and not message.pooling_param.global_pooling:
        each = 16 * math.prod(window_of(message.pooling_param).kernel)
    elif shapes.layer.type == "LRN":
        each = 2 * int(message.lrn_param.local_size)
    return shapes.multiply_adds or each * math.prod(shapes.tops[0])
