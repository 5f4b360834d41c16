import inspect
import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import ParamError
from dreamstream.knobs import EFFECTS_CHAIN, Link, chain_text, links_of
from dreamstream.params import TABLE, Params, ParamStore
from tests.fakes import PATIENCE

NUMERIC = [name for name, info in TABLE.items() if info.low is not None and info.high is not None]
CHOICES = {"transform": ["zoom", "rotate", "none"], "effects": ["none", "mirror", "strobe"]}


def test_no_part_of_params_hides_a_knob_of_another() -> None:
    own = [name for part in Params.__mro__ for name in inspect.get_annotations(part)]
    knobs = [name for name in own if name in TABLE]
    assert len(knobs) == len(set(knobs)) == len(TABLE)


def test_table_describes_every_field() -> None:
    assert set(TABLE) == set(Params.model_fields)
    for info in TABLE.values():
        assert info.help
        groups = {
            "dream",
            "transform",
            "look",
            "picture",
            "effect",
            "screen",
            "pace",
            "tempo",
            "morph",
            "wish",
        }
        assert info.group in groups
        if info.low is not None and info.high is not None:
            assert info.low <= info.default <= info.high
            assert info.step is not None


def test_params_are_frozen() -> None:
    with pytest.raises(Exception, match="frozen"):
        Params().octaves = 3  # type: ignore[misc]


def test_change_takes_all_or_nothing() -> None:
    store = ParamStore()
    with pytest.raises(ParamError):
        store.change(octaves=3, iterations=-1)
    assert store.snapshot() == Params()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"octaves": 99}, ["octaves", "99", "1..8"]),
        ({"zoom": "wide"}, ["zoom", "wide", "-0.5..0.5"]),
        ({"step": float("nan")}, ["step", "nan"]),
        ({"matrix": (1, 2)}, ["matrix"]),
        ({"matrix": (1e9, 0, 0, 0, 1e9, 0)}, ["matrix", "1000000000"]),
        ({"amount": "strong"}, ["amount", "strong", "-4..4"]),
        ({"octave": 2}, ["octave", "octaves"]),
        ({"transform": "rotat"}, ["rotat", "rotate"]),
        ({"amount": float("nan")}, ["amount", "nan"]),
        ({"channels": "3,x"}, ["channels", "'x'", "3,17"]),
        ({"channels": "3,,4"}, ["channels", "''", "3,17"]),
        ({"channels": "-1"}, ["channels", "-1", "3,17"]),
        ({"channels": 100 * "3,"}, ["channels", "3,17"]),
        ({"matrix": "1,2,3"}, ["matrix", "1", "2", "3", "something like 0.98,0.02,0,-0.02,0.98,0"]),
    ],
)
def test_bad_values_are_named_in_one_line(values: dict[str, object], words: list[str]) -> None:
    store = ParamStore(choices=CHOICES)
    with pytest.raises(ParamError) as caught:
        store.change(**values)
    text = str(caught.value)
    assert "\n" not in text
    assert all(word in text for word in words)
    assert store.snapshot() == Params()


def test_texts_from_the_command_line_are_understood() -> None:
    params = ParamStore().change(octaves="3", step="2.5", matrix=("1", "0", "5", "0", "1", "0"), hud=True)
    assert (params.octaves, params.step, params.matrix[2], params.hud) == (3, 2.5, 5.0, True)


def test_a_clamping_field_is_pulled_into_its_range() -> None:
    assert ParamStore().change(amount=1e9).amount == 4
    assert ParamStore().change(amount="9").amount == 4
    assert ParamStore().change(mix=-3).mix == 0
    assert ParamStore().change(second_share="7").second_share == 1


@given(st.lists(st.integers(0, 65535), max_size=64))
def test_channels_are_read_as_they_are_written(channels: list[int]) -> None:
    text = ", ".join(map(str, channels))
    assert ParamStore().change(channels=text).channels == tuple(channels)
    assert ParamStore().change(channels=channels).channels == tuple(channels), "and as a score keeps them"


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8), st.integers(1, 20))
def test_stepping_through_channels_stays_within_the_layer(steps: list[int], count: int) -> None:
    store = ParamStore(Params(layer="a"))
    store.learn_channels("a", count)
    for move in steps:
        (channel,) = store.nudge("channels", move).channels
        assert 0 <= channel < count
    (before,) = store.snapshot().channels
    assert store.nudge("channels", count).channels == (before,), "once round"


