"""The layer that a dream begins with, in a net that nobody has chosen one for.

structure -> layers with something of their own to show -> two thirds up, or the next below that is reached
"""

from collections.abc import Sequence

from dreamstream.caffe import NetSpec, cut, joining
from dreamstream.errors import NetError
from dreamstream.size import Size

USUAL = (Size(448, 252), Size(163, 92))
"""The octaves' sizes of a usual dream: the largest and the smallest."""

_WORTH = ("Convolution", "Concat", "Eltwise")


def worth_dreaming(spec: NetSpec) -> list[str]:
    """Return the layers that have something of their own to show."""
    return [layer.name for layer in spec.layers if layer.type in _WORTH]


def first_layer(spec: NetSpec, sizes: Sequence[Size]) -> str:
    """Return the layer two thirds up, where classifiers see parts of things, or the deepest below it, or at
    last the first above, that a picture alone reaches at the octaves' `sizes`, or else at the largest.

    `spec` needs no weights. NetError tells why there is none.
    """
    names = worth_dreaming(spec)
    if not names:
        raise NetError(f"{spec.origin}: no convolutions to dream with")
    above = len(names) * 2 // 3 + 1
    reasons = ""
    for size in dict.fromkeys((sizes[-1], sizes[0])):
        for name in (*reversed(names[:above]), *names[above:]):
            reason = _obstacle(spec, name, size)
            if not reason:
                return name
            if name == names[0]:
                reasons = reason
    raise NetError(reasons)


def _obstacle(spec: NetSpec, layer: str, size: Size) -> str:
    """Return why a picture of this size does not reach a layer, or an empty text."""
    try:
        shape = joining(spec, (layer,), (1, spec.channels, *size.shape))
        cut(spec, (layer,), shape, weighed=False)
    except NetError as error:
        return str(error)
    return ""
