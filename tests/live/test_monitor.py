"""The monitor of signals: what comes is seen, the newest first, with what it moves."""

import io
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from rich.console import Console

from dreamstream.controls import Control, Inbox, Route
from dreamstream.controls.control import Controls
from dreamstream.live.monitor import AllBoard, Monitor
from dreamstream.osc.packets import packet_of
from tests import pads
from tests.fakes import PATIENCE, FakeClock

FADER, NOTE, ENCODER = "midi:cc:1:7", "midi:note:10:36", "midi:cc:1:16:twos"


class Desk(Control):
    """A control that is there, and hears."""

    line = "midi: a desk"

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.turns = 0

    def hear(self, event: object) -> None:
        self.heard.append(event)

    def turn(self) -> None:
        self.turns += 1


def monitor(*controls: Control, terminal: bool = True) -> tuple[Monitor, AllBoard, io.StringIO, FakeClock]:
    out, clock = io.StringIO(), FakeClock()
    console = Console(file=out, force_terminal=terminal, width=100, height=12, highlight=False, markup=False)
    board = AllBoard(clock)
    routes = [Route(signal=FADER, to="zoom"), Route(signal=FADER, to="amount")]
    asked = Controls(controls, lambda text, key="": console.print(text), clock)
    return Monitor(board, Inbox(), asked, console, routes, lambda: ["event"], clock), board, out, clock


def lines(shown: Monitor, out: io.StringIO) -> list[str]:
    out.seek(0)
    out.truncate()
    shown._console.print(shown.table())
    return [re.sub(r"\x1b\[[\d;]*m", "", line).strip() for line in out.getvalue().splitlines()]


def test_all_that_comes_is_shown_the_newest_first() -> None:
    shown, board, out, clock = monitor(Desk())
    board.put(FADER, 0.5, by_hand=True)
    clock.advance(3)
    board.put(NOTE, 0.75, True, by_hand=True)
    board.turn(ENCODER, -3)
    head, hint, titles, *rows = lines(shown, out)
    assert head.endswith("midi: a desk")
    assert "Ctrl-C ends" in hint
    assert "signal" in titles
    assert [row.split()[0] for row in rows] == [ENCODER, NOTE, FADER]
    assert "-3 steps" in rows[0]
    assert "0.750 pressed" in rows[1]
    assert "█████░░░░░" in rows[2]
    assert "3 s" in rows[2]
    assert "zoom, amount" in rows[2]


def test_what_moves_by_itself_stands_below_the_broad_before_the_narrow() -> None:
    shown, board, out, clock = monitor(Desk())
    board.put(FADER, 0.5, by_hand=True)
    clock.advance(3)
    for name in ("sound:band:10", "sound:band:9", "sound:low", "sound:onset:1", "sound:beat"):
        board.put(name, 0.5)
    rows = [row.split()[0] for row in lines(shown, out)[3:]]
    assert rows[:4] == [FADER, "sound:beat", "sound:low", "sound:band:9"]


def test_it_keeps_to_the_terminal_s_height() -> None:
    shown, board, out, clock = monitor(Desk())
    for number in range(128):
        clock.advance(0.1)
        board.put(f"osc:/{number}", 0.5, by_hand=True)
    rows = lines(shown, out)
    assert len(rows) <= 12
    assert "osc:/127" in rows[3]
    assert "more" in rows[-1]


def test_controls_are_turned_and_hear_and_what_is_missing_is_said() -> None:
    desk = Desk()
    shown, _, out, _ = monitor(desk)
    shown.turn()
    assert (desk.turns, desk.heard) == (1, ["event"])
    shown, _, out, _ = monitor()
    assert "plug one in" in "".join(lines(shown, out))


