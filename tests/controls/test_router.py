"""The router on a real store: what routes lay over the hand's values, and take off again."""

from typing import Any

import pytest

from dreamstream.controls.board import Board
from dreamstream.controls.lead import Lead
from dreamstream.controls.router import Router
from dreamstream.controls.routes import Route
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import ParamError
from dreamstream.params import ParamStore
from tests.fakes import FakeClock, Told

SAW = "lfo:saw:10s"


class Turned:
    """A router, its clock, and the actions that it did."""

    def __init__(self, *routes: dict[str, Any]) -> None:
        self.store, self.clock, self.told = ParamStore(), FakeClock(), Told()
        self.strokes: list[str] = []
        self.lead = Lead()
        self.board, self.tempo = Board(self.clock), Tempo(self.clock, self.store)
        self.router = Router(
            [Route(**route) for route in routes],
            self.board,
            self.store,
            self.tempo,
            self.clock,
            lambda name: self.strokes.append(f"press {name}"),
            lambda name: self.strokes.append(f"release {name}"),
            self.lead,
            self.told,
        )

    def after(self, seconds: float, steps: int = 1) -> Any:
        self.tempo.turn()
        for _ in range(steps):
            self.clock.advance(seconds / steps)
            self.tempo.turn()
            self.router.turn()
        return self.store.snapshot()


def test_a_route_sets_a_param_within_its_span() -> None:
    turned = Turned({"signal": SAW, "to": "amount", "low": 0, "high": 2})
    assert turned.after(2.5).amount == pytest.approx(0.5, abs=1e-3)
    assert turned.after(5).amount == pytest.approx(1.5, abs=1e-3)
    assert turned.store.hand.amount == 1


def test_routes_add_up_around_what_the_hand_sets_and_are_cut_to_the_range() -> None:
    turned = Turned(
        {"signal": SAW, "to": "amount", "mode": "add", "low": 0, "high": 1},
        {"signal": SAW, "to": "amount", "mode": "add", "low": 0, "high": -3},
    )
    assert turned.after(5).amount == pytest.approx(1 + 0.5 - 1.5, abs=1e-3)
    turned.store.change(amount=2)
    assert turned.after(0.001).amount == pytest.approx(1, abs=1e-2)
    turned.store.change(amount=-4)
    assert turned.after(1).amount == -4


def test_off_gives_the_hands_value_back() -> None:
    turned = Turned({"signal": SAW, "to": "zoom", "high": 0.2})
    before = turned.store.snapshot().zoom
    assert turned.after(5).zoom != before
    turned.store.change(routes=False)
    assert turned.after(1).zoom == before
    turned.store.change(routes=True)
    assert turned.after(1).zoom != before


def test_whole_numbers_are_rounded_and_switches_go_at_the_half() -> None:
    turned = Turned(
        {"signal": SAW, "to": "iterations", "low": 1, "high": 3}, {"signal": SAW, "to": "hud", "low": 0}
    )
    params = turned.after(3)
    assert (params.iterations, params.hud) == (2, False)
    params = turned.after(5)
    assert (params.iterations, params.hud) == (3, True)


def test_dead_zone_and_curve() -> None:
    turned = Turned({"signal": SAW, "to": "amount", "low": 0, "high": 1, "dead": 0.5, "curve": 2})
    assert turned.after(4).amount == 0
    assert turned.after(3.5).amount == pytest.approx(0.25, abs=1e-3)


def test_attack_and_release_take_their_time_however_often_it_is_turned() -> None:
    route = {"signal": "lfo:square:20s", "to": "amount", "low": 0, "high": 1, "attack": 0.1, "release": 2}
    for steps in (1, 40):
        turned = Turned(route)
        turned.after(9.9)
        assert turned.after(2.1, steps).amount == pytest.approx(2.718281828**-1, abs=0.03)
        assert turned.after(8.1, steps).amount > 0.5


def test_an_action_is_pressed_at_the_half_and_let_go_below() -> None:
    turned = Turned({"signal": "lfo:triangle:4s", "to": "effect.mirror.hold"})
    turned.after(16, 1600)
    assert turned.strokes == ["press effect.mirror.hold", "release effect.mirror.hold"] * 4


def test_beats_stand_still_without_a_tempo() -> None:
    turned = Turned({"signal": "lfo:saw:4beats", "to": "amount", "low": 0, "high": 1})
    assert turned.after(1.3).amount == 0
    turned.store.change(bpm=120)
    assert turned.after(0.2).amount == pytest.approx(0.1, abs=1e-3)


def test_another_tempo_goes_on_from_the_same_beat_and_a_tap_is_one() -> None:
    turned = Turned({"signal": "lfo:saw:4beats", "to": "amount", "low": 0, "high": 1})
    turned.store.change(bpm=60)
    assert turned.after(1001).amount == pytest.approx(0.25, abs=1e-3)
    turned.store.change(bpm=61)
    assert turned.after(0.001).amount == pytest.approx(0.25, abs=1e-2)
    turned.tempo.tap()
    assert turned.after(0.001).amount == pytest.approx(0, abs=1e-2)


def test_switched_off_what_is_held_is_let_go() -> None:
    turned = Turned({"signal": "lfo:square:4s", "to": "effect.mirror.hold"})
    turned.after(1)
    turned.store.change(routes=False)
    turned.after(0.1)
    assert turned.strokes == ["press effect.mirror.hold", "release effect.mirror.hold"]


