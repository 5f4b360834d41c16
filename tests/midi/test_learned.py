"""Learning over a real MIDI port: each kind of control is known by what it sends."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from dreamstream.controls import Route
from dreamstream.controls.learn import Learn
from tests.midi.devices import Device, until
from tests.midi.test_midi import ACTIONS, playing


def control(number: int, *values: int) -> list[dict[str, Any]]:
    return [{"kind": "control_change", "channel": 0, "control": number, "value": value} for value in values]


FINE = [
    each for value in (1000, 1500, 4000, 9000) for each in (control(3, value >> 7) + control(35, value & 127))
]
NOTE = [{"kind": "note_on", "channel": 9, "note": 36, "velocity": velocity} for velocity in (80, 0)]
BEND = [{"kind": "pitchwheel", "channel": 0, "pitch": pitch} for pitch in (2000, 8000, 1000, 0)]


@pytest.mark.parametrize(
    ("messages", "touched", "route"),
    [
        (control(7, 10, 20, 40, 60), "zoom.up", Route(signal="midi:cc:1:7", to="zoom")),
        (control(7, 10, 20, 40, 60), "blackout.toggle", Route(signal="midi:cc:1:7", to="blackout")),
        (control(32, 127, 0), "blackout.toggle", Route(signal="midi:cc:1:32", to="blackout.toggle")),
        (NOTE, "effect.mirror.hold", Route(signal="midi:note:10:36", to="effect.mirror.hold")),
        (control(16, 1, 1, 127, 127), "zoom.up", Route(signal="midi:cc:1:16:twos", to="zoom", mode="nudge")),
        (control(16, 65, 65, 63), "zoom.up", Route(signal="midi:cc:1:16:offset", to="zoom", mode="nudge")),
        (control(16, 1, 1, 65, 65), "layer.up", Route(signal="midi:cc:1:16:sign", to="layer", mode="nudge")),
        (FINE, "zoom.up", Route(signal="midi:cc14:1:3", to="zoom")),
        (
            [*control(99, 1), *control(98, 9), *control(6, 10, 40, 90)],
            "zoom.up",
            Route(signal="midi:nrpn:1:137", to="zoom"),
        ),
        (BEND, "zoom.up", Route(signal="midi:bend:1", to="zoom", mode="nudge")),
    ],
    ids=["fader", "switch", "button", "note", "twos", "offset", "sign", "14 bits", "nrpn", "bend"],
)
def test_a_control_is_known_by_what_it_sends(
    plug: Callable[..., Device], messages: list[dict[str, Any]], touched: str, route: Route
) -> None:
    device, found = plug("desk"), list[Route]()
    with playing() as stage:
        assert stage.here(device)
        learn = Learn(stage.board, ACTIONS, time.monotonic)
        learn.begin()
        learn.touch(touched)
        for message in messages:
            device.send(**message)
        assert until(lambda: len(stage.board.moves or ()) >= len(messages))
        assert until(lambda: found.extend(filter(None, [learn.turn()])) or found)
    assert found == [route]
