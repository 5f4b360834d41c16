"""The program that listens: to one device, or to a file as it plays, for as long as somebody reads.

    python -m dreamstream.sound.capture list                       -> the devices, as JSON
    python -m dreamstream.sound.capture input|loopback|file NAME
        -> a line of JSON (name, rate, latency in s); after a line on stdin, from what second on a file is to
           play, stereo samples as float32; what went wrong on stderr

It is a process of its own. When a device is pulled out or a sound server ends, libraries hang, crash, or
never see one again: a process is ended and started anew. And no thread of the show makes it late.
"""

import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import numpy as np

from dreamstream.errors import SoundError
from dreamstream.every import Every
from dreamstream.program import begin_program
from dreamstream.sound.analysis import RATE, Floats
from dreamstream.sound.listed import Record, inputs, listed, loopbacks, number_of, soundcard, sounddevice
from dreamstream.sound.track import Track

_BLOCK = 256  # samples that are asked for at a time: 5 ms
_OPENING, _PATIENCE = (
    5.0,
    2.0,
)  # seconds until it is open, or begins to be heard, and from then on: else it is gone
_FOLLOWED = 1.0  # seconds from one look at which output is the default to the next
_LOOK = 0.25  # seconds from one look at that to the next

Opened = tuple[Record, Callable[[float], Iterator[Floats]]]
"""What is listened to, and what gives its samples, a file's from a second on."""


def _input(name: str) -> Opened:
    library, devices = sounddevice(), inputs()
    number = number_of(name, devices, "input")
    device = library.query_devices(number)
    settings = {"device": number, "channels": min(device["max_input_channels"], 2), "dtype": "float32"}
    rate = RATE
    try:
        library.check_input_settings(**settings, samplerate=rate)
    except library.PortAudioError:
        rate = round(device["default_samplerate"])
    stream = library.InputStream(**settings, samplerate=rate, blocksize=_BLOCK, latency="low")

    def heard(begin: float) -> Iterator[Floats]:
        with stream:
            while True:
                yield both(stream.read(_BLOCK)[0])

    return {"name": device["name"], "rate": rate, "latency": stream.latency}, heard


def _loopback(name: str) -> Opened:
    library, devices = soundcard(), loopbacks()
    number = number_of(name, devices, "loopback")
    microphone, speaker = library.get_microphone(number, include_loopback=True), library.default_speaker().id
    look = Every(_FOLLOWED)

    def heard(begin: float) -> Iterator[Floats]:
        with microphone.recorder(RATE, channels=min(microphone.channels, 2), blocksize=_BLOCK) as recorder:
            while name or not look.due(time.monotonic()) or library.default_speaker().id == speaker:
                yield both(recorder.record(None))
        raise SoundError("another output is the default now")

    return {"name": microphone.name, "rate": RATE, "latency": _BLOCK / RATE}, heard


def _file(path: str) -> Opened:
    """Open a file that plays aloud where there is an output, else by the clock."""
    track = Track(Path(path))
    play, how = _player()

    def heard(begin: float) -> Iterator[Floats]:
        for block in track.blocks(_BLOCK, begin):
            play(block)
            yield block  # ahead of the speaker, about as much as the picture is behind

    return {"name": f"{track.path.name}{how}", "rate": RATE, "latency": 0.0}, heard


def both(samples: Floats) -> Floats:
    """Return the sides (n × 2) of samples of one channel or more (n × channels); the first two are those."""
    return np.broadcast_to(np.asarray(samples, np.float32)[:, :2], (len(samples), 2))


OPENERS: dict[str, Callable[[str], Opened]] = {"input": _input, "loopback": _loopback, "file": _file}
"""By the kind of what is listened to."""


def _player() -> tuple[Callable[[Floats], object], str]:
    """Return what plays a block, and comes back when there is time for the next; and a word on it."""
    with suppress(Exception):  # then nobody can hear it, but it can still be seen
        library = sounddevice()
        stream = library.OutputStream(RATE, _BLOCK, channels=2, dtype="float32", latency="low")

        def sound(block: Floats) -> None:
            if not stream.active:
                stream.start()
            stream.write(block)

        return sound, ""
    due = 0.0

    def wait(block: Floats) -> None:
        nonlocal due
        due = (due or time.monotonic()) + len(block) / RATE
        time.sleep(max(0.0, due - time.monotonic()))

    return wait, " (no output plays it)"


class _Watch:
    """Ends the process when a call does not come back in time: those of drivers may never do."""

    def __init__(self, complain: Callable[[str], NoReturn]) -> None:
        self._complain, self.until = complain, math.inf
        threading.Thread(target=self._watch, daemon=True).start()

    def within(self, seconds: float) -> None:
        """Give what comes next so much time."""
        self.until = time.monotonic() + seconds

    def rest(self) -> None:
        """Give all that comes next any time."""
        self.until = math.inf

    def _watch(self) -> None:
        while time.monotonic() < self.until:
            time.sleep(_LOOK)
        self._complain("it gives no sound")


def main(arguments: list[str]) -> None:
    """Listen until nobody reads any more; what is wrong is a line on stderr, and exit code 1."""
    say, complain = begin_program()
    kind, *rest = arguments
    if kind == "list":
        say(listed().encode())
        return
    try:
        _listen(kind, rest[0], _Watch(complain), say)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        complain(str(error) or type(error).__name__)


def _listen(kind: str, name: str, watch: _Watch, say: Callable[[bytes], None]) -> None:
    watch.within(_OPENING)
    heading, heard = OPENERS[kind](name)
    watch.rest()
    say(json.dumps(heading).encode() + b"\n")
    samples, patience = heard(float(sys.stdin.readline())), _OPENING
    while True:
        watch.within(patience)
        block = next(samples, None)
        watch.rest()
        if block is None:
            return
        patience = _PATIENCE
        say(block.tobytes())


if __name__ == "__main__":
    main(sys.argv[1:])