def test_stepping_begins_at_the_first_channel_or_the_last() -> None:
    store = ParamStore(Params(layer="a"))
    assert store.nudge("channels", -1).channels == (0,), "how many there are is not known yet"
    store.learn_channels("a", 6)
    assert store.nudge("channels", -1).channels == (5,)
    assert store.nudge("channels", 1).channels == (0,)
    store.change(channels=())
    assert store.nudge("channels", 1).channels == (0,)
    store.change(channels="")
    assert store.nudge("channels", -1).channels == (5,)
    store.change(channels="1,5")
    assert store.nudge("channels", 1).channels == (2, 0)
    store.change(layer="b", channels="9")
    assert store.nudge("channels", 1).channels == (10,)


def test_checks_say_what_is_kept_or_refuse_it() -> None:
    def full(text: str) -> str:
        if text not in ("", "gold", "1 goldfish"):
            raise ParamError(f"no class '{text}'")
        return "1 goldfish" if text else ""

    store = ParamStore(checks={"class_name": full})
    assert store.change(class_name="gold", octaves=3).class_name == "1 goldfish"
    with pytest.raises(ParamError, match="no class 'silver'"):
        store.change(class_name="silver", octaves=4)
    assert store.snapshot().octaves == 3


def test_a_round_of_one_name_says_that_there_is_no_other() -> None:
    with pytest.raises(ParamError, match="no other class name"):
        ParamStore(rounds={"class_name": [""]}).nudge("class_name", 1)


@given(st.sampled_from(NUMERIC), st.lists(st.integers(-500, 500), max_size=8))
def test_nudging_never_leaves_the_range(name: str, steps: list[int]) -> None:
    store = ParamStore()
    for count in steps:
        value = getattr(store.nudge(name, count), name)
        info = TABLE[name]
        assert info.low <= value <= info.high
        assert type(value) is type(info.default)


def test_nudging_a_name_goes_round_its_choices() -> None:
    store = ParamStore(choices=CHOICES, rounds={"transform": ["zoom", "none"]})
    assert store.nudge("transform", 1).transform == "none"
    assert store.nudge("transform", 1).transform == "zoom"
    assert store.nudge("transform", -1).transform == "none"


@pytest.mark.parametrize(
    ("begun", "steps", "expected"),
    [
        ("b", 1, "c"),
        ("b", -1, "a"),
        ("b/inner", 1, "c"),
        ("b/inner", -1, "b"),
        ("first", 1, "a"),
        ("first", -1, "c"),
        ("last", 1, "a"),
        ("last", -1, "c"),
    ],
)
def test_nudging_from_beside_the_short_list_goes_to_a_neighbour(
    begun: str, steps: int, expected: str
) -> None:
    layers, worth = ["first", "a", "b", "b/inner", "c", "last"], ["a", "b", "c"]
    store = ParamStore(Params(layer=begun), {"layer": layers}, {"layer": worth, "second": ["", *worth]})
    assert store.nudge("layer", steps).layer == expected
    store.change(second=f"{begun}:0.5,a")
    around = {("first", -1): "", ("last", 1): ""}  # the list of second layers begins with none
    assert store.nudge("second", steps).second == around.get((begun, steps), expected)


def test_nudging_flips_switches_and_counts_wishes() -> None:
    store = ParamStore()
    assert store.nudge("freeze", 1).freeze
    assert not store.nudge("freeze", 1).freeze
    store.nudge("restart", 1)
    assert store.nudge("restart", 1).restart == 2


def test_waiting_ends_with_the_change_that_was_waited_for() -> None:
    store = ParamStore()
    seen = threading.Event()

    def wait() -> None:
        assert store.wait_for(lambda params: params.octaves == 5, timeout=PATIENCE)
        seen.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    store.change(octaves=4)
    store.change(octaves=5)
    waiter.join(30)
    assert seen.is_set()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("zoom + rotate:0.50", "zoom+rotate:0.5"),
        ("zoom:1", "zoom"),
        ("none+zoom", "zoom"),
        ("", "none"),
        ("zoom+zoom", "zoom+zoom"),
    ],
)
def test_a_chain_is_spelt_one_way(text: str, kept: str) -> None:
    store = ParamStore(choices={"transform": ["zoom", "rotate", "none"]})
    assert store.change(transform=text).transform == kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("zoom+rotat", "no transform 'rotat'; did you mean 'rotate'?"),
        ("zoom:x", "transform cannot be 'zoom:x': a share in -4..4 is needed, as in zoom:0.5"),
        ("zoom:9", "a share in -4..4"),
        ("+".join(["zoom"] * 9), "a chain has at most 8 transforms"),
    ],
)
def test_a_wrong_chain_is_told(text: str, words: str) -> None:
    store = ParamStore(choices={"transform": ["zoom", "rotate", "none"]})
    with pytest.raises(ParamError, match=re.escape(words)):
        store.change(transform=text)
    assert store.snapshot().transform == "zoom"


