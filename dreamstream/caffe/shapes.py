"""Shapes: what each layer makes of the shapes it is given, and whether its weights fit.

    (layer, shapes of its bottoms) -> shapes of its tops, or a NetError

Where Caffe would abort the process, an engine that asks here first gets one line. Sizes are checked
against what a picture of that size can ask for, so that a damaged file never takes gigabytes.
"""

import math
from contextlib import suppress

from dreamstream.caffe.geometry import Shape, window_of
from dreamstream.caffe.rules import NOT_IN_PLACE, RULES, Shapes, times
from dreamstream.caffe.spec import LayerSpec, NetSpec
from dreamstream.errors import NetError, TooSmallError

_FEW_NUMBERS, _NUMBERS_A_PIXEL = 1 << 24, 256  # in one blob: four times VGG's largest
_FEW_SUMS, _SUMS_A_PIXEL = 1 << 34, 1 << 22  # multiplications in all: ten times VGG's


def infer_shapes(spec: NetSpec, picture: Shape) -> dict[str, Shapes]:
    """Return the shapes of each layer's tops for a picture of shape (1, C, H, W).

    NetError names the file, the layer, its type and what does not fit.
    """
    if spec.channels != picture[1]:
        raise NetError(
            f"{spec.where}: is for pictures of {spec.channels} channels; RGB (3) or gray (1) is needed"
        )
    pixels = math.prod(picture[2:])
    most, work_left = _FEW_NUMBERS + _NUMBERS_A_PIXEL * pixels, _FEW_SUMS + _SUMS_A_PIXEL * pixels
    numbers_left = 16 * most
    blobs, result = {spec.picture: picture}, {}
    for layer in spec.layers:
        try:
            bottoms = [blobs[name] for name in layer.bottoms]
            tops, weights = layer_shapes(layer, bottoms)
            _check_weights(layer, weights)
            numbers = max(math.prod(shape) for shape in tops)
            numbers_left -= numbers
            work_left -= _work(layer, bottoms, tops)
            if numbers > most or numbers_left < 0 or work_left < 0:
                raise NetError(f"would take {numbers:,} numbers or far too long: is the file damaged?")
        except NetError as error:
            size = f"{picture[3]}x{picture[2]}"
            where = f"{spec.where}: layer '{layer.name}' ({layer.type})"
            raise type(error)(f"{where}, with a picture of {size}: {error}") from error
        blobs.update(zip(layer.tops, tops, strict=True))
        result[layer.name] = tops
    return result


def channel_counts(spec: NetSpec) -> dict[str, int]:
    """Return how many channels each layer has, as far as that follows from a net without its weights.

    Counted on a picture as large as classifiers were trained on; what does not fit it is left out.
    """
    blobs: dict[str, Shape] = {spec.picture: (1, spec.channels, 224, 224)}
    result = {}
    for layer in spec.layers:
        with suppress(NetError, KeyError):
            tops, _ = layer_shapes(layer, [blobs[name] for name in layer.bottoms])
            blobs.update(zip(layer.tops, tops, strict=True))
            result[layer.name] = tops[0][1] if len(tops[0]) > 1 else 1
    return result


def multiply_adds(spec: NetSpec, picture: Shape) -> int:
    """Return the multiply-adds of all convolutions and inner products for a picture (1, C, H, W).

    Counted from the shapes alone, so the weights need not be there; padding counts as pixels do. NetError
    for a layer that does not fit.
    """
    blobs, total = {spec.picture: picture}, 0
    for layer in spec.layers:
        bottoms = [blobs[name] for name in layer.bottoms]
        tops, weights = layer_shapes(layer, bottoms)
        blobs.update(zip(layer.tops, tops, strict=True))
        if layer.type in ("Convolution", "InnerProduct"):
            inner = layer.type == "InnerProduct"
            param = layer.message.inner_product_param if inner else layer.message.convolution_param
            total += math.prod(tops[0]) * (math.prod(weights[0]) // int(param.num_output))
        elif layer.type == "Deconvolution":
            total += math.prod(bottoms[0]) * math.prod(weights[0][1:])
    return total


def layer_shapes(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """Return the shapes of one layer's tops and weights; NetError says what does not fit."""
    if layer.type not in RULES:
        raise NetError(f"is of a type that is not supported; supported are {', '.join(sorted(RULES))}")
    rule, most_bottoms = RULES[layer.type]
    if len(bottoms) > most_bottoms:
        raise NetError(f"has {len(bottoms)} bottoms, at most {most_bottoms} can be")
    if layer.type in NOT_IN_PLACE and set(layer.tops) & set(layer.bottoms):
        raise NetError("cannot write over its own bottom")
    tops, weights = rule(layer, bottoms)
    if len(tops) != len(layer.tops):
        raise NetError(f"has {len(layer.tops)} tops, {len(tops)} are needed")
    if any(n < 1 for shape in tops for n in shape):
        raise TooSmallError
    return tops, weights


def _check_weights(layer: LayerSpec, shapes: Shapes) -> None:
    """Hold the weights against the shapes that they must have; ones in front or behind do not count."""
    if len(layer.blobs) != len(shapes):
        raise NetError(
            f"needs {len(shapes)} weight blobs and has {len(layer.blobs)}: is the .caffemodel this net's?"
        )
    for blob, shape in zip(layer.blobs, shapes, strict=True):
        if [n for n in blob.shape if n != 1] != [n for n in shape if n != 1]:
            raise NetError(f"needs weights of {times(shape)}, and the file has {times(blob.shape)}")


def _work(layer: LayerSpec, bottoms: Shapes, tops: Shapes) -> int:
    """Multiplications of one layer, about; a pooling's comparisons are dear."""
    count, each = math.prod(tops[0]), 1
    if layer.type in ("Convolution", "InnerProduct"):
        each = layer.blobs[0][0].size
    elif layer.type == "Deconvolution":
        count, each = math.prod(bottoms[0]), layer.blobs[0][0].size
    elif layer.type == "Pooling" and not layer.message.pooling_param.global_pooling:
        each = 16 * math.prod(window_of(layer.message.pooling_param).kernel)
    elif layer.type == "LRN":
        each = 2 * int(layer.message.lrn_param.local_size)
    return count * each
