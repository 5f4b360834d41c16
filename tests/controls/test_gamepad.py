"""Gamepads by SDL's virtual ones: what they say comes onto the board, whenever they are plugged in."""

from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from dreamstream.controls.actions import Guard, action_table
from dreamstream.controls.board import Board, Inlet
from dreamstream.controls.gamepad import PAD_MAP, Gamepads
from dreamstream.controls.keyboard import Keyboard, Stroke
from dreamstream.controls.keymap import KEYS
from dreamstream.controls.routefile import read_routes, with_map
from dreamstream.controls.router import Router
from dreamstream.controls.signals import signal_of
from dreamstream.controls.tempo import Tempo
from dreamstream.effects import EFFECTS
from dreamstream.params import ParamStore
from dreamstream.transforms import TRANSFORMS
from tests.fakes import FakeClock, Told
from tests.pads import VirtualPad

ACTIONS = action_table(TRANSFORMS, EFFECTS)
pytestmark = pytest.mark.usefixtures("no_events")


class Pads:
    """Gamepads on a board; `turn` is a screen frame of a show."""

    def __init__(self) -> None:
        self.board, self.told, self.plugged = Board(), Told(), []
        self.pads = Gamepads(self.board, self.told)
        self.keyboard = Keyboard(KEYS, ACTIONS, FakeClock(), pass_on=self.pads.hear)
        self.turn()

    def turn(self) -> list[Stroke]:
        strokes = list(self.keyboard.strokes(fullscreen=False))
        self.pads.turn()
        return strokes

    def plug(self, known: bool = True) -> VirtualPad:
        pad = VirtualPad(known)
        self.plugged.append(pad)
        self.turn()
        return pad

    def at(self, name: str) -> Inlet:
        return self.board.snapshot()[name]


@pytest.fixture
def pads() -> Iterator[Pads]:
    pads = Pads()
    yield pads
    for pad in pads.plugged:
        pad.unplug()
    pads.pads.close()


def test_without_a_pad_nothing_comes(pads: Pads) -> None:
    assert (pads.board.snapshot(), pads.told, pads.pads.line) == ({}, [], "")


@pytest.mark.parametrize("told", [True, False])
def test_a_pad_that_is_there_before_the_show_is_found_once(told: bool) -> None:
    pygame.joystick.init()
    pad = VirtualPad()
    if not told:
        pygame.event.clear()
    pads = Pads()
    pads.plugged.append(pad)
    pads.turn()
    pad.button(0, True)
    pads.turn()
    assert pads.told == ["gamepad 1: Virtual Controller"]
    assert pads.at("pad:button:a").strokes == 1
    pad.unplug()
    pads.turn()
    assert len(pads.told) == 2
    pads.pads.close()


STICKS = ("left_x", "left_y", "right_x", "right_y")


@pytest.mark.parametrize("number", range(4))
def test_sticks_go_from_0_to_1_about_their_middle_and_up_is_more(number: int, pads: Pads) -> None:
    pad, name = pads.plug(), f"pad:axis:{STICKS[number]}"
    up = -1 if name.endswith("y") else 1
    for pushed, expected in ((1, 1.0), (-1, 0.0), (0.56, 0.75), (0.05, 0.5), (-0.1, 0.5)):
        pad.axis(number, up * pushed)
        pads.turn()
        assert pads.at(name).value == pytest.approx(expected, abs=1e-3), "behind its dead zone"
    assert set(pads.board.snapshot()) == {name}
    signal_of(name, pads.board)


def test_a_stick_counts_as_pressed_half_way_out(pads: Pads) -> None:
    pad, strokes = pads.plug(), []
    for pushed in (0.3, 0.9, 0.53, 0.6, 0.2, -1):
        pad.axis(0, pushed)
        pads.turn()
        inlet = pads.at("pad:axis:left_x")
        strokes.append((inlet.pressed, inlet.strokes))
    assert strokes == [(False, 0), (True, 1), (True, 1), (True, 1), (False, 1), (False, 1)]


