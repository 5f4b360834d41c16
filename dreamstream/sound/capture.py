"""The program that listens: to one device, or to a file as it plays, for as long as somebody reads.

    python -m dreamstream.sound.capture list                       -> the devices, as JSON
    python -m dreamstream.sound.capture input|loopback|file NAME
        -> a line of JSON (name, rate, latency in s), then mono samples as float32; what went wrong on stderr

A file waits for a line on stdin, which says from what second on it is to play.

It is a process of its own. When a device is pulled out or a sound server ends, libraries hang, crash, or
never see one again: a process is ended and started anew. And no thread of the show makes it late.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from dreamstream.errors import SoundError
from dreamstream.sound.analysis import RATE, Floats
from dreamstream.sound.track import Track, mono

_BLOCK = 256  # samples that are asked for at a time: 5 ms
_PATIENCE = 5.0  # seconds without a sample after which a device is gone
_EXTRA = "the extra is missing: pip install 'dreamstream[sound]'"

Heading = dict[str, Any]
Blocks = Iterator[Heading | Floats]
"""First what is listened to, then what is heard."""


def sounddevice() -> Any:
    """Return the library for inputs and outputs; SoundError says what is missing."""
    try:
        import sounddevice
    except ImportError:
        raise SoundError(f"inputs: {_EXTRA}") from None
    except OSError:
        raise SoundError("inputs: PortAudio is missing (Debian: apt install libportaudio2)") from None
    return sounddevice


def soundcard() -> Any:
    """Return the library for what the system plays; SoundError says what is missing."""
    if sys.platform == "darwin":
        raise SoundError("loopback: macOS has none of its own; BlackHole is an input that gives it")
    try:
        import soundcard
    except ImportError:
        raise SoundError(f"loopback: {_EXTRA}") from None
    except (AssertionError, OSError):
        raise SoundError(
            "loopback: no sound server answers (PulseAudio, or PipeWire with pipewire-pulse)"
        ) from None
    return soundcard


def _inputs() -> list[Heading]:
    library = sounddevice()
    apis = [api["name"] for api in library.query_hostapis()]
    best = "Windows WASAPI"  # of the interfaces for each of which Windows lists a device, that of least delay
    found, default = [], library.default.device[0]
    for number, device in enumerate(library.query_devices()):
        shown = best not in apis or apis[device["hostapi"]] == best
        if device["max_input_channels"] and shown:
            name, is_default = " ".join(device["name"].split()), number == default
            found.append({"kind": "input", "name": name, "default": is_default, "number": number})
    return found


def _loopbacks() -> list[Heading]:
    library = soundcard()
    speaker = library.default_speaker()
    return [
        {
            "kind": "loopback",
            "name": microphone.name,
            "default": microphone.id in (speaker.id, f"{speaker.id}.monitor"),
            "number": microphone.id,
        }
        for microphone in library.all_microphones(include_loopback=True)
        if microphone.isloopback
    ]


def _listed() -> str:
    """Return all devices, and what is missing, as JSON."""
    devices: list[Heading] = []
    missing: list[str] = []
    for find, none in ((_inputs, "inputs: no device has one"), (_loopbacks, "loopback: nothing plays sound")):
        try:
            found = find()
            devices += found
            missing += [] if found else [none]
        except SoundError as error:
            missing.append(str(error))
        except Exception as error:
            missing.append(f"{none.partition(':')[0]}: {error}")
    return json.dumps({"devices": devices, "missing": missing})


def _number_of(name: str, devices: list[Heading], kind: str) -> Any:
    """Return what the library calls a device; the default one's if it has no name."""
    for device in devices:
        if device["name"] == name or (not name and device["default"]):
            return device["number"]
    if devices and not name:
        return devices[0]["number"]
    raise SoundError(f"no {kind} is there" if not name else f"{name} is not there")


def _heard_from_input(name: str) -> Blocks:
    library, devices = sounddevice(), _inputs()
    number = _number_of(name, devices, "input")
    device = library.query_devices(number)
    settings = {"device": number, "channels": min(device["max_input_channels"], 2), "dtype": "float32"}
    rate = RATE
    try:
        library.check_input_settings(**settings, samplerate=rate)
    except library.PortAudioError:
        rate = round(device["default_samplerate"])
    with library.InputStream(**settings, samplerate=rate, blocksize=_BLOCK, latency="low") as stream:
        yield {"name": device["name"], "rate": rate, "latency": stream.latency}
        while True:
            yield stream.read(_BLOCK)[0].mean(1, dtype=np.float32)


def _heard_from_loopback(name: str) -> Blocks:
    library, devices = soundcard(), _loopbacks()
    number = _number_of(name, devices, "loopback")
    microphone = library.get_microphone(number, include_loopback=True)
    with microphone.recorder(RATE, channels=min(microphone.channels, 2), blocksize=_BLOCK) as recorder:
        yield {"name": microphone.name, "rate": RATE, "latency": _BLOCK / RATE}
        while True:
            yield recorder.record(None).mean(1, dtype=np.float32)


def _heard_from_file(path: str) -> Blocks:
    """Give a file's sound as it plays: aloud where there is an output, else by the clock."""
    track = Track(Path(path))
    play, how = _player()
    yield {"name": f"{Path(path).name}{how}", "rate": RATE, "latency": 0.0}
    for block in track.blocks(
        _BLOCK, float(sys.stdin.readline())
    ):  # what is on its way to the speaker is heard ahead: as late as the picture is, about
        play(block)
        yield mono(block)


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
    """Ends the process when no sample comes for long: a call into a library may never return."""

    def __init__(self, complain: Callable[[str], NoReturn]) -> None:
        self._complain, self.last = complain, time.monotonic()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while (left := self.last + _PATIENCE - time.monotonic()) > 0:
            time.sleep(left)
        self._complain(f"no sound for {_PATIENCE:g} s")


def main(arguments: list[str]) -> None:
    """Listen until nobody reads any more; what is wrong is a line on stderr, and exit code 1."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the show's to hear
    stderr = os.dup(2)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)  # drivers write there, and nobody reads it

    def complain(text: str) -> NoReturn:
        os.write(stderr, " ".join(text.split()).encode())
        os._exit(1)

    kind, *rest = arguments
    if kind == "list":
        sys.stdout.write(_listed())
        return
    listen = {"input": _heard_from_input, "loopback": _heard_from_loopback, "file": _heard_from_file}
    watch = None if kind == "file" else _Watch(complain)  # a file waits for its show
    try:
        for heard in listen[kind](*rest):
            heading = json.dumps(heard).encode() + b"\n" if isinstance(heard, dict) else b""
            sys.stdout.buffer.write(heading if isinstance(heard, dict) else heard.tobytes())
            sys.stdout.buffer.flush()
            if watch is not None:
                watch.last = time.monotonic()
            elif not isinstance(heard, dict):
                watch = _Watch(complain)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        complain(str(error) or type(error).__name__)


if __name__ == "__main__":
    main(sys.argv[1:])
