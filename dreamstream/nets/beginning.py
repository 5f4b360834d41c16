"""The layer that a dream begins with, in a net that nobody has chosen one for.

structure -> layers with something of their own to show -> two thirds up, or the next below that is reached
"""

from collections.abc import Sequence
from contextlib import suppress

from dreamstream.caffe import NetSpec, cut, joining, reached
from dreamstream.errors import NetError
from dreamstream.size import Size

USUAL = (Size(448, 252), Size(163, 92))
"""The octaves' sizes of a usual dream: the largest and the smallest."""

_WORTH = ("Convolution", "Concat", "Eltwise")


def worth_dreaming(spec: NetSpec) -> list[str]:
    """Return the layers with something of their own to show, of those that a picture alone reaches."""
    names = set(reached(spec))
    return [name for name in _worth(spec) if name in names]


def first_layer(spec: NetSpec, sizes: Sequence[Size]) -> str:
    """Return the layer two thirds up, where classifiers see parts of things, or the deepest below it, or at
    last the first above, that a picture alone reaches at the octaves' `sizes`, or else at the largest.

    `spec` needs no weights; where it has any, a layer that lacks its own counts as not reached. NetError
    tells why there is none.
    """
    names = _worth(spec)
    above, hopeless = len(names) * 2 // 3 + 1, set[str]()
    for some in ((sizes[-1], sizes[0]), sizes[:1]):
        for name in (*reversed(names[:above]), *names[above:]):
            with suppress(NetError):
                return _reached(spec, name, some, hopeless)
    return _reached(spec, names[0], sizes[:1], hopeless)  # which tells why it is not


def _worth(spec: NetSpec) -> list[str]:
    """Return the layers of the types that have something of their own to show; all, where there are none."""
    return [layer.name for layer in spec.layers if layer.type in _WORTH] or list(spec.names())


def _reached(spec: NetSpec, layer: str, sizes: Sequence[Size], hopeless: set[str]) -> str:
    """Return the layer if pictures of all these sizes reach it; NetError tells why one does not.

    `hopeless` are layers that join at no size, as far as that was found.
    """
    weighed = any(each.blobs for each in spec.layers)
    for size in dict.fromkeys(sizes):
        shape = joining(spec, (layer,), (1, spec.channels, *size.shape), hopeless)
        cut(spec, (layer,), shape, weighed)
    return layer