def test_beats_are_led_by_what_it_takes_until_they_are_seen() -> None:
    turned = Turned(
        {"signal": "lfo:saw:4beats", "to": "amount", "low": 0, "high": 1},
        {"signal": "lfo:saw:4beats", "to": "contrast", "low": 0, "high": 1},
        {"signal": "lfo:saw:4s", "to": "gamma", "low": 1, "high": 2},
        {"signal": "seq:0,1:4beats", "to": "effect.mirror.hold"},
        {"signal": "seq:0,1:4beats", "to": "preset.next"},
    )
    turned.store.change(bpm=60)
    turned.lead.screen, turned.lead.dream = 0.1, 0.4
    params = turned.after(2)
    assert params.amount == pytest.approx(0.6, abs=1e-3)
    assert params.contrast == pytest.approx(0.525, abs=1e-3)
    assert params.gamma == pytest.approx(1.5, abs=1e-3)
    turned.after(1.65)
    assert turned.strokes == ["press preset.next"]
    turned.after(0.3)
    assert turned.strokes == ["press preset.next", "press effect.mirror.hold"]


def test_another_lead_takes_no_beat_back() -> None:
    turned = Turned({"signal": "seq:0,1:4beats", "to": "preset.next"})
    turned.store.change(bpm=60)
    turned.lead.dream = 0.4
    turned.after(3.61)
    turned.lead.dream = 0.3
    turned.after(0.01)
    turned.after(0.5)
    assert turned.strokes == ["press preset.next"]


NOTE, FADER, STICK = "midi:note:1:36", "midi:cc:1:7", "midi:bend:1"


@pytest.mark.parametrize("more", [{}, {"release": 0.5}])
def test_what_is_done_while_routes_are_off_is_not_made_up_for(more: dict[str, float]) -> None:
    turned = Turned(
        {"signal": NOTE, "to": "layer.up", **more},
        {"signal": "midi:note:1:37", "to": "effect.mirror.hold", **more},
        {"signal": FADER, "to": "amount", "low": 0, "high": 2},
        {"signal": "midi:cc:1:16:twos", "to": "iterations", "mode": "nudge"},
    )
    for value in (0.3, 0.5, 0.4):
        turned.board.put(FADER, value, by_hand=True)
        turned.after(0.02)
    before = turned.store.change(routes=False).model_copy(update={"routes": True})
    turned.after(1)
    for _ in range(5):
        turned.board.put(NOTE, 1.0, True)
        turned.board.put(NOTE, 0.0, False)
    turned.board.put("midi:note:1:37", 1.0, True)
    turned.board.put(FADER, 0.9, by_hand=True)
    turned.board.turn("midi:cc:1:16:twos", 7)
    turned.after(1)
    turned.store.change(routes=True)
    assert turned.after(1, 10) == before
    assert not turned.strokes
    turned.board.put(FADER, 0.95, by_hand=True)
    assert turned.after(0.02) == before, "it must be met first"


@pytest.mark.parametrize("more", [{}, {"release": 0.5}, {"sensitivity": 2}])
def test_what_was_struck_before_a_route_came_is_none_of_its(more: dict[str, float]) -> None:
    turned = Turned()
    turned.board.put(FADER, 0.9, by_hand=True)
    turned.board.put(NOTE, 1.0, True)
    turned.board.put(NOTE, 0.0, False)
    envelope = f"env:0,1,1,1:{NOTE}"
    turned.router.take(
        [
            Route(signal=FADER, to="layer.up", **more),
            Route(signal=NOTE, to="layer.down", **more),
            Route(signal=envelope, to="amount", low=1, high=2, **more),
        ]
    )
    assert turned.after(0.02).amount == 1
    assert not turned.strokes
    turned.board.put(NOTE, 1.0, True)
    assert turned.after(0.02).amount == 2
    assert turned.strokes == ["press layer.down"]


def test_a_nudge_begins_with_its_route_however_late_that_comes() -> None:
    turned = Turned()
    turned.after(600, 3)
    turned.router.take([Route(signal="lfo:saw:0.001hz", to="amount", mode="nudge", low=1, high=1)])
    assert turned.after(0.02).amount == pytest.approx(1.02)


def test_the_same_route_twice_is_one() -> None:
    route = {"signal": SAW, "to": "amount", "mode": "add", "low": 0, "high": 1}
    assert Turned(route, route).after(5).amount == pytest.approx(1.5, abs=1e-3)


def test_a_param_that_is_refused_is_told_and_the_others_move() -> None:
    turned = Turned(
        {"signal": FADER, "to": "guide_on", "takeover": False},
        {"signal": FADER, "to": "amount", "low": 0, "high": 2, "takeover": False},
        {"signal": "midi:cc:1:16:twos", "to": "class_name", "mode": "nudge"},
        {"signal": SAW, "to": "brightness", "low": 0, "high": 1},
    )

    def refuse(on: bool) -> bool:
        if on:
            raise ParamError("no guide picture")
        return on

    turned.store._checks["guide_on"] = refuse
    turned.board.put(FADER, 0.9, by_hand=True)
    turned.board.turn("midi:cc:1:16:twos", 1)
    for _ in range(3):
        assert turned.after(0.02).amount == pytest.approx(1.8)
    assert turned.store.snapshot().brightness > 0
    assert turned.told == ["there is no list of what class name can be to go through"]
    turned.board.put(FADER, 0.95, by_hand=True)
    turned.after(6)
    assert turned.told[1:] == ["no guide picture"]
    turned.board.put(FADER, 0.2, by_hand=True)
    turned.router.take([Route(signal="lfo:square:2s", to="guide_on")])
    assert not any(turned.after(0.5).guide_on for _ in range(4)), "nor by what moves by itself"