def test_triggers_go_from_0_to_1(pads: Pads) -> None:
    pad = pads.plug()
    for number, name in ((4, "pad:axis:left_trigger"), (5, "pad:axis:right_trigger")):
        for at, expected in ((1, 1.0), (0, 0.5), (-1, 0.0)):
            pad.axis(number, at)
            pads.turn()
            assert pads.at(name).value == pytest.approx(expected, abs=1e-3)
        assert pads.at(name).strokes == 1


BUTTONS = (
    *("button:a", "button:b", "button:x", "button:y", "button:back", "button:guide", "button:start"),
    *("button:left_stick", "button:right_stick", "button:left_shoulder", "button:right_shoulder"),
    *("hat:up", "hat:down", "hat:left", "hat:right"),
)


def test_buttons_and_the_cross_are_keys(pads: Pads) -> None:
    pad = pads.plug()
    for number, name in enumerate(BUTTONS):
        pad.button(number, True)
        pads.turn()
        inlet, signal = pads.at(f"pad:{name}"), signal_of(f"pad:{name}", pads.board)
        assert (inlet.value, inlet.pressed, inlet.key, inlet.strokes) == (1.0, True, True, 1)
        assert signal.by_hand and pads.board.moved == f"pad:{name}"
    assert set(pads.board.snapshot()) == {f"pad:{name}" for name in BUTTONS}, "and nothing comes twice"
    pad.button(0, False)
    pads.turn()
    assert not pads.at("pad:button:a").pressed


def test_a_stroke_between_two_frames_is_not_lost(pads: Pads) -> None:
    pad = pads.plug()
    for down in (True, False, True, False):
        pad.button(0, down)
        pygame.event.pump()
    pads.turn()
    assert (pads.at("pad:button:a").strokes, pads.at("pad:button:a").pressed) == (2, False)


def test_controls_of_an_unknown_stick_have_numbers(pads: Pads) -> None:
    stick = pads.plug(known=False)
    stick.axis(3, -1)
    stick.button(7, True)
    stick.hat(1 + 2)
    pads.turn()
    pressed = {name for name, inlet in pads.board.snapshot().items() if inlet.pressed}
    assert pressed == {"pad:button:7", "pad:hat:up", "pad:hat:right"}
    assert pads.at("pad:axis:3").value == pytest.approx(0, abs=1e-3)
    for name in pads.board.snapshot():
        signal_of(name, pads.board)
    stick.hat(2)
    pads.turn()
    assert not pads.at("pad:hat:up").pressed
    assert pads.at("pad:hat:right").strokes == 1


def test_pads_come_and_go_and_each_is_told_once(pads: Pads) -> None:
    first, second = pads.plug(), pads.plug(known=False)
    assert pads.told == ["gamepad 1: Virtual Controller", "gamepad 2: Virtual Joystick"]
    assert pads.pads.line == "gamepad: Virtual Controller, Virtual Joystick"
    first.button(0, True)
    first.axis(0, -1)
    second.button(0, True)
    pads.turn()
    assert pads.at("pad:button:0@2").pressed
    first.unplug()
    pads.turn()
    pads.turn()
    assert pads.told[2:] == ["gamepad 1: Virtual Controller was unplugged"]
    assert not pads.at("pad:button:a").pressed, "what was held on it is let go"
    assert pads.at("pad:axis:left_x").value == 0.5
    assert pads.at("pad:button:0@2").pressed, "and the other is as it was"
    again = pads.plug()
    again.button(1, True)
    pads.turn()
    assert pads.told[3:] == ["gamepad 1: Virtual Controller"]
    assert pads.at("pad:button:b").pressed


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_pad_is_heard_without_the_keyboard_s_focus(pads: Pads) -> None:
    pad = pads.plug()
    pygame.Window.from_display_module().hide()
    assert not pygame.key.get_focused()
    pad.button(0, True)
    pads.turn()
    assert pads.at("pad:button:a").pressed


