"""The text of a chain, `zoom+rotate:0.5+hue`: names in order, each with how much there is of it.

A chain of transforms gives shares of `amount`, in -4..4; one of effects strengths, from 0 (nothing) to 1.
"""

from collections.abc import Iterable
from typing import NamedTuple

from dreamstream.errors import ParamError

NONE = "none"
_LONGEST = 8  # links: more can be neither told apart nor made in time


_RANGES = {"transform": (-4, 4, "zoom"), "effects": (0, 1, "mirror")}
"""By param: what a link's number may be, and a name for the example."""


class Link(NamedTuple):
    """One transform or effect of a chain, and how much of it there is."""

    name: str
    scale: float = 1.0


def links_of(text: str, param: str = "transform") -> tuple[Link, ...]:
    """Return the links of a chain's text; ParamError says what is wrong with it. `param` names the chain."""
    links = tuple(_link(part.strip(), param) for part in text.split("+") if part.strip())
    links = tuple(link for link in links if link.name != NONE)
    if len(links) > _LONGEST:
        raise ParamError(
            f"a chain has at most {_LONGEST} {param.removesuffix('s')}s, and '{text}' has {len(links)}"
        )
    return links


def chain_text(links: Iterable[Link]) -> str:
    """Return the text of a chain, spelt one way."""
    parts = [f"{name}:{scale:g}".removesuffix(":1") for name, scale in links]
    return "+".join(parts) or NONE


def _link(part: str, param: str) -> Link:
    name, colon, share = part.partition(":")
    try:
        scale = float(share) if colon else 1.0
    except ValueError:
        scale = float("nan")
    low, high, example = _RANGES[param]
    if not low <= scale <= high:
        raise ParamError(
            f"{param} cannot be '{part}': a share in {low}..{high} is needed, as in {name or example}:0.5"
        )
    return Link(name, scale)
