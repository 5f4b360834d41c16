"""MIDI as a control, over a real JACK server: heard, fed, plugged and unplugged."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dreamstream.controls import Board, Inbox, Route, action_table
from dreamstream.controls.routes import route_of
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import ControlError
from dreamstream.midi.midi import Midi, Show
from dreamstream.params import ParamStore
from tests.midi.devices import Device, until

ACTIONS = action_table(["zoom", "rotate"], ["mirror"])


class Stage:
    """What a control plays."""

    def __init__(self, *routes: Route, **more: Any) -> None:
        self.board, self.inbox, self.store = Board(time.monotonic), Inbox(), ParamStore()
        self.tempo = Tempo(time.monotonic, self.store)
        self.told: list[str] = []
        for route in routes:
            self.board.inlet(route.signal)
        show = Show(lambda: routes, lambda: self.store.hand, ACTIONS, self.tempo)
        self.midi = Midi(self.board, self.inbox, self.tell, time.monotonic, show, **more)

    def tell(self, text: str, key: str = "") -> None:
        self.told += [text] * bool(text)

    def here(self, device: Device) -> bool:
        """Wait until a device is found, and joined: a moment later, with JACK."""
        probe, sent = self.board.inlet("midi:cc:16:119"), 0

        def hears() -> bool:
            nonlocal sent
            sent = sent % 127 + 1
            device.send("control_change", channel=15, control=119, value=sent)
            return probe.when > begun

        begun = time.monotonic()
        there = until(lambda: device.port in self.midi.line) and until(hears)
        return there and until(lambda: round(127 * probe.value) == sent)  # none is on its way any more


@contextmanager
def playing(*routes: Route, **more: Any) -> Iterator[Stage]:
    stage = Stage(*routes, **more)
    stage.midi.turn()
    try:
        yield stage
    finally:
        stage.midi.close()


def route(signal: str, to: str, **more: Any) -> Route:
    return route_of({"signal": signal, "to": to, **more}, ACTIONS)


def test_every_port_is_heard_and_what_is_plugged_later_too(plug: Callable[..., Device]) -> None:
    first = plug("APC mini")
    with playing() as stage:
        assert stage.here(first)
        first.fader(127)
        assert until(lambda: stage.board.inlet("midi:cc:1:7").value == 1)
        second = plug("nanoKONTROL2")
        assert stage.here(second)
        second.fader(127, control=8)
        assert until(lambda: stage.board.inlet("midi:cc:1:8").value == 1)
        assert stage.midi.line == "midi: APC mini:CTRL, nanoKONTROL2:CTRL"


def test_plug_and_unplug_are_told_once_and_found_within_two_seconds(plug: Callable[..., Device]) -> None:
    device = plug("APC mini")
    with playing() as stage:
        assert stage.here(device)
        for _ in range(2):
            device.send("note_on", note=36, velocity=100)
            assert until(lambda: stage.board.inlet("midi:note:1:36").pressed)
            device.unplug()
            assert until(lambda: not stage.midi.line)
            assert until(lambda: not stage.board.inlet("midi:note:1:36").pressed)
            begun = time.monotonic()
            device = plug("APC mini")
            assert stage.here(device)
            found = time.monotonic() - begun
            device.fader(1)
            device.fader(100)
            assert until(lambda: stage.board.inlet("midi:cc:1:7").value == 100 / 127)
            device.fader(0)
            assert until(lambda: stage.board.inlet("midi:cc:1:7").value == 0)
    here, gone = "MIDI: APC mini:CTRL is here", "MIDI: APC mini:CTRL is gone"
    assert stage.told == [here, gone, here, gone, here]
    assert found < 2 or os.getloadavg()[0] > (os.cpu_count() or 1)


def test_a_named_port_is_waited_for_and_others_are_left_alone(plug: Callable[..., Device]) -> None:
    other = plug("APC mini")
    with playing(wanted=["KONTROL2"]) as stage:
        assert until(lambda: stage.told)
        device = plug("nanoKONTROL2")
        assert stage.here(device)
        other.fader(127)
        device.fader(127, control=8)
        assert until(lambda: stage.board.inlet("midi:cc:1:8").value == 1)
    assert not stage.board.inlet("midi:cc:1:7").puts
    assert stage.told == ["MIDI: no port is called 'KONTROL2' yet", "MIDI: nanoKONTROL2:CTRL is here"]


def test_midi_that_is_asked_for_and_cannot_be_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", f"none{os.getpid()}")
    if Path("/dev/snd/seq").exists():
        pytest.skip("there is MIDI here")
    with pytest.raises(ControlError, match="no MIDI here"):
        Stage(asked=True)
    with playing() as stage:  # found by itself: silent
        assert stage.midi.line == ""
    assert not stage.told


def test_a_program_is_a_preset_unless_a_route_uses_it(plug: Callable[..., Device]) -> None:
    device, pressed = plug("Pedal"), list[str]()
    with playing(route("midi:program:1:2", "snapshot")) as stage:
        assert stage.here(device)
        for program in (0, 9, 2, 10, 1):
            device.send("program_change", channel=0, program=program)

        def arrived() -> bool:
            stage.inbox.turn(lambda name, value: None, pressed.append, lambda name: None)
            return len(pressed) == 3

        assert until(arrived)
    assert pressed == ["preset.1", "preset.0", "preset.2"]
    assert stage.board.inlet("midi:program:1:2").strokes == 1


def test_faders_and_lamps_are_told_what_stands(plug: Callable[..., Device]) -> None:
    device = plug("APC mini")
    fader, lamp = route("midi:cc:1:48@APC", "saturation"), route("midi:note:1:0@apc", "freeze.toggle")
    with playing(fader, lamp) as stage:
        got: list[tuple[int, ...]] = []

        def shows(*messages: tuple[int, ...]) -> bool:
            return until(
                lambda: got.extend(tuple(m.bytes()) for m in device.got()) or set(messages) <= set(got)
            )

        low, high = fader.span
        standing = round(127 * (stage.store.hand["saturation"] - low) / (high - low))
        assert shows((0xB0, 48, standing), (0x90, 0, 0))
        stage.store.change(saturation=high, freeze=True)
        assert shows((0xB0, 48, 127), (0x90, 0, 127))
        device.unplug()
        assert until(lambda: not stage.midi.line)
        device = plug("APC mini")
        got.clear()
        assert shows((0xB0, 48, 127), (0x90, 0, 127)), "it is told anew"


def test_the_tempo_follows_the_clock_and_goes_out_again(plug: Callable[..., Device]) -> None:
    sequencer, slave = plug("Sequencer"), plug("Drums")
    with playing(clock_to=["drums"]) as stage:
        assert stage.here(sequencer)
        assert stage.here(slave)
        due, each = time.monotonic(), 60 / (150 * 24)

        def tick() -> bool:
            nonlocal due
            due = max(due, time.monotonic() - 0.5) + each  # a busy machine is no other tempo for long
            until(lambda: time.monotonic() >= due)
            sequencer.send("clock")
            stage.tempo.turn()
            return stage.tempo.bpm == pytest.approx(150, rel=0.02)

        sequencer.send("start")
        for _ in range(24 * 8):
            tick()
        assert until(tick)
        assert stage.board.inlet("midi:start").strokes == 1
        types: list[str] = []
        assert until(lambda: types.extend(m.type for m in slave.got()) or "start" in types)
        ticks = types.count("clock")
        assert ticks > 4 * 24
    assert until(lambda: types.extend(m.type for m in slave.got()) or "stop" in types), (
        "it ends with the show"
    )


def test_where_the_time_code_is_stands_in_the_line(plug: Callable[..., Device]) -> None:
    device = plug("Tape")
    with playing() as stage:
        assert stage.here(device)
        for number, value in enumerate((8, 0, 3, 0, 2, 0, 1, 0)):
            device.send("quarter_frame", frame_type=number, frame_value=value)
        assert until(lambda: stage.board.inlet("mtc:second").puts)
        assert stage.midi.line == "midi: Tape:CTRL; MTC 01:02:03:08"
