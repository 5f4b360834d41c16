"""The text of a chain, `zoom+rotate:0.5+hue`: names in order, each with how much there is of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from dreamstream.errors import ParamError

NONE = "none"
_LONGEST = 8  # links: more can be neither told apart nor made in time


@dataclass(frozen=True)
class Chain:
    """What a param's chain is made of: the noun of a link, the range of its number, a name for examples.

    Actions that change it wait for the beat, where `on_beat` says so and the tempo is on.
    """

    param: str
    noun: str
    low: float
    high: float
    example: str
    on_beat: bool = False


TRANSFORM_CHAIN = Chain("transform", "transform", -4, 4, "zoom", on_beat=True)
"""Its numbers are shares of `amount`."""

EFFECTS_CHAIN = Chain("effects", "effect", 0, 1, "mirror")
"""Its numbers are strengths, from 0 (nothing) to 1."""


class Link(NamedTuple):
    """One transform or effect of a chain, and how much of it there is."""

    name: str
    scale: float = 1.0


def links_of(text: str, chain: Chain = TRANSFORM_CHAIN) -> tuple[Link, ...]:
    """Return the links of a chain's text; ParamError says what is wrong with it."""
    links = tuple(_link(part.strip(), chain) for part in text.split("+") if part.strip())
    links = tuple(link for link in links if link.name != NONE)
    if len(links) > _LONGEST:
        raise ParamError(f"a chain has at most {_LONGEST} {chain.noun}s, and '{text}' has {len(links)}")
    return links


def chain_text(links: Iterable[Link]) -> str:
    """Return the text of a chain, spelt one way."""
    parts = [f"{name}:{scale:g}".removesuffix(":1") for name, scale in links]
    return "+".join(parts) or NONE


def _link(part: str, chain: Chain) -> Link:
    name, colon, share = part.partition(":")
    try:
        scale = float(share) if colon else 1.0
    except ValueError:
        scale = float("nan")
    if not chain.low <= scale <= chain.high:
        raise ParamError(
            f"{chain.param} cannot be '{part}': a share in {chain.low}..{chain.high} is needed, "
            f"as in {name or chain.example}:0.5"
        )
    return Link(name, scale)
