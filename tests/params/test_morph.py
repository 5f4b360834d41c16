"""What lies between two sets of params: exact at both ends, and all of it playable."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dreamstream.effects import EFFECTS
from dreamstream.knobs import EFFECTS_CHAIN, LONGEST, NONE, TRANSFORM_CHAIN, Chain, Link, chain_text, links_of
from dreamstream.params import TABLE, Params, ParamStore
from dreamstream.params.morph import mixed
from dreamstream.params.presets import PRESET_PARAMS
from dreamstream.params.second import Mixed, mixed_layers, mixed_text
from dreamstream.params.shares import SHARED
from dreamstream.params.terms import terms_of
from dreamstream.transforms import TRANSFORMS

LAYERS = ["conv1", "conv2", "mixed_3b/5x5", "mixed_3b/output"]
CLASSES = ["", "1 goldfish", "207 golden retriever"]
SHARES = st.floats(0, 1)


def chains(chain: Chain, names: list[str]) -> st.SearchStrategy[str]:
    scales = st.sampled_from((chain.low, 0.0, 0.05, 0.5, 1.0, chain.high))
    link = st.builds(Link, st.sampled_from(names), scales)
    return st.lists(link, max_size=LONGEST).map(chain_text)


def values_of(name: str) -> st.SearchStrategy[Any]:
    """What a param may be."""
    info = TABLE[name]
    if isinstance(info.default, bool):
        return st.booleans()
    if info.low is None or info.high is None:
        return st.sampled_from(info.choices or (info.default,))
    if isinstance(info.default, int):
        return st.integers(int(info.low), int(info.high))
    return st.floats(info.low, info.high)


CHANNELS = st.lists(st.integers(0, 9), max_size=2).map(tuple)
WEIGHTS = st.floats(0.01, 9).map(lambda weight: round(weight, 2))
SECOND = st.builds(Mixed, st.sampled_from(LAYERS), WEIGHTS, CHANNELS)
TEXTS: dict[str, st.SearchStrategy[Any]] = {
    "transform": chains(TRANSFORM_CHAIN, [name for name in TRANSFORMS if name != NONE]),
    "effects": chains(EFFECTS_CHAIN, list(EFFECTS)),
    "layer": st.sampled_from(LAYERS),
    "channels": CHANNELS,
    "second": st.lists(SECOND, max_size=3).map(mixed_text),
    "direction": st.sampled_from(("", "3", "3+5:-0.5", "m0:2", "3:-1")),
    "class_name": st.sampled_from(CLASSES),
    "scales": st.lists(st.floats(0, 16), max_size=5).map(tuple),
    "matrix": st.tuples(*[st.floats(-4, 4)] * 6),
}
VALUES = {name: TEXTS[name] if name in TEXTS else values_of(name) for name in PRESET_PARAMS}
quick = settings(max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""So many params take minutes to be made small where a test fails."""
PARAMS = st.fixed_dictionaries(VALUES).map(lambda values: Params(**values))


def store() -> ParamStore:
    return ParamStore(
        choices={"transform": list(TRANSFORMS), "effects": list(EFFECTS), "layer": LAYERS},
        checks={"second": lambda text: mixed_text(mixed_layers(text, LAYERS))},
    )


def along(a: Params, b: Params, count: int = 40) -> list[Params]:
    """The params of so many equal steps from one to the other."""
    return [a.model_copy(update=mixed(a, b, step / count)) for step in range(count + 1)]


@quick
@given(PARAMS, PARAMS, SHARES)
def test_both_ends_are_exact_and_all_between_them_is_playable(a: Params, b: Params, share: float) -> None:
    assert a.model_copy(update=mixed(a, b, 0)) == a
    assert a.model_copy(update=mixed(a, b, 1)) == a.model_copy(update={n: b[n] for n in PRESET_PARAMS})
    assert mixed(a, a, share).items() <= a.model_dump().items()
    between = mixed(a, b, share)
    assert store().change(**between) == Params(**between)


