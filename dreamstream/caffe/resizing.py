"""The rules of layers that make a blob larger or smaller: Interp, ResizeBilinear, Upsample; of Caffe's forks.

Interp is DeepLab's, ICNet's and PSPNet's; Upsample is SegNet's (by a mask, the second top of a MAX pooling,
which says from where each number was taken) and YOLO's (by a factor).
"""

import math
from dataclasses import replace

from dreamstream.caffe.axes import Rule, Shapes, times, unjoined
from dreamstream.caffe.geometry import Shape
from dreamstream.caffe.spec import LayerSpec, NetSpec
from dreamstream.errors import NetError, TooSmallError


def _interp(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """Interp: cropped by negative pads, then to a size, by factors, or as large as a second bottom."""
    param, bottom = layer.message.interp_param, _plane(bottoms)
    if max(param.pad_beg, param.pad_end) > 0:
        raise NetError("has a positive pad_beg or pad_end: they crop, by 0 or less")
    sizes = [n + param.pad_beg + param.pad_end for n in bottom[2:]]
    if min(sizes) < 1:
        raise TooSmallError
    shrinks, zooms = param.HasField("shrink_factor"), param.HasField("zoom_factor")
    sized = param.HasField("height") and param.HasField("width")
    if len(bottoms) == 2:
        sizes = list(bottoms[1][2:])
    elif shrinks != zooms or (shrinks and not sized):
        if min(param.shrink_factor, param.zoom_factor) < 1:
            raise NetError("has a shrink_factor or zoom_factor below 1")
        sizes = [(n - 1) // param.shrink_factor * param.zoom_factor + 1 for n in sizes]
    elif sized:
        sizes = [param.height, param.width]
    else:
        raise NetError("needs a zoom_factor, a shrink_factor, or height and width")
    return [(*bottom[:2], *sizes)], ()


def _resize_bilinear(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """ResizeBilinear, in the settings of one fork (factor, or height and width) or of the other."""
    param, bottom = layer.message.resize_bilinear_param, _plane(bottoms)
    if param.HasField("height") and param.HasField("width") and not param.HasField("factor"):
        return [(*bottom[:2], param.height, param.width)], ()
    factors = [param.factor] * 2 if param.HasField("factor") else [param.scale_height, param.scale_width]
    if param.data_format != "NCHW" and not param.HasField("factor"):
        raise NetError(f"has the data_format {param.data_format}; NCHW is needed")
    if not all(0 < factor < math.inf for factor in factors):
        raise NetError(f"has the factors {', '.join(f'{factor:g}' for factor in factors)}: above 0 is needed")
    scaled = [int(n * factor) for n, factor in zip(bottom[2:], factors, strict=True)]
    return [(*bottom[:2], param.output_height or scaled[0], param.output_width or scaled[1])], ()


def _upsample(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """Upsample: by a factor; or by a mask, at the size of the blob that was pooled."""
    param, bottom = layer.message.upsample_param, _plane(bottoms)
    if len(bottoms) == 1:
        rows, columns = param.scale_h or param.scale, param.scale_w or param.scale
        return [(*bottom[:2], bottom[2] * rows, bottom[3] * columns)], ()
    if len(bottoms) < 3:
        raise NetError(f"has a mask, '{layer.bottoms[1]}', that is not the second top of a MAX pooling")
    if bottoms[1] != bottom:
        raise unjoined(f"has a mask of {times(bottoms[1])} for a blob of {times(bottom)}", bottoms[:2])
    return [(*bottom[:2], *bottoms[2][2:])], ()


def _plane(bottoms: Shapes) -> Shape:
    if any(len(shape) != 4 for shape in bottoms):
        raise NetError("needs bottoms of 4 axes")
    return bottoms[0]


def with_pooled(spec: NetSpec) -> NetSpec:
    """Return the net with the blob that was pooled as the third bottom of each Upsample by a mask.

    A mask says places in that blob; the size that a file states is that of its training pictures.
    """
    pooled: dict[str, str] = {}
    layers: list[LayerSpec] = []
    for layer in spec.layers:
        if layer.type == "Upsample" and len(layer.bottoms) == 2 and layer.bottoms[1] in pooled:
            layer = replace(layer, bottoms=(*layer.bottoms, pooled[layer.bottoms[1]]))
        layers.append(layer)
        if layer.type == "Pooling":
            pooled.update(dict.fromkeys(layer.tops[1:], layer.bottoms[0]))
    return replace(spec, layers=tuple(layers))


RESIZING: dict[str, tuple[Rule, int]] = {
    "Interp": (_interp, 2),
    "ResizeBilinear": (_resize_bilinear, 1),
    "Upsample": (_upsample, 3),
}
"""By layer type: the rule, and how many bottoms there can be."""
