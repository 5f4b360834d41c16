"""How far a picture of some size goes in a net: told from shapes, nothing is run."""

from collections.abc import Sequence

from dreamstream.caffe import NetSpec, infer_shapes, slid
from dreamstream.caffe.geometry import Shape
from dreamstream.caffe.rules import Shapes


def cut(spec: NetSpec, layers: Sequence[str], picture: Shape) -> tuple[NetSpec, dict[str, Shapes]]:
    """Return what of a net these layers need of a picture (1, C, H, W), and the shapes of all tops.

    Raises NetError for an unknown layer and for what does not fit.
    """
    needed = slid(spec.pruned(layers), picture)
    return needed, infer_shapes(needed, picture)


def shape_at(spec: NetSpec, layer: str, picture: Shape) -> Shape:
    """Return the shape of one layer's blob for a picture."""
    return cut(spec, (layer,), picture)[1][layer][0]
