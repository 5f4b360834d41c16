"""Morph: what lies between two sets of params, so that one dream turns into the other.

    a, b, share -> numbers on their way · chains by the links of both · what is dreamt by its shares

What cannot be half-way (names, switches, what a phase goes by) changes where nobody can see it: while no
transform or effect that reads it is there, or while its effect or palette is away. Else in the middle.
"""

from collections.abc import Mapping
from typing import Any

from dreamstream.effects import EFFECTS
from dreamstream.knobs import (
    EFFECTS_CHAIN,
    LONGEST,
    NONE,
    TRANSFORM_CHAIN,
    Chain,
    Link,
    ParamInfo,
    chain_text,
    links_of,
    mixed_links,
)
from dreamstream.params.presets import PRESET_PARAMS
from dreamstream.params.shares import SHARED, mixed_shares, turned
from dreamstream.params.table import TABLE, Params
from dreamstream.transforms import TRANSFORMS

_READ = {
    TRANSFORM_CHAIN: {name: record.knobs for name, record in TRANSFORMS.items()},
    EFFECTS_CHAIN: {name: tuple(record.knobs) for name, record in EFFECTS.items()},
}
"""The knobs that are read by each link of a chain; one of a person's own may read them all."""

_SWITCHED = (("held_palette", "palette_pull"), ("paint", "paint_share"))
"""What is one of several names, and how much there is of it."""
_FINE = 10  # parts of a step: what is less cannot be seen, and is not to be in the score
_DIGITS = 6  # of a number
_OFF_AT_0 = ("attract",)  # seconds, of which 0 are none at all
_WHOLE_STEPS = ("variety",)  # each value of which is measured anew


def mixed(a: Params, b: Params, share: float) -> dict[str, Any]:
    """Return all params of a preset so far (0..1) on the way from one set to another; both name their layers.

    At 0 they are the one's, at 1 the other's, and between them all that the store takes. Numbers go
    straight, or by equal ratios where they are always above 0; in steps that are too small to be seen.
    """
    if share <= 0 or share >= 1:
        end = b if share >= 1 else a
        return {name: end[name] for name in PRESET_PARAMS}
    values = {name: _between(TABLE[name], a, b, share) for name in PRESET_PARAMS}
    for chain in _READ:
        values[chain.param] = _chain(chain, a, b, share)
    for name, strength in _SWITCHED:
        if a[name] != b[name]:
            values |= _switched(name, strength, a, b, share)
    if any(a[name] != b[name] for name in SHARED):
        values |= mixed_shares(a, b, share)
    return values


def _between(info: ParamInfo, a: Params, b: Params, share: float) -> Any:
    """Return one param on its way."""
    start, end = a[info.name], b[info.name]
    if start == end:
        return start
    if (seen := _seen(info.name, a, b)) is not None:
        return start if seen is a else end
    if isinstance(start, tuple) and isinstance(info.default, tuple):
        return _numbers(start, end, share)
    if _jumps(info):
        return start if share < 0.5 else end
    return _number(info, start, end, share)


def _number(info: ParamInfo, start: float, end: float, share: float) -> float:
    above = info.low is not None and info.low > 0
    way = start * (end / start) ** share if above else start + (end - start) * share
    whole = isinstance(start, int) or info.name in _WHOLE_STEPS
    step = (info.step or 1) / (1 if whole else _FINE)
    value = round(start + round((way - start) / step) * step, _DIGITS)
    return type(start)(min(max(value, min(start, end)), max(start, end)))


def _numbers(start: tuple[float, ...], end: tuple[float, ...], share: float) -> tuple[float, ...]:
    """Return a list on its way; the last number of the shorter holds for those behind it."""
    count = max(len(start), len(end))
    longer = ((*each, *(each or (1.0,))[-1:] * (count - len(each))) for each in (start, end))
    return tuple(round(x + (y - x) * share, _DIGITS) for x, y in zip(*longer, strict=True))


def _jumps(info: ParamInfo) -> bool:
    """Return whether a param cannot be half-way: what it says is no number, or a phase goes by it."""
    phase = (info.group == "effect" and info.unit.endswith("/s")) or (
        info.group == "transform" and info.unit == "frames"
    )
    return info.step is None or info.name in _OFF_AT_0 or phase


def _seen(name: str, a: Params, b: Params) -> Params | None:
    """Return the one of both in which something reads a knob; None for both or neither, and for no knob."""
    for chain, read in _READ.items():
        if any(name in knobs for knobs in read.values()):
            there = [_reads(chain, each, name) for each in (a, b)]
            return None if there[0] == there[1] else (a if there[0] else b)
    return None


def _reads(chain: Chain, params: Params, knob: str) -> bool:
    """Return whether any link of a chain that is there reads a knob."""
    links = links_of(params[chain.param], chain)
    return any(link.scale and knob in _READ[chain].get(link.name, (knob,)) for link in links)


def _chain(chain: Chain, a: Params, b: Params, share: float) -> str:
    """Return a chain with the links of both; of more than a chain may have, the strongest."""
    before, after = (links_of(each[chain.param], chain) for each in (a, b))
    there = {link.name: _presence(link.name, a, b, share) for link in before}
    if before == after and set(there.values()) <= {1.0}:
        return str(a[chain.param])
    links = [
        Link(name, round(scale * there.get(name, 1.0), 3))
        for name, scale in mixed_links(before, after, share)
    ]
    strongest = sorted(range(len(links)), key=lambda at: -abs(links[at].scale))[:LONGEST]
    return chain_text(links[at] for at in sorted(strongest) if links[at].scale)


def _presence(name: str, a: Params, b: Params, share: float) -> float:
    """Return how much of an effect is left: it is away in the middle where something of it has to jump."""
    there = all(any(link.name == name for link in links_of(each.effects, EFFECTS_CHAIN)) for each in (a, b))
    knobs = _READ[EFFECTS_CHAIN].get(name, ())
    jumps = there and any(a[knob] != b[knob] and _jumps(TABLE[knob]) for knob in knobs)
    return abs(1 - 2 * share) if jumps else 1.0


def _switched(name: str, strength: str, a: Params, b: Params, share: float) -> Mapping[str, Any]:
    """Return what goes before the other comes, with how much there is of it."""
    before, after = (each[strength] if each[name] != NONE else 0.0 for each in (a, b))
    late = after > 0 and (share >= 0.5 or not before)
    return {
        name: (b if late else a)[name],
        strength: round(turned(before, after, share, not (before and after)), 3),
    }
