"""How late a MIDI message is on the board: from its sender, over JACK, to the show's inlets.

    python -m benchmarks.midi [--messages 2000] [--rate 100] [--period 64]

A JACK server without a sound card is started, with so many samples a period, which alone takes one or two of
them. The sender, in this process, sends a fader with each message's number.
"""

import argparse
import os
import time
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from benchmarks.jack import RATE, jack
from dreamstream.bench.machine import machine_lines
from dreamstream.controls import Board, Inbox
from dreamstream.controls.tempo import Tempo
from dreamstream.midi.midi import Midi, Show
from dreamstream.params import ParamStore

CONTROL_CHANGE = 0xB0
PORT = "late"


class Noting(Board):
    """Notes when each value came."""

    def __init__(self) -> None:
        super().__init__(time.monotonic)
        self.came: dict[int, float] = {}

    def put(self, name: str, value: float, pressed: bool | None = None, by_hand: bool = False) -> None:
        if name.startswith("midi:cc14:"):
            self.came[round(value * 16383)] = time.monotonic()
        super().put(name, value, pressed, by_hand)


def lateness(messages: int, rate: float) -> NDArray[np.float64]:
    """Return the seconds that each message took that came."""
    rtmidi = import_module("rtmidi")
    out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, PORT)
    out.open_virtual_port("FADER")
    board, store = Noting(), ParamStore()
    board.inlet("midi:cc14:1:7")
    show = Show(tuple, lambda: store.hand, {}, Tempo(time.monotonic, store))
    midi = Midi(board, Inbox(), lambda text, key="": None, time.monotonic, show, wanted=[PORT])

    def send(number: int) -> float:
        out.send_message([CONTROL_CHANGE, 7, number >> 7])
        now = time.monotonic()
        out.send_message([CONTROL_CHANGE, 39, number & 127])
        return now

    try:
        midi.turn()
        while not board.came:  # JACK joins them a moment later
            send(1)
            time.sleep(0.1)
        sent = {}
        for number in range(1000, 1000 + messages):
            sent[number] = send(number)
            time.sleep(1 / rate)
        time.sleep(1)
    finally:
        midi.close()
    return np.array([board.came[number] - when for number, when in sent.items() if number in board.came])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=100, help="messages a second")
    parser.add_argument("--period", type=int, default=64, help="samples, of which there are 48,000 a second")
    options = parser.parse_args()
    print(*machine_lines(), sep="\n")
    with jack("lateness", options.period):
        late = 1e3 * lateness(options.messages, options.rate)
        print(
            f"{len(late)} of {options.messages} came; late by {np.median(late):.2f} ms in the median, "
            f"p99 {np.quantile(late, 0.99):.2f}, most {late.max():.1f}"
        )
        print("JACK's own part: one to two periods", f"of {1e3 * options.period / RATE:.2f} ms")
    os._exit(0)  # JACK's library now and then crashes where a client is closed


if __name__ == "__main__":
    main()
