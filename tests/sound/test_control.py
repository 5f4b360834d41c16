"""What is played is heard on the board: by the system's output, an input, a file; again after a failure."""

import contextlib
import itertools
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamstream.controls.tempo import Tempo
from dreamstream.params import ParamStore
from dreamstream.record import Tape
from dreamstream.sound.control import Sound
from dreamstream.sound.devices import Device
from tests.fakes import Told
from tests.sound.servers import RATE, Server, Watched, clicks, sound_server, write_sound


@pytest.fixture
def server() -> Iterator[Server]:
    with sound_server() as server:
        yield server


@contextlib.contextmanager
def playing(path: Path) -> Iterator[None]:
    """Have a file played over and over."""
    player = subprocess.Popen(["sh", "-c", f"while paplay {path}; do :; done"], start_new_session=True)
    try:
        yield
    finally:
        os.killpg(player.pid, signal.SIGKILL)
        player.wait()


@contextlib.contextmanager
def listening(device: Device, board: Watched, told: Told, **more: Any) -> Iterator[Sound]:
    sound = Sound(device, board, told, Tempo(time.monotonic, ParamStore()), **more)
    try:
        yield sound
    finally:
        sound.close()


def noise(path: Path, seconds: float = 0.7) -> Path:
    samples = np.random.default_rng(5).uniform(-0.5, 0.5, round(seconds * RATE)).astype(np.float32)
    return write_sound(path / "noise.wav", samples)


def level(board: Watched) -> float:
    inlet = board.snapshot().get("sound:level")
    return inlet.value if inlet else 0.0


@pytest.mark.parametrize("kind", ["loopback", "input"])
def test_what_is_played_is_heard(server: Server, tmp_path: Path, kind: str) -> None:
    board, told = Watched(), Told()
    with listening(Device(kind), board, told) as sound:
        board.wait_for(lambda: "sound:level" in board.snapshot())
        with playing(noise(tmp_path)):
            board.wait_for(lambda: level(board) > 0.3)
        board.wait_for(lambda: level(board) < 0.1)
        name = "Monitor of Club" if kind == "loopback" else "default"
        assert sound.line.startswith(f"sound: {name}, ")
        assert 0.005 < sound.latency < 0.1
    assert told == []


def test_a_server_that_ends_is_told_once_and_found_again(server: Server, tmp_path: Path) -> None:
    board, told = Watched(), Told()
    path = noise(tmp_path)
    with listening(Device("loopback"), board, told) as sound:
        with playing(path):
            board.wait_for(lambda: level(board) > 0.3)
            server.kill()
            board.wait_for(lambda: level(board) == 0)
        board.wait_for(lambda: told)
        assert sound.line == "sound: what the system plays, gone"
        puts = board.snapshot()["sound:level"].puts
        board.wait_for(lambda: board.snapshot()["sound:level"].puts >= puts + 2)  # tried, and in vain
        server.start()
        with playing(path):
            board.wait_for(lambda: level(board) > 0.3)
        assert "Monitor of Club" in sound.line
    assert len(told) == 1
    assert "is looked for again" in told[0]


def test_what_is_played_is_followed_to_another_output(server: Server) -> None:
    board = Watched()
    with listening(Device("loopback"), board, Told()) as sound:
        board.wait_for(lambda: "Monitor of Club" in sound.line and "sound:level" in board.snapshot())
        server.add_output("Phones")
        board.wait_for(lambda: "Monitor of Phones" in sound.line)


def test_a_server_that_hangs_holds_up_nothing_and_is_heard_again(server: Server) -> None:
    board, told = Watched(), Told()
    with listening(Device("loopback"), board, told) as sound:
        board.wait_for(lambda: "Monitor of Club" in sound.line and "sound:level" in board.snapshot())
        server.hold()
        board.wait_for(lambda: told)
        server.go_on()
        board.wait_for(lambda: "Monitor of Club" in sound.line)
        server.hold()
    assert len(told) == 1
    assert "it gives no sound" in told[0]


@pytest.mark.parametrize("aloud", [True, False])
def test_a_file_is_heard_from_when_the_show_begins_to_its_end(tmp_path: Path, aloud: bool) -> None:
    board, told, ready = Watched(), Told(), []
    path = write_sound(tmp_path / "x.flac", clicks(1.5, 0.5, 1.0))
    with contextlib.ExitStack() as stack:
        if aloud:
            stack.enter_context(sound_server())
        device = Device("file", str(path))
        sound = stack.enter_context(listening(device, board, told, begun=lambda: bool(ready)))
        assert sound.line.startswith("sound: x.flac")
        assert not board.snapshot()
        ready.append(True)
        hops = -(-1.5 * RATE // 512) + 1  # and at rest
        board.wait_for(lambda: {inlet.puts for inlet in board.snapshot().values()} == {hops})
        assert sound.line == "sound: x.flac, ended"
    assert board.snapshot()["sound:onset"].strokes == 2
    assert told == []


def test_it_ends_at_once_however_long_the_track(tmp_path: Path) -> None:
    board = Watched()
    path = write_sound(tmp_path / "x.flac", clicks(60.0))
    with listening(Device("file", str(path)), board, Told()) as sound:
        board.wait_for(lambda: "sound:level" in board.snapshot())
    assert sound.line.startswith("sound: x.flac, ")


def test_what_is_heard_is_on_the_tape_for_recordings(tmp_path: Path) -> None:
    """A file, heard in a process of its own: two clicks, as far apart as they are."""
    board, tape, begun = Watched(), Tape(), time.monotonic()
    samples = np.zeros(2 * RATE, np.float32)
    for start in (0.5, 1.25):
        samples[round(start * RATE) :][:500] = 0.8
    path = write_sound(tmp_path / "x.wav", np.stack([samples, np.zeros_like(samples)], 1))
    with listening(Device("file", str(path)), board, Told(), tape=tape) as sound:
        board.wait_for(lambda: sound.line.endswith("ended"))
    blocks = itertools.islice(tape.since(begun), round((time.monotonic() - begun) * 100))
    left, right = np.concatenate(list(blocks)).T
    assert not right.any(), "each side by itself"
    loud = np.flatnonzero(left > 0.3)
    assert len(loud)
    assert (loud[-1] - loud[0]) / RATE == pytest.approx(0.75, abs=0.1)