def test_a_control_that_fails_is_a_line_and_the_others_are_heard() -> None:
    class Broken(Control):
        name = "broken"

        def turn(self) -> None:
            raise ValueError("no driver")

    desk = Desk()
    shown, _, out, _ = monitor(Broken(), desk, terminal=False)
    for _ in range(3):
        shown.turn()
    assert desk.turns == 3
    assert out.getvalue() == "broken failed, and goes on: no driver\n"


def test_without_a_terminal_a_line_is_printed_for_each_news() -> None:
    shown, board, out, _ = monitor(terminal=False)
    board.put(FADER, 0.2, by_hand=True)
    board.put("sound:low", 0.9)
    shown.print_news()
    board.put("sound:low", 0.91)
    shown.print_news()
    board.put(FADER, 0.4, by_hand=True)
    shown.print_news()
    assert out.getvalue().splitlines() == [
        f"██░░░░░░░░ {FADER} 0.200  moves zoom, amount",
        "█████████░ sound:low 0.900",
        f"████░░░░░░ {FADER} 0.400  moves zoom, amount",
    ]


def test_what_is_set_by_its_name_is_said() -> None:
    shown, _, out, _ = monitor(terminal=False)
    shown._inbox.set("zoom", 0.1)
    shown._inbox.press("panic")
    shown.turn()
    assert out.getvalue().splitlines() == ["sets zoom to 0.1", "presses panic"]
    shown, _, out, _ = monitor(Desk())
    shown._inbox.set("zoom", 0.1)
    shown.turn()
    assert "sets zoom to 0.1" in lines(shown, out)[1]


def test_nothing_is_left_out_that_nobody_has_a_route_for() -> None:
    assert AllBoard().wants("sound:band:7")


def test_the_command_shows_it_until_ctrl_c(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "TERM": "xterm"}
    command = [sys.executable, "-m", "dreamstream", "signals"]
    program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdout is not None
    while b"Ctrl-C ends" not in (line := program.stdout.readline()):
        assert line, "it ended"
    program.send_signal(signal.SIGINT)
    _, wrong = program.communicate()
    assert (program.returncode, wrong) == (0, b"")
    ours, its = pty.openpty()
    program = subprocess.Popen(command, env=environment, stdout=its, stderr=subprocess.PIPE)
    os.close(its)
    text = b""
    while b"Ctrl-C ends" not in text:
        text += os.read(ours, 4096)
    program.send_signal(signal.SIGINT)
    _, wrong = program.communicate()
    os.close(ours)
    assert (program.returncode, wrong) == (0, b"")


def test_pads_and_other_programs_are_heard_without_a_window(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "DISPLAY": "", "PYTHONUNBUFFERED": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [sys.executable, pads.__file__, "signals", "--osc", "0"]
    program = subprocess.Popen(command, env=environment, text=True, **pipes)
    watchdog = threading.Timer(PATIENCE, program.kill)
    watchdog.start()

    def wait_for(words: str) -> str:
        for line in program.stdout:
            if words in line:
                return line
        raise AssertionError(f"'{words}' was not printed: {program.stderr.read()}")

    port = int(wait_for("osc: 127.0.0.1:").rpartition(":")[2])

    def say(*lines: str) -> None:
        program.stdin.writelines(f"{line}\n" for line in lines)
        program.stdin.flush()

    say("plug")
    wait_for("gamepad 1: Virtual Controller")
    say("button 0 1")
    assert "moves transform.next" in wait_for("pad:button:a 1.000 pressed")
    say("axis 1 -1")
    assert "moves amount" in wait_for("pad:axis:left_y 1.000 pressed")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as player:
        player.connect(("127.0.0.1", port))
        player.send(packet_of("/1/fader3", 0.25))
        wait_for("osc:/1/fader3 0.250")
        player.send(packet_of("/dreamstream/param/zoom", 0.1))
        wait_for("sets zoom to 0.1")
    program.send_signal(signal.SIGINT)
    _, wrong = program.communicate()
    watchdog.cancel()
    assert (program.returncode, wrong) == (0, "")