def test_a_chain_is_built_live() -> None:
    store = ParamStore(choices={"transform": ["zoom", "rotate", "blur", "none"]})
    assert store.add_link("transform").transform == "zoom+rotate"
    assert store.nudge("transform", 1).transform == "zoom+blur"
    assert store.nudge("transform", 1).transform == "zoom"  # none in the last place
    assert store.add_link("transform").transform == "zoom+rotate"
    assert store.add_link("transform").transform == "zoom+rotate+blur"
    assert store.add_link("transform").transform == "zoom+rotate+blur+zoom"
    assert [store.drop_link("transform").transform for _ in range(5)][-2:] == ["none", "none"]
    assert store.nudge("transform", 1).transform == "zoom"
    assert store.add_link("transform").transform == "zoom+rotate"


@given(st.lists(st.tuples(st.sampled_from(["zoom", "a-b"]), st.floats(-4, 4, width=16)), max_size=8))
def test_a_chain_s_text_is_its_links(links: list[tuple[str, float]]) -> None:
    chain = tuple(Link(name, scale) for name, scale in links)
    read = links_of(chain_text(chain))
    assert [link.name for link in read] == [link.name for link in chain]
    assert [link.scale for link in read] == pytest.approx([link.scale for link in chain], rel=1e-5)


def test_effects_are_a_chain_of_their_own() -> None:
    store = ParamStore(choices=CHOICES)
    assert store.change(effects=" mirror:0.50 + none+strobe").effects == "mirror:0.5+strobe"
    for text, words in (
        ("zoom", "no effect 'zoom'"),
        ("mirror:1.5", "effects cannot be 'mirror:1.5': a share in 0..1 is needed, as in mirror:0.5"),
        ("+".join(["mirror"] * 9), "at most 8 effects"),
    ):
        with pytest.raises(ParamError, match=re.escape(words)):
            store.change(effects=text)
    assert store.nudge("effects", 1).effects == "mirror:0.5"
    assert store.add_link("effects").effects == "mirror:0.5+strobe"
    assert store.drop_link("effects").effects == "mirror:0.5"
    assert store.snapshot().transform == "zoom"


@given(
    st.lists(st.tuples(st.sampled_from(["mirror", "strobe"]), st.integers(1, 4)), max_size=6),
    st.sampled_from(["mirror", "strobe", "trails"]),
)
def test_a_switch_puts_a_link_in_and_takes_it_out(links: list[tuple[str, int]], name: str) -> None:
    text = chain_text(Link(each, quarters / 4) for each, quarters in links)
    store = ParamStore(Params(effects=text))
    there = store.has_link("effects", name)
    once = store.switch_link("effects", name).effects
    assert store.has_link("effects", name) is not there
    rest = [[link for link in links_of(each, EFFECTS_CHAIN) if link.name != name] for each in (text, once)]
    assert rest[0] == rest[1], "the others stay as they are"
    if not there:
        assert store.switch_link("effects", name).effects == text


def test_a_name_without_a_list_of_names_cannot_be_nudged() -> None:
    with pytest.raises(ParamError, match="there is no list of what class name can be"):
        ParamStore().nudge("class_name", 1)


@pytest.mark.parametrize("name", ["matrix", "scales"])
def test_a_list_of_numbers_in_no_order_cannot_be_nudged(name: str) -> None:
    with pytest.raises(ParamError, match=f"{name} has no steps"):
        ParamStore().nudge(name, 1)


def test_numbers_ease_but_those_that_are_counted_or_go_round() -> None:
    eased = {name for name, info in TABLE.items() if info.eases}
    transform = {name for name, info in TABLE.items() if info.group == "transform"}
    floats = {name for name in transform if isinstance(TABLE[name].default, float)}
    assert eased == {"amount", *floats} - {"light_turn", "offset_turn"}


def test_a_link_is_switched_where_it_is_and_where_it_is_not() -> None:
    store = ParamStore(choices={"effects": ["none", "mirror", "trails"]})
    store.change(effects="trails:0.5")
    assert store.switch_link("effects", "mirror").effects == "trails:0.5+mirror"
    assert store.switch_link("effects", "mirror", True).effects == "trails:0.5+mirror"
    assert store.switch_link("effects", "trails").effects == "mirror"
    assert store.switch_link("effects", "trails", False).effects == "mirror"
    assert store.has_link("effects", "mirror")
    with pytest.raises(ParamError, match="no effect 'warp'"):
        store.switch_link("effects", "warp")
