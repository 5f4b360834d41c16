"""The text of `walk`: the layers that the dream goes along, one after the other.

block3,block9,block13 -> from the first to the last and back; where the last is the first: round
"""

from collections.abc import Collection

from dreamstream.errors import ParamError, nearest

_MOST = 8  # layers


def walk_layers(text: str) -> tuple[str, ...]:
    """Return the layers of a text that was checked before; none for an empty one."""
    return tuple(text.split(",")) if text else ()


def checked_walk(text: str, known: Collection[str]) -> str:
    """Return the text, spelt one way; ParamError names a layer that is not `known`, or how many may be."""
    names = tuple(name.strip() for name in text.split(",")) if text.strip() else ()
    if missing := [name for name in names if name not in known]:
        raise ParamError(f"walk: no layer '{missing[0]}'; {nearest(missing[0], known)}")
    if len(names) == 1 or len(names) > _MOST:
        raise ParamError(f"walk cannot be '{text}': 2 to {_MOST} layers are needed, as in block3,block9")
    return ",".join(names)


def leg_of(names: tuple[str, ...], walked: float) -> tuple[str, str, float]:
    """Return the two layers between which a walk is, in their order, and how far (0..1) it is to the second.

    `walked` is how many layers it has come along. Both are always dreamt: what a net needs stays the same.
    """
    legs = len(names) - 1
    at = walked % legs if names[0] == names[-1] else legs - abs(legs - walked % (2 * legs))
    leg = min(int(at), legs - 1)
    return names[leg], names[leg + 1], at - leg
