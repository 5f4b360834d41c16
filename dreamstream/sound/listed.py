"""What there is to listen to, as the system's libraries list it; for the program that listens alone."""

import json
import sys
from typing import Any

from dreamstream.errors import SoundError

Record = dict[str, Any]
_EXTRA = "the extra is missing: pip install 'dreamstream[sound]'"


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


def inputs() -> list[Record]:
    """Return the devices that have an input; `number` is what the library calls one."""
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


def loopbacks() -> list[Record]:
    """Return the outputs whose sound can be heard, likewise."""
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


def listed() -> str:
    """Return all devices, and what is missing, as JSON."""
    devices: list[Record] = []
    missing: list[str] = []
    for find, none in ((inputs, "inputs: no device has one"), (loopbacks, "loopback: nothing plays sound")):
        try:
            found = find()
            devices += found
            missing += [] if found else [none]
        except SoundError as error:
            missing.append(str(error))
        except Exception as error:
            missing.append(f"{none.partition(':')[0]}: {error}")
    return json.dumps({"devices": devices, "missing": missing})


def number_of(name: str, devices: list[Record], kind: str) -> Any:
    """Return what the library calls a device; the default one's if it has no name."""
    for device in devices:
        if device["name"] == name or (not name and device["default"]):
            return device["number"]
    if devices and not name:
        return devices[0]["number"]
    raise SoundError(f"no {kind} is there" if not name else f"{name} is not there")
