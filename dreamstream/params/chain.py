"""The text of a chain of transforms, `zoom+rotate:0.5+hue`: names in order, each with a share of `amount`."""

from collections.abc import Iterable
from typing import NamedTuple

from dreamstream.errors import ParamError

NONE = "none"
_LONGEST = 8  # links: more can be neither told apart nor made in time


class Link(NamedTuple):
    """One transform of a chain, and how much of it there is."""

    name: str
    scale: float = 1.0


def links_of(text: str) -> tuple[Link, ...]:
    """Return the links of a chain's text; ParamError says what is wrong with it."""
    links = tuple(_link(part.strip()) for part in text.split("+") if part.strip())
    links = tuple(link for link in links if link.name != NONE)
    if len(links) > _LONGEST:
        raise ParamError(f"a chain has at most {_LONGEST} transforms, and '{text}' has {len(links)}")
    return links


def chain_text(links: Iterable[Link]) -> str:
    """Return the text of a chain, spelt one way."""
    parts = [name if scale == 1 else f"{name}:{scale:g}" for name, scale in links]
    return "+".join(parts) or NONE


def _link(part: str) -> Link:
    name, colon, share = part.partition(":")
    try:
        scale = float(share) if colon else 1.0
    except ValueError:
        scale = float("nan")
    if not -4 <= scale <= 4:
        raise ParamError(
            f"transform cannot be '{part}': a share in -4..4 is needed, as in {name or 'zoom'}:0.5"
        )
    return Link(name, scale)
