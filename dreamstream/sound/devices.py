"""Devices: what there is to listen to, and which of it `--sound` asks for."""

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dreamstream.errors import SoundError, nearest
from dreamstream.program import Program
from dreamstream.sound.track import Track

_PIPE = 2**17  # bytes
_PATIENCE = 20.0  # seconds: a sound server may have to be started


@dataclass(frozen=True)
class Device:
    """Something to listen to: an `input`, a `loopback` (what the system plays), or a `file` (a path).

    Without a name it is the system's default.
    """

    kind: str
    name: str = ""
    default: bool = False

    def __str__(self) -> str:
        return self.name or {"input": "the default input", "loopback": "what the system plays"}[self.kind]


def capture(*arguments: str) -> Program:
    """Start the program that listens; a third of a second of what it hears goes into its pipe."""
    means = "the system's sound has failed"
    program = Program("dreamstream.sound.capture", *arguments, error=SoundError, means=means)
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # all pipes of a user have a limit: then it is half of that
            fcntl.fcntl(program.stdout, fcntl.F_SETPIPE_SZ, _PIPE)
    return program


def sound_devices() -> tuple[list[Device], list[str]]:
    """Return all inputs and loopbacks, and a line for each kind that is missing."""
    program = capture("list").process
    try:
        answer = json.loads(program.communicate(timeout=_PATIENCE)[0])
    except (ValueError, subprocess.TimeoutExpired):  # a driver ended the process, or holds it
        program.kill()
        program.communicate()
        return [], ["the system's sound does not answer"]
    devices = [Device(each["kind"], each["name"], each["default"]) for each in answer["devices"]]
    return devices, answer["missing"]


def device_of(text: str) -> Device:
    """Return what `--sound` asks for: a file, `loopback`, or by a part of its name a device; empty: an input.

    SoundError where it is not there.
    """
    if text and Path(text).is_file():
        return Device("file", str(Track(Path(text)).path))
    devices, missing = sound_devices()
    if text.lower() in ("", "loopback"):
        kind = text.lower() or "input"
        if not any(device.kind == kind for device in devices):
            raise SoundError(f"--sound: {'; '.join(line for line in missing if kind in line)}")
        return Device(kind)
    names = [device for device in devices if device.name.lower() == text.lower()]
    found = names or [device for device in devices if text.lower() in device.name.lower()]
    if not found:
        known = nearest(text, [*(device.name for device in devices), "loopback"])
        raise SoundError(f"--sound {text}: no such file or device; {known}")
    return found[0]
