"""The other side of `benchmarks/storm.py`: a program that sends, until its standard input says so, and last
values then; it prints how many messages it has sent of each kind.

    python -m benchmarks.storm_sender OSC_PORT RATE
"""

import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module

from dreamstream.osc.packets import packet_of
from dreamstream.params import TABLE

FADERS = 16
"""Faders of MIDI, and of OSC."""

_KNOBS = [
    name
    for name, info in TABLE.items()
    if info.group in ("effect", "transform")
    and isinstance(info.default, float)
    and name not in ("zoom", "brightness", "contrast", "gamma", "colour")
]
BY_MIDI, BY_OSC, SET, LEFT = (_KNOBS[n : n + FADERS] for n in range(0, 4 * FADERS, FADERS))
"""Params to be moved by faders of MIDI, by those of OSC, set by OSC, and others.

A show with a plain zoom and no effects draws and dreams the same wherever they are.
"""

_CONTROL_CHANGE = 0xB0  # of channel 1
_TURN = 0.005  # seconds


def last_of(number: int) -> float:
    """Return where a fader, or what is set, is left, 0 to 1: as exactly as MIDI can say it."""
    return (7 * number + 20) % 128 / 127


def value_of(param: str, share: float) -> float:
    """Return a param's value at a share of its range."""
    info = TABLE[param]
    assert info.low is not None and info.high is not None
    return info.low + share * (info.high - info.low)


def main() -> None:
    port, rate = int(sys.argv[1]), int(sys.argv[2])
    rtmidi = import_module("rtmidi")
    out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "storm")
    out.open_virtual_port("FADERS")
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect(("127.0.0.1", port))

    def send(number: int, share: Callable[[int], float]) -> None:
        fader = number % FADERS
        out.send_message([_CONTROL_CHANGE, fader, round(127 * share(fader))])
        if number // FADERS % 2:
            udp.send(packet_of(f"/storm/{fader}", share(fader)))
        else:
            udp.send(packet_of(f"/dreamstream/param/{SET[fader]}", value_of(SET[fader], share(fader))))

    started, sent = time.monotonic(), 0
    while not select.select([sys.stdin], [], [], _TURN)[0]:
        while sent < rate * (time.monotonic() - started):
            around = sent // FADERS
            send(sent, lambda fader: (around * (fader + 1)) % 128 / 127)  # noqa: B023
            sent += 1
    for number in range(2 * FADERS):
        send(number, last_of)
    print(sent + 2 * FADERS, flush=True)
    threading.Event().wait()  # until it is ended: a port that goes is no part of this


if __name__ == "__main__":
    main()
