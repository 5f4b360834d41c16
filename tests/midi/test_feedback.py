"""What a device shows: faders, lamps; never against the hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from dreamstream.controls import Board, Route, action_table
from dreamstream.controls.routes import route_of
from dreamstream.controls.signals import Moment
from dreamstream.controls.ways import Way
from dreamstream.midi.feedback import Feedback, Shown, messages_of
from dreamstream.params import ParamStore

ACTIONS = action_table(["zoom", "rotate"], ["mirror", "hue-turn"])
PORT = "APC MINI"


def route(signal: str, to: str, **more: Any) -> Route:
    return route_of({"signal": signal, "to": to, **more}, ACTIONS)


def feedback(store: ParamStore, *routes: Route) -> Feedback:
    return Feedback(lambda: routes, lambda: store.hand, ACTIONS)


def test_faders_and_lamps_show_what_the_hand_has_set() -> None:
    store = ParamStore(choices={"transform": ["zoom", "rotate"], "effects": ["none", "mirror"]})
    shows = feedback(
        store,
        route("midi:cc:1:7", "saturation", low=0, high=2),
        route("midi:cc:1:8", "saturation", low=2, high=0),
        route("midi:note:1:1", "effect.mirror.toggle"),
        route("midi:note:1:2", "effect.mirror.hold"),
        route("midi:note:1:3", "transform.rotate"),
        route("midi:note:1:4", "freeze.toggle"),
        route("midi:note:1:5", "freeze"),
        route("midi:note:1:6", "snapshot"),
        route("midi:cc:1:9:twos", "amount", mode="nudge"),
        route("lfo:sine:1hz", "contrast", mode="add"),
    )
    store.change(saturation=0.5)
    off = {f"midi:note:1:{number}": (0.0, True) for number in range(1, 6)}
    assert shows.shown() == {"midi:cc:1:7": (0.25, False), "midi:cc:1:8": (0.75, False), **off}
    store.lay_over({"saturation": 2.0})
    assert shows.shown()["midi:cc:1:7"] == (0.25, False), "not what routes lay over it"
    store.change(effects="mirror", transform="rotate", freeze=True)
    assert {name for name, (value, lamp) in shows.shown().items() if lamp and value == 1} == set(off)


@pytest.mark.parametrize("lamp", [1, 5, 60, 127])
def test_a_lamp_is_lit_in_the_colour_of_its_route(lamp: int) -> None:
    store = ParamStore()
    shows = feedback(store, route("midi:note:1:5", "freeze", lamp=lamp))
    store.change(freeze=True)
    ((name, (value, _)),) = shows.shown().items()
    (message,) = messages_of(name, value)
    assert (message.note, message.velocity) == (5, lamp)


@given(st.floats(0, 1), st.floats(0.1, 10), st.floats(0, 0.9), st.floats(0.5, 2), st.booleans())
def test_a_fader_that_is_put_where_it_should_show_sets_the_same(
    share: float, curve: float, dead: float, sensitivity: float, turned: bool
) -> None:
    low, high = (2.0, 0.0) if turned else (0.0, 2.0)
    shape = {"curve": curve, "dead": dead, "sensitivity": sensitivity}
    board, one = Board(), route("midi:cc:1:7", "saturation", low=low, high=high, **shape)
    way = Way.of(one, board)
    board.put("midi:cc:1:7", share)
    way.follow(Moment(0, 0), 0)
    store = ParamStore()
    store.change(saturation=way.share)
    value, _ = feedback(store, one).shown()["midi:cc:1:7"]
    board.put("midi:cc:1:7", value)
    way.follow(Moment(0, 0), 0)
    assert way.share == pytest.approx(store.hand["saturation"], abs=1e-3)


def test_a_device_is_told_what_is_its_own_and_again_only_after_a_while() -> None:
    shown = Shown(PORT, {})
    wanted = {"midi:cc:1:7@apc": (0.5, False), "midi:cc:1:8@nano": (0.5, False), "midi:cc:1:9": (0.5, False)}
    assert list(shown.due(wanted, 1.0)) == [Message("control_change", control=7, value=64)]
    assert not list(shown.due(wanted, 2.0))
    assert len(list(shown.due(wanted, 7.0))) == 1


def test_a_fader_is_left_to_the_hand_that_moves_it_and_then_shows_what_is() -> None:
    heard = {"midi:cc:1:7": (0.2, 10.0)}
    shown = Shown(PORT, heard)
    assert not list(shown.due({"midi:cc:1:7": (0.9, False)}, 10.4)), "it still moves"
    assert list(shown.due({"midi:cc:1:7": (0.9, False)}, 10.6)) == messages_of("midi:cc:1:7", 0.9)
    heard["midi:cc:1:7"] = (0.3, 20.0)
    assert not list(shown.due({"midi:cc:1:7": (0.3, False)}, 21.0)), "it is where it was put"


def test_a_lamp_is_set_at_once_and_again_after_each_stroke() -> None:
    heard = {"midi:note:1:1": (1.0, 10.0)}
    shown, lit = Shown(PORT, heard), messages_of("midi:note:1:1", 1.0)
    assert list(shown.due({"midi:note:1:1": (1.0, True)}, 10.0 + 1e-6)) == lit
    assert not list(shown.due({"midi:note:1:1": (1.0, True)}, 10.1))
    heard["midi:note:1:1"] = (0.0, 10.2)
    assert list(shown.due({"midi:note:1:1": (1.0, True)}, 10.3)) == lit, "its device may have put it out"


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("midi:cc:16:127", 1.0, [[0xBF, 127, 127]]),
        ("midi:note:10:36", 0.0, [[0x99, 36, 0]]),
        ("midi:cc14:1:3", 1.0, [[0xB0, 3, 127], [0xB0, 35, 127]]),
        ("midi:nrpn:1:130", 0.0, [[0xB0, 99, 1], [0xB0, 98, 2], [0xB0, 6, 0], [0xB0, 38, 0]]),
        ("midi:bend:1", 0.0, [[0xE0, 0, 0]]),
        ("midi:bend:1", 1.0, [[0xE0, 127, 127]]),
        ("midi:cc:1:7:twos", 1.0, []),
        ("midi:program:1:7", 1.0, []),
        ("midi:start", 1.0, []),
    ],
)
def test_each_control_is_shown_as_it_is_sent(name: str, value: float, sent: list[list[int]]) -> None:
    assert [message.bytes() for message in messages_of(name, value)] == sent
