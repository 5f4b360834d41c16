"""From a sound to its signals: clicks through a sound server's null sink, heard by loopback and by an input.

    python -m benchmarks.hearing [CLICKS]

A player of its own writes silence without a break, and a click now and then, of which it says when it gave it
to the server; the time until `sound:onset` is down includes the player's and the server's own buffers.
"""

import statistics
import subprocess
import sys
import threading
import time

from dreamstream.controls import Board
from dreamstream.controls.tempo import Tempo
from dreamstream.params import ParamStore
from dreamstream.sound.control import Sound
from dreamstream.sound.devices import Device
from dreamstream.tell import tell_nobody
from tests.sound.servers import sound_server

_PATIENCE = 60.0
_MISSED = 0.3  # seconds after which an onset is another click's
_PLAYER = """
import sys, time
import numpy as np, soundcard
silence = np.zeros(128, np.float32)
click = np.random.default_rng(1).uniform(-0.8, 0.8, 128).astype(np.float32)
with soundcard.default_speaker().player(48000, channels=1, blocksize=128) as player:
    for number in range(int(sys.argv[1])):
        for _ in range(300 + 7 * number % 11):
            player.play(silence)
        print(time.monotonic(), flush=True)
        for _ in range(4):
            player.play(click)
    for _ in range(200):
        player.play(silence)
"""


class _Ears(Board):
    """Notes when onsets come."""

    def __init__(self) -> None:
        super().__init__()
        self.onsets: list[float] = []
        self.heard = threading.Event()

    def put(self, name: str, value: float, pressed: bool | None = None, by_hand: bool = False) -> None:
        before = self.inlet("sound:onset").strokes
        super().put(name, value, pressed, by_hand)
        if name == "sound:level":
            self.heard.set()
        if self.inlet("sound:onset").strokes > before:
            self.onsets.append(time.monotonic())


def measure(kind: str, clicks: int) -> tuple[list[float], float]:
    """Return the seconds from each click to its onset, and what the show says it takes."""
    board = _Ears()
    sound = Sound(Device(kind), board, tell_nobody, Tempo(time.monotonic, ParamStore()))
    assert board.heard.wait(_PATIENCE), "nothing is heard"
    command = [sys.executable, "-c", _PLAYER, str(clicks)]
    played = [
        float(line) for line in subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.split()
    ]
    said = sound.latency
    sound.close()
    waits = [min((onset - click for onset in board.onsets if onset > click), default=9.0) for click in played]
    return waits, said


def main() -> None:
    """Measure both ways, and print."""
    clicks = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with sound_server():
        for kind in ("loopback", "input"):
            waits, said = measure(kind, clicks)
            heard = sorted(1000 * wait for wait in waits if wait < _MISSED)
            print(
                f"{kind}: median {statistics.median(heard):.1f} ms, 95 % within "
                f"{heard[int(0.95 * len(heard))]:.1f} ms, most {heard[-1]:.1f} ms; "
                f"{len(waits) - len(heard)} of {clicks} missed; the show says {1000 * said:.0f} ms"
            )


if __name__ == "__main__":
    main()