@quick
@given(PARAMS, PARAMS, SHARES, SHARES)
def test_numbers_go_one_way(a: Params, b: Params, one: float, other: float) -> None:
    early, late = (mixed(a, b, share) for share in sorted((one, other)))
    for name, info in TABLE.items():
        if (
            name in PRESET_PARAMS
            and info.low is not None
            and name not in (*SHARED, "palette_pull", "paint_share")
        ):
            way = (a[name], early[name], late[name], b[name])
            assert list(way) in (sorted(way), sorted(way, reverse=True)), name


def test_a_number_is_half_way_in_the_middle_by_ratio_where_it_is_always_above_nothing() -> None:
    a, b = (
        Params(zoom=0.02, step=1.0, period=16.0, octaves=1),
        Params(zoom=-0.02, step=3.0, period=64.0, octaves=4),
    )
    a, b = (each.model_copy(update={"transform": "zoom+sine-roll"}) for each in (a, b))
    middle = mixed(a, b, 0.5)
    assert (middle["zoom"], middle["step"], middle["period"], middle["octaves"]) == (0, 2, 32, 2)


def test_a_knob_changes_where_nothing_reads_it() -> None:
    a, b = Params(transform="zoom", zoom=0.01, wave=1.0), Params(transform="sine-roll", zoom=0.03, wave=9.0)
    for share in (0.1, 0.5, 0.9):
        between = mixed(a, b, share)
        assert (between["zoom"], between["wave"]) == (0.01, 9.0)


def test_a_chain_has_the_links_of_both_and_never_more_than_it_may() -> None:
    a, b = Params(transform="zoom+rotate:0.5"), Params(transform="rotate+blur:0.4")
    assert dict(links_of(mixed(a, b, 0.5)["transform"])) == {"zoom": 0.5, "rotate": 0.75, "blur": 0.2}
    names = list(TRANSFORMS)
    a, b = (Params(transform="+".join(some)) for some in (names[:8], names[8:15]))
    assert len(links_of(mixed(a, b, 0.5)["transform"])) == LONGEST


def test_an_effect_whose_speed_is_another_is_away_while_that_changes() -> None:
    a, b = (
        Params(effects="hue-turn+mirror", hue_speed=10.0),
        Params(effects="hue-turn:0.8+mirror", hue_speed=40.0),
    )
    before: Params | None = None
    for each in along(a, b):
        links = dict(links_of(each.effects, EFFECTS_CHAIN))
        assert links["mirror"] == 1
        if before is not None and each["hue_speed"] != before["hue_speed"]:
            assert links.get("hue-turn", 0.0) < 0.06
        before = each


def test_a_palette_is_away_while_it_changes() -> None:
    a, b = Params(held_palette="ember", palette_pull=0.2), Params(held_palette="ice", palette_pull=0.4)
    ways = along(a, b)
    for one, other in pairwise(ways):
        assert abs(one.palette_pull - other.palette_pull) < 0.03
        assert one.held_palette == other.held_palette or other.palette_pull < 0.03
    none = Params(held_palette="none", palette_pull=0.2)
    assert mixed(none, b, 0.25)["held_palette"] == "ice"
    assert mixed(none, b, 0.25)["palette_pull"] == mixed(b, none, 0.75)["palette_pull"] == 0.1


def shares_of(params: Params) -> dict[str, float]:
    """What there is of each part of a dream, by its name."""
    label = params.class_share if params.class_name else 0.0
    seconds = mixed_layers(params.second)
    second = (1 - label) * params.second_share if seconds else 0.0
    left = 1 - label - second
    shares = {f"class {params.class_name}": label}
    for name, share in (
        ("guide", params.guide_share if params.guide_on else 0.0),
        ("roam", params.roam),
        ("direction", params.direction_share if params.direction else 0.0),
    ):
        shares[f"{name} at {params.layer}"] = left * share
        left *= 1 - share
    parts = [(Mixed(params.layer, 1, params.channels), left)]
    parts += [(each, second * each.weight / sum(each.weight for each in seconds)) for each in seconds]
    for each, share in parts:
        shares[each.name] = shares.get(each.name, 0.0) + share
    return shares


