"""Terms: the text of a direction over a layer's channels, as in `12+40:-0.5+m3:0.7`.

A term is a channel by its number, or a place of the layer's map (`m3`), with a weight: 1 where none is given,
below 0 for away from it.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

MOST = 64
"""Terms of a direction."""
_LARGEST = 16.0  # weight: only their ratios count
_NAME = re.compile(r"m?(0|[1-9]\d{0,4})")


class Term(NamedTuple):
    """A channel's number or a place's name, and its weight."""

    name: str
    weight: float = 1.0


def terms_of(text: str) -> tuple[Term, ...]:
    """Return the terms of a direction's text, each name once; ValueError says what is wrong with it."""
    weights: dict[str, float] = {}
    for part in text.split("+") if text.strip() else ():
        name, colon, number = (piece.strip() for piece in part.partition(":"))
        if not _NAME.fullmatch(name):
            raise ValueError(f"'{name}' is neither a channel's number nor a place")
        weights[name] = weights.get(name, 0.0) + (float(number) if colon else 1.0)
        if not abs(weights[name]) <= _LARGEST:
            raise ValueError(f"the weight of '{name}' is not in {-_LARGEST:g}..{_LARGEST:g}")
    if len(weights) > MOST:
        raise ValueError(f"there are more than {MOST} terms")
    return tuple(Term(name, weight) for name, weight in weights.items())


def spelt(text: str) -> str:
    """Return the text of a direction, spelt one way."""
    return terms_text(terms_of(text))


def terms_text(terms: Iterable[Term]) -> str:
    """Return the text of terms."""
    return "+".join(f"{name}:{weight:g}".removesuffix(":1") for name, weight in terms)
