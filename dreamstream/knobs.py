"""Knobs: how a param is declared, with default, range, unit, help and how it is stepped; the text of chains.

A chain is `zoom+rotate:0.5+hue`: names in order, each with how much there is of it. A step comes from a key,
a fader or an action: the store carries it out (`ParamStore.nudge`), `controls.actions` names actions by it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dreamstream.errors import ParamError

NONE = "none"
LONGEST = 8
"""Links of a chain: more can be neither told apart nor made in time."""
_SLIGHT = 0.02  # scale of a link that has only begun to come, or is nearly gone


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


@dataclass(frozen=True)
class Round:
    """A name out of a list that is gone round.

    A `ladder` has an upper end, as layers have: its actions are called up and down. A name beside the list
    is found between its neighbours in the order of all names of the param, or of the param `order`.
    """

    ladder: bool = False
    order: str = ""


@dataclass(frozen=True)
class Numbers:
    """Whole numbers that all move at once, round the count that is known of what the param `of` names."""

    of: str


@dataclass(frozen=True)
class ParamInfo:
    """What the table of params says of one: the declaration that `param` makes, and its name.

    `clamp` pulls a value that is out of range to its end instead of refusing it. `example` is shown where a
    value is refused; `flag` is the command line's word, and `label` that beside a key, where it is not the
    name. `choices` are the names that a text may be, where they are the same in every show. `stepped` says
    how a text or a list is stepped, None where it cannot be; a switch goes on and off, a number moves by
    `step`, and one without counts wishes. One that `eases` goes along when the transforms change.
    `length` says of a value, or of each of several, that it is pixels of the canvas, and goes with its size.
    One of an effect's that is `dreamt` may be a source's, too, as a generator's inputs are.
    `formerly` are names that it had before, `were` values with what they are now: both are still understood
    (see `params.of_today`).
    """

    name: str
    default: Any
    help: str
    group: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    clamp: bool = False
    example: str = ""
    flag: str = ""
    label: str = ""
    choices: tuple[str, ...] = ()
    stepped: Round | Numbers | Chain | None = None
    eases: bool = False
    length: bool | tuple[bool, ...] = False
    dreamt: bool = False
    formerly: tuple[str, ...] = ()
    were: tuple[tuple[Any, Any], ...] = ()

    @property
    def range(self) -> str:
        """The range as text, or an empty text."""
        return "" if self.low is None or self.high is None else f"{self.low:g}..{self.high:g}"

    def beyond(self, value: Any) -> str:
        """Return what is wrong with a number in a file or a flag that a hand's would be pulled to the end of.

        An empty text where it is in the range; and where it is none, or refused without this.
        """
        try:
            within = not self.clamp or (self.low or 0) <= float(value) <= (self.high or 0)
        except (TypeError, ValueError):
            return ""
        said = f"{self.name} cannot be {value!r}: a value in {self.range} is needed ({self.help})"
        return "" if within else said


def param(
    default: Any,
    help: str,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    unit: str = "",
    *,
    group: str,
    **more: Any,
) -> Any:
    """Declare one param as a field of a pydantic model; `more` is what else ParamInfo has room for."""
    info = ParamInfo("", default, help, group, low, high, step, unit, **more)
    if info.choices:
        info = replace(info, stepped=Round())
    return Field(default, description=help, ge=info.low, le=info.high, json_schema_extra={"info": info})  # type: ignore[dict-item]


def value_text(value: Any) -> str:
    """Return a param's value as a person reads it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple | list):
        return ",".join(f"{each:g}" for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def toml_value(value: Any) -> str:
    """Return a param's value, or a list of texts, as TOML: JSON's, and what is not printable escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in text)


class Knobs(BaseModel):
    """Part of Params: what each room declares of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __getitem__(self, name: str) -> Any:
        """Return the value of a param by its name; KeyError where there is none."""
        if name not in type(self).model_fields:
            raise KeyError(name)
        return getattr(self, name)


def _split(value: Any) -> Any:
    """Take a list that is written as text: `3,17`; an empty text is an empty list."""
    if not isinstance(value, str):
        return value
    return tuple(value.split(",")) if value.strip() else ()


LIST = BeforeValidator(_split)


class Link(NamedTuple):
    """One transform or effect of a chain, and how much of it there is."""

    name: str
    scale: float = 1.0


def links_of(text: str, chain: Chain = TRANSFORM_CHAIN) -> tuple[Link, ...]:
    """Return the links of a chain's text; ParamError says what is wrong with it."""
    links = tuple(_link(part.strip(), chain) for part in text.split("+") if part.strip())
    links = tuple(link for link in links if link.name != NONE)
    if len(links) > LONGEST:
        raise ParamError(f"a chain has at most {LONGEST} {chain.noun}s, and '{text}' has {len(links)}")
    return links


def chain_text(links: Iterable[Link]) -> str:
    """Return the text of a chain, spelt one way."""
    parts = [f"{name}:{scale:g}".removesuffix(":1") for name, scale in links]
    return "+".join(parts) or NONE


def mixed_links(before: Sequence[Link], after: Sequence[Link], share: float) -> tuple[Link, ...]:
    """Return both chains as one, so far (0..1) on the way from the one to the other.

    A link that is in each of them once is in it once; one that comes to nothing is left out.
    """
    old_counts, new_counts = (Counter(link.name for link in links) for links in (before, after))
    both = {name for name in old_counts if old_counts[name] == new_counts[name] == 1}
    old = {link.name: link.scale for link in before if link.name in both}
    leaving = [Link(name, scale * (1 - share)) for name, scale in before if name not in both]
    coming = [Link(name, scale * share + old.get(name, 0.0) * (1 - share)) for name, scale in after]
    return tuple(link for link in (*leaving, *coming) if link.scale)


def alike(chain: Sequence[Link], other: Sequence[Link]) -> bool:
    """Return whether two chains have the same links, whatever their weights; slight ones do not count."""
    kept = [[link.name for link in links if abs(link.scale) > _SLIGHT] for links in (chain, other)]
    return kept[0] == kept[1]


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
