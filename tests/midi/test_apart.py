"""Ports in a process of their own: what happens there does not happen here."""

import os
import signal
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from dreamstream.errors import ControlError
from dreamstream.live.controls import Wanted, open_controls
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.midi import apart, midi
from dreamstream.midi.apart import port_names
from dreamstream.stage import Settings, Stage
from tests.midi.devices import Device, until
from tests.midi.test_midi import playing
from tests.shows import AllMessages

AGAIN = "; it is begun again"


def programs() -> list[int]:
    """The processes that have the ports open for this one."""
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if _is_ours(path)]


def _is_ours(path: Path) -> bool:
    try:
        parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
        return parent == os.getpid() and b"dreamstream.midi.program" in path.read_bytes()
    except OSError:  # it has ended meanwhile
        return False


def left() -> tuple[int, list[str]]:
    """How many descriptors are open, and which programs were not waited for."""
    children = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
    return len(list(Path("/proc/self/fd").iterdir())), sorted(pid for pids in children for pid in pids)


def test_a_show_goes_on_while_a_midi_server_stands_still(
    lone_jack: "subprocess.Popen[bytes]", tiny: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left()
    monkeypatch.setattr(midi, "_PATIENCE", 0.3)
    lone_jack.send_signal(signal.SIGSTOP)
    told = AllMessages()
    show = Show(Stage(tiny), ShowSettings(), told)
    hands = Hands(show, controls=partial(open_controls, wanted=Wanted(midi=())))
    show.start()

    def frame() -> int:
        hands.turn()
        return next((frame.index for frame in show.ring.latest()), 0)

    try:
        assert until(frame)
        hung = "MIDI: nothing has come from the system's ports for 0.3 s" + AGAIN
        assert until(lambda: frame() and hung in told.texts)
        then = frame()
        assert until(lambda: frame() > then + 5)
        assert len(programs()) <= 1
    finally:
        hands.close()
        result = show.end()
    assert result.error is None
    assert left() == before


def test_what_stands_still_is_heard_once_it_goes_on(lone_jack: "subprocess.Popen[bytes]") -> None:
    device = Device("APC mini")
    lone_jack.send_signal(signal.SIGSTOP)
    with playing() as stage:
        assert until(programs)
        lone_jack.send_signal(signal.SIGCONT)
        assert stage.here(device)
        device.unplug()
        assert until(lambda: not stage.midi.line)
    assert stage.told[:1] == ["MIDI: APC mini:CTRL is here"]


def test_a_process_that_dies_is_begun_again_after_pauses_that_grow(plug: Callable[..., Device]) -> None:
    device = plug("APC mini")
    with playing(clock_to=["lamps"]) as stage:
        assert stage.here(device)
        before = left()
        assert until(
            lambda: (
                device.send("note_on", note=36, velocity=100) or stage.board.inlet("midi:note:1:36").pressed
            )
        )
        [first] = programs()
        os.kill(first, signal.SIGKILL)
        assert until(lambda: not stage.board.inlet("midi:note:1:36").pressed), "nobody holds it"
        assert stage.here(device)
        assert programs() not in ([], [first])
        assert stage.told[-2:] == [f"MIDI: its process has ended (-9){AGAIN}", "MIDI: APC mini:CTRL is here"]
        assert left()[0] == before[0]
    assert not programs()


def test_ports_that_nobody_lists_are_one_line(
    lone_jack: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_PATIENCE", 0.3)
    before = left()
    lone_jack.send_signal(signal.SIGSTOP)
    with pytest.raises(ControlError, match="a JACK server may stand still"):
        port_names()
    assert left() == before
