"""The real program with a controller that is plugged into a real JACK server, and pulled out."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.fakes import PATIENCE
from tests.live.test_end_to_end import Program, check_replay, middle, press, screenshot, start
from tests.midi.devices import Device, until

__all__ = ["press", "start"]  # fixtures

ROUTES = """
[[route]]
signal = "midi:cc:1:0@nanoKONTROL2"
to = "amount"
low = 0
high = 2
[[route]]
signal = "midi:cc:1:1@nanoKONTROL2"
to = "brightness"
low = 0
high = 1
takeover = false
[[route]]
signal = "midi:cc:1:41@nanoKONTROL2"
to = "freeze.toggle"
"""


def test_a_fader_moves_the_picture_and_a_replay_needs_none(
    start: Callable[..., Program],
    press: Callable[..., None],
    plug: Callable[..., Device],
    display: str,
    tmp_path: Path,
) -> None:
    (tmp_path / "my.toml").write_text(ROUTES)
    device = plug("nanoKONTROL2")
    program = start(
        *("--window", "320x200", "--size", "96x64", "--transform", "zoom", "--routes-file", "my.toml"),
        *("--record", "dream.mkv", "--codec", "ffv1", "--midi", "nanokontrol"),
    )
    program.wait_for_log("MIDI: nanoKONTROL2:CTRL is here")
    program.wait_for_log("first dreamed frame")
    lines: list[str] = []

    def wait_for_change(name: str, value: float) -> None:
        for line in program.score:
            lines.append(line)
            now = json.loads(line).get("change", {}).get(name)
            if now is not None and abs(now - value) < 0.01:
                return
        raise AssertionError(f"{name} never was {value}: {program.log}")

    device.fader(64, control=0)  # almost where the param is, so that it is taken up
    wait_for_change("amount", 2 * 64 / 127)
    device.fader(127, control=0)
    wait_for_change("amount", 2.0)
    device.unplug()
    program.wait_for_log("MIDI: nanoKONTROL2:CTRL is gone")
    program.wait_for_log("MIDI: no port is called 'nanokontrol' yet")
    device = plug("nanoKONTROL2")
    program.wait_for_log("MIDI: nanoKONTROL2:CTRL is here")
    lit: list[list[int]] = []
    assert until(lambda: lit.extend(each.bytes() for each in device.got()) or [0xB0, 0, 127] in lit), (
        "it shows 2"
    )
    assert middle(screenshot(display)).mean() > 10
    device.fader(0, control=0)
    wait_for_change("amount", 0.0)
    device.fader(0, control=1)
    assert until(lambda: middle(screenshot(display)).mean() < 5), "the light is out"
    device.fader(127, control=41)
    device.fader(0, control=41)
    assert until(lambda: lit.extend(each.bytes() for each in device.got()) or [0xB0, 41, 127] in lit), (
        "its lamp"
    )
    press("Escape")
    lines += program.score.readlines()
    code, out = program.end()
    assert code == 0, out

    check_replay(tmp_path, lines)


def test_a_fader_goes_from_one_dream_to_another_and_a_replay_needs_none(
    start: Callable[..., Program], plug: Callable[..., Device], tmp_path: Path
) -> None:
    route = (
        '[[route]]\nsignal = "midi:cc:1:2@nanoKONTROL2"\nto = "morph"\nlow = 0\nhigh = 1\ntakeover = false\n'
    )
    (tmp_path / "my.toml").write_text(route)
    device = plug("nanoKONTROL2")
    program = start(
        *("--headless", "--preset", "basic-zoom", "--preset-b", "column-rolling", "--size", "96x64"),
        *("--record", "dream.mkv", "--codec", "ffv1", "--midi", "nanokontrol", "--routes-file", "my.toml"),
    )
    program.wait_for_log("MIDI: nanoKONTROL2:CTRL is here")
    program.wait_for_log("first dreamed frame")
    lines: list[str] = []

    def chain_at(place: int) -> str:
        """Move the fader, and return the chain that comes with that."""
        device.fader(place, control=2)
        for line in program.score:
            lines.append(line)
            change = json.loads(line).get("change", {})
            if "transform" in change:
                return str(change["transform"])
        raise AssertionError(f"nothing moved: {program.log}")

    assert chain_at(127) == "column-roll"
    assert chain_at(64) == "zoom:0.496+column-roll:0.504"
    assert chain_at(0) == "zoom"
    program.process.send_signal(signal.SIGTERM)
    lines += program.score.readlines()
    code, out = program.end()
    assert code == 0, out
    check_replay(tmp_path, lines)


def test_ports_are_listed(plug: Callable[..., Device]) -> None:
    device = plug("APC mini")
    command = [sys.executable, "-m", "dreamstream", "ports"]
    listed = subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True, text=True)
    rows = [line.strip().split(maxsplit=1) for line in listed.stdout.splitlines()]
    assert rows[1:-1] == [["in", device.port], ["out", "APC mini lamps:LAMPS"]]
    assert not listed.stderr