def test_keys_and_pads_take_their_own_from_one_queue(pads: Pads) -> None:
    pad = pads.plug()
    expected = []
    for number in range(6):
        pad.button(0, number % 2 == 0)
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0))
        pygame.event.post(pygame.event.Event(pygame.KEYUP, key=pygame.K_SPACE, mod=0))
        pygame.event.pump()
        expected += [Stroke("freeze.toggle"), Stroke("freeze.toggle", pressed=False)]
    assert pads.turn() == expected
    assert pads.at("pad:button:a").strokes == 3


def test_pads_that_cannot_be_had_are_told_and_the_show_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    monkeypatch.setattr(pygame.joystick, "init", lambda: (_ for _ in ()).throw(pygame.error("no udev")))
    pads = Gamepads(Board(), told)
    pads.turn()
    pads.turn()
    pads.close()
    assert told == ["no gamepads here: no udev"]


class Played:
    """A show's router behind a pad with the map."""

    def __init__(self, pads: Pads, own: Path | None = None) -> None:
        self.pads, self.clock, self.store, self.strokes = pads, FakeClock(), ParamStore(), []
        routes = with_map(read_routes(own, ACTIONS)[0] if own else [], PAD_MAP, ACTIONS)
        tempo, press = Tempo(self.clock, self.store), self.strokes.append
        self.router = Router(routes, pads.board, self.store, tempo, self.clock, press, lambda name: None)

    def after(self, seconds: float) -> ParamStore:
        self.pads.turn()
        self.router.turn()
        self.clock.advance(seconds)
        self.router.turn()
        return self.store


def test_the_map_is_right_and_ends_no_show() -> None:
    routes, problems = read_routes(PAD_MAP, ACTIONS)
    assert problems == []
    assert {route.signal for route in routes} == {f"pad:axis:{name}" for name in STICKS} | {
        *("pad:axis:left_trigger", "pad:axis:right_trigger"),
        *(f"pad:{name}" for name in BUTTONS if name != "button:guide"),
    }, "the guide button is the system's"
    guarded = {name for name, action in ACTIONS.items() if action.guard is not Guard.NONE}
    assert not guarded & {route.to for route in routes}


def test_the_map_moves_nothing_before_a_pad_is_moved(pads: Pads) -> None:
    played = Played(pads)
    before = played.store.snapshot()
    assert played.after(10).snapshot() == before
    pads.plug()
    assert played.after(10).snapshot() == before


def test_the_map_plays_motion_and_light(pads: Pads) -> None:
    played, pad = Played(pads), pads.plug()
    pad.axis(1, -1)  # forward
    pad.axis(5, 1)
    assert played.after(0.5).snapshot().amount > 1.5
    assert played.store.snapshot().brightness == 2
    pad.axis(1, 0)
    pad.axis(5, -1)
    amount = played.after(0).snapshot().amount
    params = played.after(5).snapshot()
    assert (params.amount, params.brightness) == (amount, 1), "the stick's stays, the trigger's goes"
    pad.button(0, True)
    pad.button(9, True)
    played.after(0.1)
    assert played.strokes == ["transform.next", "preset.previous"]


def test_a_person_s_own_routes_take_their_controls_from_the_map(pads: Pads, tmp_path: Path) -> None:
    own = tmp_path / "routes.toml"
    own.write_text(
        '[[route]]\nsignal = "pad:button:a"\nto = "snapshot"\n'
        '[[route]]\nsignal = "env:0,0.1,0,0:pad:button:b"\nto = "brightness"\nmode = "add"\n'
        '[[route]]\nsignal = "pad:button:back"\nto = "panic"\non = false\n'
    )
    played, pad = Played(pads, own), pads.plug()
    for number in (0, 1, 2, 4):
        pad.button(number, True)
    played.after(0.1)
    assert played.strokes == ["snapshot", "layer.up"]
