"""The text of `second`: further layers, or channels of them, each with how much there is of it.

block9/12&40:0.5,block5 -> Mixed(block9, 0.5, (12, 40)), Mixed(block5)
"""

import math
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from dreamstream.errors import ParamError, nearest

_NUMBERS = re.compile(r"\d{1,5}(&\d{1,5})*", re.ASCII)


class Mixed(NamedTuple):
    """A layer that is mixed in, or some of its channels, with its weight."""

    layer: str
    weight: float = 1.0
    channels: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """It without its weight, as it is written."""
        return f"{self.layer}/{'&'.join(map(str, self.channels))}" if self.channels else self.layer


def mixed_layers(text: str, known: Collection[str] = ()) -> tuple[Mixed, ...]:
    """Read `block9/12&40:0.5,block5` as layers with weights, 1 where none is given.

    ParamError names a layer that is not `known`, a channel or a weight that cannot be. Without `known` the
    text is one that was checked before, as `mixed_text` spells it.
    """
    return tuple(_mixed(part.strip(), known) for part in text.split(",")) if text.strip() else ()


def mixed_text(layers: Iterable[Mixed]) -> str:
    """Return the text of what is mixed in, spelt one way."""
    return ",".join(
        each.name if each.weight == 1 and ":" not in each.name else f"{each.name}:{each.weight:g}"
        for each in layers
    )


def _mixed(part: str, known: Collection[str]) -> Mixed:
    if part in known:
        return Mixed(part)
    name, _, number = part.rpartition(":") if ":" in part else (part, "", "1")
    layer, channels = _parted(name, known)
    try:
        weight = float(number)
    except ValueError:
        weight = 0.0
    if not 0 < weight < math.inf:
        raise ParamError(f"second: {name} cannot have the weight '{number}'; a number above 0 is needed")
    return Mixed(layer, weight, channels)


def _parted(name: str, known: Collection[str]) -> tuple[str, tuple[int, ...]]:
    """Return a layer, and those of its channels that are named."""
    layer, slash, channels = name.rpartition("/")
    numbers = _NUMBERS.fullmatch(channels) is not None
    if name in known or not slash or not (layer in known if known else numbers):
        if known and name not in known:
            raise ParamError(f"second: no layer '{name}'; {nearest(name, known)}")
        return name, ()
    if not numbers:
        raise ParamError(
            f"second: {layer} has no channels '{channels}'; numbers are needed, as in {layer}/12&40"
        )
    return layer, tuple(int(channel) for channel in channels.split("&"))