@quick
@given(PARAMS, PARAMS)
def test_what_is_dreamt_goes_over_by_its_shares(a: Params, b: Params) -> None:
    ways = [shares_of(each) for each in along(a, b)]
    for one, other in pairwise(ways):
        assert sum(other.values()) == pytest.approx(1)
        for part in one.keys() | other.keys():
            assert abs(one.get(part, 0.0) - other.get(part, 0.0)) < 0.09, part


def test_a_layer_comes_in_beside_the_other_in_one_set_of_layers() -> None:
    a = Params(layer="conv1", channels=(3, 4))
    b = Params(layer="conv2", second="mixed_3b/5x5:3", second_share=0.25)
    ways = along(a, b)[1:-1]
    assert {(each.layer, each.channels, each.second) for each in ways} == {
        ("conv1", (3, 4), "conv2:0.75,mixed_3b/5x5:0.25")
    }
    assert [each.second_share for each in ways] == [
        pytest.approx(step / 40, abs=1e-3) for step in range(1, 40)
    ]
    back = mixed(b, a, 0.5)
    assert (back["layer"], back["second"]) == ("conv2", "mixed_3b/5x5:0.2,conv1/3&4:0.8")


def test_a_guide_goes_before_the_other_layer_s_comes() -> None:
    a, b = Params(layer="conv1", guide_on=True), Params(layer="conv2", guide_on=True, guide_share=0.5)
    early, late = (shares_of(Params(**mixed(a, b, share))) for share in (0.25, 0.75))
    assert early["guide at conv1"] == pytest.approx(0.5, abs=0.01)
    assert late["guide at conv2"] == pytest.approx(0.25, abs=0.01)
    assert not mixed(a, b, 0.5)["guide_on"]
    assert mixed(Params(layer="conv1"), b, 0.25)["layer"] == "conv2"


def test_a_class_goes_before_another_comes() -> None:
    a, b = Params(layer="conv1", class_name=CLASSES[1]), Params(layer="conv1", class_name=CLASSES[2])
    assert (mixed(a, b, 0.25)["class_name"], mixed(a, b, 0.25)["class_share"]) == (CLASSES[1], 0.25)
    assert mixed(a, b, 0.5)["class_name"] == ""
    assert (mixed(a, b, 0.75)["class_name"], mixed(a, b, 0.75)["class_share"]) == (CLASSES[2], 0.25)


def test_a_direction_turns_at_one_speed() -> None:
    a, b = Params(layer="conv1", direction="3:2"), Params(layer="conv1", direction="5+7")
    ways = [{term.name: term.weight for term in terms_of(each.direction)} for each in along(a, b, 6)[1:-1]]
    angles = [math.degrees(math.acos(way["3"])) for way in ways]
    assert angles == pytest.approx([15, 30, 45, 60, 75], abs=0.1)
    assert all(way["5"] == way["7"] for way in ways)
    opposite = Params(layer="conv1", direction="3:-1")
    assert [mixed(a, opposite, share)["direction"] for share in (0.4, 0.6)] == ["3:2", "3:-1"]


def test_a_direction_goes_before_the_other_layer_s_comes() -> None:
    a = Params(layer="conv1", direction="3", direction_share=1.0)
    b = Params(layer="conv2", direction="5", direction_share=1.0, roam=0.5)
    early, late = (Params(**mixed(a, b, share)) for share in (0.25, 0.75))
    assert (early.layer, early.direction, late.layer, late.direction) == ("conv1", "3", "conv2", "5")
    assert shares_of(early)["direction at conv1"] == pytest.approx(0.5, abs=0.01)
    assert shares_of(late)["direction at conv2"] == pytest.approx(0.25, abs=0.01)


def test_painting_ends_before_it_begins_elsewhere() -> None:
    a, b = Params(paint="left", paint_share=0.8), Params(paint="right")
    assert (mixed(a, b, 0.25)["paint"], mixed(a, b, 0.25)["paint_share"]) == ("left", 0.4)
    assert (mixed(a, b, 0.75)["paint"], mixed(a, b, 0.75)["paint_share"]) == ("right", 0.5)
