"""Shares: what is dreamt on the way from one set of params to another, each part by its share of it all.

    layer, channels, direction, roam, guide, second, class -> shares that come to 1 -> mixed -> params

The layer of the one stays the main one, and that of the other comes in through `second`, so that the net has
one set of layers to get ready for, once. A direction, the roam and the guide belong to the main layer, and
there is one class at a time: where both sides have another of these, the one goes before the other comes.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dreamstream.params.second import Mixed, mixed_layers, mixed_text
from dreamstream.params.table import Params
from dreamstream.params.terms import MOST, Term, terms_of, terms_text

SHARED = (
    *("layer", "channels", "direction", "direction_share", "roam", "second", "second_share"),
    *("guide_on", "guide_share", "class_name", "class_share"),
)
"""The params that say what is dreamt."""

_DIGITS = 3  # of a share: what is less can be neither seen nor dreamt
_OPPOSITE = -0.999  # cosine of two directions between which there is no way

_Layer = tuple[str, tuple[int, ...]]  # and those of its channels that are chosen, none for all


@dataclass(frozen=True)
class _Shares:
    """What there is of each part of a dream; all of it comes to 1.

    `bound` has what belongs to the main layer: the direction, the roam, the guide.
    """

    main: _Layer
    layers: Mapping[_Layer, float]
    bound: Sequence[float]
    label: float

    @staticmethod
    def of(params: Params) -> "_Shares":
        main, seconds = (params.layer, params.channels), mixed_layers(params.second)
        label = params.class_share if params.class_name else 0.0
        second = (1 - label) * params.second_share if seconds else 0.0
        left, whole = 1 - label - second, sum(each.weight for each in seconds)
        guide = left * params.guide_share if params.guide_on else 0.0
        roam = (left - guide) * params.roam
        direction = (left - guide - roam) * params.direction_share if params.direction else 0.0
        layers = defaultdict(float, {main: left - guide - roam - direction})
        for each in seconds:
            layers[each.layer, each.channels] += each.weight / whole * second
        return _Shares(main, layers, (direction, roam, guide), label)


def mixed_shares(a: Params, b: Params, share: float) -> dict[str, Any]:
    """Return the params in SHARED so far (0..1, both excluded) on the way; both sides name their layers."""
    before, after = _Shares.of(a), _Shares.of(b)
    alike = a.layer == b.layer
    straight = alike or not (any(before.bound) and any(after.bound))
    pairs = zip(before.bound, after.bound, strict=True)
    bound = [round(turned(x, y, share, straight), _DIGITS) for x, y in pairs]
    straight = a.class_name == b.class_name or not (before.label and after.label)
    label = round(turned(before.label, after.label, share, straight), _DIGITS)
    late = not alike and any(after.bound) and (share >= 0.5 or not any(before.bound))
    another = after.label > 0 and (share >= 0.5 or before.label == 0)  # or the same
    layers: defaultdict[_Layer, float] = defaultdict(float)
    for side, part in ((before, 1 - share), (after, share)):
        for key, value in side.layers.items():
            layers[key] += value * part
    left = 1 - sum(bound) - label - sum(layers.values())  # of what went before the other came
    layers[before.main] += left * (1 - share)
    layers[after.main] += left * share
    main = after.main if late else before.main
    plain = max(layers.pop(main), 0.0)
    return {
        "layer": main[0],
        "channels": main[1],
        "direction": _direction(a, b, share, alike, late) if bound[0] else "",
        **_bound(a, plain, bound),
        **_seconds(a, layers, 1 - label),
        "class_name": (b if another else a).class_name if label else "",
        "class_share": label or a.class_share,
    }


def turned(before: float, after: float, share: float, straight: bool) -> float:
    """Return a strength on its way: straight on, or that of the one until it is gone, then the other's."""
    if straight:
        return before * (1 - share) + after * share
    return before * max(1 - 2 * share, 0.0) + after * max(2 * share - 1, 0.0)


def _bound(a: Params, plain: float, bound: Sequence[float]) -> dict[str, Any]:
    """Return how much there is of what belongs to the main layer, each by its share of what is before it."""
    whole, shares = plain, []
    for part in bound:
        whole += part
        shares.append(round(part / whole, _DIGITS) if part else 0.0)
    return {
        "direction_share": shares[0] if bound[0] else a.direction_share,
        "roam": shares[1],
        "guide_on": bound[2] > 0,
        "guide_share": shares[2] if bound[2] else a.guide_share,
    }


def _direction(a: Params, b: Params, share: float, alike: bool, late: bool) -> str:
    """Return the direction on the arc from the one to the other (Shoemake, 1985); its terms are its axes."""
    if not alike or not (a.direction and b.direction):
        return (b if late or not a.direction else a).direction
    start, end = (_unit(each.direction) for each in (a, b))
    names = list(dict.fromkeys((*start, *end)))
    cosine = sum(start.get(name, 0.0) * end.get(name, 0.0) for name in names)
    if not _OPPOSITE < cosine < 1 or len(names) > MOST:
        return (a if share < 0.5 else b).direction
    angle = math.acos(cosine)
    x, y = (math.sin(part * angle) / math.sin(angle) for part in (1 - share, share))
    weights = {name: round(x * start.get(name, 0.0) + y * end.get(name, 0.0), _DIGITS) for name in names}
    return terms_text(Term(name, weight) for name, weight in weights.items() if weight)


def _unit(direction: str) -> dict[str, float]:
    """Return the weights of a direction's terms, brought to norm 1."""
    terms = terms_of(direction)
    norm = math.hypot(*(term.weight for term in terms)) or 1.0
    return {term.name: term.weight / norm for term in terms}


def _seconds(a: Params, layers: Mapping[_Layer, float], whole: float) -> dict[str, Any]:
    """Return what else there is, by its shares of the whole that is no class; a comma would part the text."""
    total = sum(share for (layer, _), share in layers.items() if "," not in layer)
    part = min(round(total / whole, _DIGITS), 1.0) if whole > 0 else 0.0
    if part == 0:
        return {"second": "", "second_share": a.second_share}
    shares = {key: round(share / total, _DIGITS) for key, share in layers.items() if "," not in key[0]}
    mixed = (Mixed(layer, share, channels) for (layer, channels), share in shares.items() if share > 0)
    return {"second": mixed_text(mixed), "second_share": part}
