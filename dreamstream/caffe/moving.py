"""The rules of layers that move numbers and compute none: joined, cut, reshaped, copied, reordered."""

import math
from itertools import pairwise

from dreamstream.caffe.axes import Rule, Shapes, axis_of, channels_of, times, unjoined
from dreamstream.caffe.geometry import Shape
from dreamstream.caffe.spec import LayerSpec
from dreamstream.errors import JoinError, NetError
from dreamstream.tell import counted


def _split(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    return [bottoms[0]] * len(layer.tops), ()


def _concat(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    axis = joined_axis(layer, bottoms[0])
    rests = {(*shape[:axis], *shape[axis + 1 :]) for shape in bottoms}
    if len(rests) > 1 or any(len(shape) <= axis for shape in bottoms):
        raise unjoined(f"cannot join {', '.join(map(times, bottoms))} along axis {axis}", bottoms, axis)
    joined = sum(shape[axis] for shape in bottoms)
    return [(*bottoms[0][:axis], joined, *bottoms[0][axis + 1 :])], ()


def joined_axis(layer: LayerSpec, bottom: Shape) -> int:
    """Return the axis that a Concat joins or a Slice cuts, given as `axis` or under its old name."""
    concat = layer.type == "Concat"
    param = layer.message.concat_param if concat else layer.message.slice_param
    old = "concat_dim" if concat else "slice_dim"
    if param.HasField("axis") and param.HasField(old):
        raise NetError(f"has both axis and {old}, which mean the same")
    return axis_of(getattr(param, old) if param.HasField(old) else param.axis, len(bottom))


def _slice(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    bottom, axis, tops = bottoms[0], joined_axis(layer, bottoms[0]), len(layer.tops)
    whole, points = bottom[axis], list(layer.message.slice_param.slice_point)
    sizes = [after - before for before, after in pairwise([0, *points, whole])]
    if not points:
        if whole % tops:
            raise NetError(f"cannot cut {whole} into {tops} equal parts")
        sizes = [whole // tops] * tops
    elif len(sizes) != tops or min(sizes) < 1:
        raise NetError(f"cannot cut {whole} at {', '.join(map(str, points))} into {tops} parts")
    return [(*bottom[:axis], n, *bottom[axis + 1 :]) for n in sizes], ()


def _crop(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    crop_offsets(layer, bottoms)
    axis = axis_of(layer.message.crop_param.axis, len(bottoms[0]))
    return [(*bottoms[0][:axis], *bottoms[1][axis:])], ()


def crop_offsets(layer: LayerSpec, bottoms: Shapes) -> list[int]:
    """Return a Crop's offsets, one for each axis from its own on."""
    param = layer.message.crop_param
    if len(bottoms) != 2 or len(bottoms[0]) != len(bottoms[1]):
        raise NetError("needs two bottoms of as many axes")
    axis = axis_of(param.axis, len(bottoms[0]))
    axes = len(bottoms[0]) - axis
    given = list(param.offset) or [0]
    if len(given) not in (1, axes):
        raise NetError(f"has {len(given)} offsets for {axes} axes")
    offsets = given * axes if len(given) == 1 else given
    for big, small, offset in zip(bottoms[0][axis:], bottoms[1][axis:], offsets, strict=True):
        if offset + small > big:
            raise unjoined(f"cannot cut {small} at {offset} out of {big}", bottoms)
    return offsets


def _flatten(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param, bottom = layer.message.flatten_param, bottoms[0]
    start, end = axis_of(param.axis, len(bottom)), axis_of(param.end_axis, len(bottom))
    if end < start:
        raise NetError(f"has axis {start} and end_axis {end}")
    return [(*bottom[:start], math.prod(bottom[start : end + 1]), *bottom[end + 1 :])], ()


def _reshape(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param, bottom = layer.message.reshape_param, bottoms[0]
    start = param.axis if param.axis >= 0 else param.axis + len(bottom) + 1
    end = len(bottom) if param.num_axes == -1 else start + param.num_axes
    if not 0 <= start <= end <= len(bottom):
        raise NetError(f"has axis {param.axis} and num_axes {param.num_axes} for {len(bottom)} axes")
    sizes = [int(n) for n in param.shape.dim]
    if any(n < -1 for n in sizes) or sizes.count(-1) > 1 or len(sizes) > 32:
        raise NetError("has sizes below -1, or more than one -1, or more than 32 sizes")
    if any(n == 0 and start + i >= len(bottom) for i, n in enumerate(sizes)):
        raise NetError("copies (0) a size that its bottom does not have")
    sizes = [bottom[start + i] if n == 0 else n for i, n in enumerate(sizes)]
    whole, known = math.prod(bottom[start:end]), math.prod(n for n in sizes if n != -1)
    made = [whole // known if n == -1 else n for n in sizes]
    if math.prod(made) != whole:
        raise NetError(f"cannot make {times(tuple(sizes))} of {times(bottom[start:end])}")
    return [(*bottom[:start], *made, *bottom[end:])], ()


def _permute(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    return [tuple(bottoms[0][axis] for axis in permuted_axes(layer, len(bottoms[0])))], ()


def permuted_axes(layer: LayerSpec, axes: int) -> list[int]:
    """Return a Permute's axes in their new order: those that it names, then the others."""
    named = [int(axis) for axis in layer.message.permute_param.order]
    if len(set(named)) < len(named) or any(axis >= axes for axis in named):
        raise NetError(f"has the order {named} for {axes} axes")
    return [*named, *(axis for axis in range(axes) if axis not in named)]


def _shuffle_channel(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    group = layer.message.shuffle_channel_param.group
    if not group or channels_of(bottoms[0]) % group:
        channels = counted(bottoms[0][1], "channel")
        raise NetError(f"cannot divide {channels} into {counted(group, 'group')}")
    return [bottoms[0]], ()


def _reorg(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """Reorg, as in Darknet: each square of pixels becomes channels, or the reverse."""
    param, bottom = layer.message.reorg_param, bottoms[0]
    square = param.stride**2
    if len(bottom) != 4 or not square or bottom[1] % square:
        raise NetError(f"has a stride of {param.stride}, which does not fit a bottom of {times(bottom)}")
    if param.reverse:
        return [(bottom[0], bottom[1] // square, bottom[2] * param.stride, bottom[3] * param.stride)], ()
    if uneven := [axis for axis in (2, 3) if bottom[axis] % param.stride]:
        text = f"cannot cut {bottom[3]}x{bottom[2]} into squares of {param.stride}x{param.stride}"
        raise JoinError(text, uneven)
    return [(bottom[0], bottom[1] * square, bottom[2] // param.stride, bottom[3] // param.stride)], ()


def _flip(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    if len(bottoms[0]) != 4:
        raise NetError("needs a bottom of 4 axes")
    return [bottoms[0]], ()


def _tile(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param, bottom = layer.message.tile_param, bottoms[0]
    axis = axis_of(param.axis, len(bottom))
    if param.tiles < 1:
        raise NetError(f"has {param.tiles} tiles, at least 1 is needed")
    return [(*bottom[:axis], bottom[axis] * param.tiles, *bottom[axis + 1 :])], ()


MOVING: dict[str, tuple[Rule, int]] = {
    "Concat": (_concat, 1000),
    "Crop": (_crop, 2),
    "Flatten": (_flatten, 1),
    "Flip": (_flip, 1),
    "Permute": (_permute, 1),
    "Reorg": (_reorg, 1),
    "Reshape": (_reshape, 1),
    "ShuffleChannel": (_shuffle_channel, 1),
    "Slice": (_slice, 1),
    "Split": (_split, 1),
    "Tile": (_tile, 1),
}
"""By layer type: the rule, and how many bottoms there can be."""
