"""Ports: a real JACK server's, or none at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from mido import Message

from dreamstream.errors import ControlError
from dreamstream.midi.ports import Bytes, Input, Ports, partner
from tests.midi.devices import Device, until


def join(device: Device, *inputs: Input) -> None:
    """Wait until inputs that were just opened hear a device: JACK joins them a moment later."""
    for each in inputs:
        assert until(lambda each=each: device.fader(0, control=126) or each.read())
    device.fader(0, control=127)
    for each in inputs:
        assert until(lambda each=each: [0xB0, 127, 0] in each.read())


def test_where_there_is_no_midi_a_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if Path("/dev/snd/seq").exists():
        pytest.skip("there is MIDI here")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", f"none{os.getpid()}")
    with pytest.raises(ControlError, match="no MIDI here: no /dev/snd/seq, and no JACK server"):
        Ports()
    assert capfd.readouterr() == ("", ""), "nor does a library complain"


def test_ports_are_listed_and_our_own_are_not(plug: Callable[..., Device]) -> None:
    device = plug("APC mini")
    ports = Ports()
    heard, fed = ports.open_input(device.port), ports.open_output("APC mini lamps:LAMPS")
    assert list(filter(None, ports.inputs())) == [device.port]
    assert list(filter(None, ports.outputs())) == ["APC mini lamps:LAMPS"]
    join(device, heard)
    device.fader(64)
    messages: list[Bytes] = []
    assert until(lambda: messages.extend(heard.read()) or messages)
    assert messages == [[0xB0, 7, 64]]
    lamp = Message("note_on", note=5, velocity=127)
    assert until(lambda: fed.send(lamp.bytes()) or lamp in device.got())
    device.unplug()
    assert until(lambda: not any(ports.inputs()))
    fed.send(lamp.bytes())
    with pytest.raises(ControlError, match="cannot be opened"):
        ports.open_input(device.port)
    for each in (heard, fed, ports):
        each.close()


def test_nothing_is_lost_while_python_is_busy(plug: Callable[..., Device]) -> None:
    device = plug("Storm")
    ports = Ports()
    heard, witness = ports.open_input(device.port), ports.open_input(device.port)
    seen: list[Bytes] = []
    join(device, heard, witness)
    for number in range(3000):
        device.fader(number % 128, number // 128)
        if number % 50 == 49:  # JACK has room for so many in a period
            assert until(lambda sent=number + 1: seen.extend(witness.read()) or len(seen) == sent)
    messages = heard.read()  # for the first time
    assert messages == [[0xB0, n // 128, n % 128] for n in range(3000)]


@pytest.mark.parametrize(
    ("name", "outputs", "found"),
    [
        ("nanoKONTROL2:nanoKONTROL2 CTRL 20:0", ["nanoKONTROL2:nanoKONTROL2 CTRL 20:0"], 0),
        ("nanoKONTROL2 SLIDER/KNOB", ["Launch Control XL", "nanoKONTROL2 CTRL"], 1),
        ("APC MINI 0", ["Microsoft GS Wavetable Synth 0", "APC MINI 1"], 1),
        ("system:midi_capture_2", ["system:midi_playback_1", "system:midi_playback_2"], 1),
        ("Launch Control XL", ["Launch Control", "Launch Control XL"], 1),
    ],
)
def test_the_output_of_a_device_is_found_by_its_name(name: str, outputs: list[str], found: int) -> None:
    assert partner(name, outputs) == outputs[found]


def test_a_device_without_an_output_has_none() -> None:
    assert partner("Keystation 61", ["", "APC MINI"]) == ""
    assert partner("Keystation 61", []) == ""
