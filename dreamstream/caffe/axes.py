"""Axes and shapes of blobs, as the rules by layer type speak of them."""

from collections.abc import Callable, Sequence

from dreamstream.caffe.geometry import Shape
from dreamstream.caffe.spec import LayerSpec
from dreamstream.errors import JoinError, NetError

Shapes = Sequence[Shape]
Rule = Callable[[LayerSpec, Shapes], tuple[Shapes, Shapes]]
"""A layer, shapes of its bottoms -> shapes of its tops, and of its weights; or a NetError."""


def axis_of(axis: int, dims: int) -> int:
    """Return the axis, counted from the front; NetError where the bottom has none such."""
    if not -dims <= axis < dims:
        raise NetError(f"has axis {axis}, and its bottom has {dims}")
    return axis if axis >= 0 else axis + dims


def times(shape: Shape) -> str:
    """Return a shape as text: 64x3x7x7."""
    return "x".join(map(str, shape)) or "one number"


def unjoined(text: str, shapes: Shapes, along: int = 1) -> NetError:
    """Return the error for shapes that are not alike, and must be but `along` an axis.

    It is a JoinError where a picture of another size may help.
    """
    if any(len(shape) != 4 for shape in shapes):
        return NetError(text)
    axes = [axis for axis in (2, 3) if axis != along and len({shape[axis] for shape in shapes}) > 1]
    return JoinError(text, axes) if axes else NetError(text)


def channels_of(bottom: Shape) -> int:
    """Return how many channels a blob has; NetError where it has none."""
    if len(bottom) < 2:
        raise NetError("needs a bottom with channels")
    return bottom[1]
