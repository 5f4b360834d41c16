"""MIDI ports by name: a thin layer over python-rtmidi, or supriya-midi, which is all but the same.

names -> open -> messages in and out, as bytes

What comes is queued by the library's own thread, which needs nothing of Python, until `read` takes it: so
none is lost however long Python is busy, and many messages cost one turn. But the libraries keep Python's
lock while they open something, for as long as a server stands still: so a show has its ports `Apart`.
"""

import contextlib
import ctypes
import os
import sys
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from importlib import import_module
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dreamstream.errors import ControlError

if TYPE_CHECKING:
    from mido import Message

_LIBRARIES = ("rtmidi", "supriya_midi")
_ALSA, _JACK = 2, 3  # as both libraries number what they may run on
_OURS = "dreamstream-"
_CLIENT = f"{_OURS}{os.getpid()}"
_QUEUE = 4096  # messages that wait for `read` at most
_TRIES = 5

Bytes = list[int]
"""A message as it goes over the wire."""


def midi_missing() -> str:
    """Return what must be installed before there can be MIDI here; empty if nothing."""
    if find_spec("mido") and any(map(find_spec, _LIBRARIES)):
        return ""
    return "MIDI needs mido and python-rtmidi: `pip install 'dreamstream[midi]'` installs them"


def midi_here() -> bool:
    """Return whether there may be MIDI on this machine now: looks without asking anything that could hang."""
    return any(map(_may_be, (_ALSA, _JACK)))


class Ports:
    """All ports of this machine but our own; ControlError where there is no MIDI.

    They are ALSA's, CoreMIDI's or Windows's; or those of a JACK server, where ALSA is not there or
    JACK_DEFAULT_SERVER names the server. For one thread.
    """

    def __init__(self) -> None:
        if missing := midi_missing():
            raise ControlError(missing)
        self._library = import_module(next(filter(find_spec, _LIBRARIES)))
        self._api, self._in, self._out = self._open()
        self._server = _jack_server() if self._api == _JACK else ""

    @property
    def alive(self) -> bool:
        """Whether these can still be asked: a JACK server may end, and with it all that it has given."""
        return not self._server or _jack_server() == self._server

    def inputs(self) -> list[str]:
        """Return the names of what can be heard."""
        return _names(self._in)

    def outputs(self) -> list[str]:
        """Return the names of what can be sent to."""
        return _names(self._out)

    def open_input(self, name: str) -> "Input":
        """Open what can be heard; ControlError if it is gone, or somebody else's alone."""
        midi = self._library.MidiIn(self._api, _CLIENT, _QUEUE)
        midi.ignore_types(True, False, True)  # sysex and 'still here' are of no use; the clock is
        return Input(name, self._opened(midi, self.inputs(), name))

    def open_output(self, name: str) -> "Output":
        """Open what can be sent to; ControlError if it is gone, or somebody else's alone."""
        midi = self._library.MidiOut(self._api, _CLIENT)
        return Output(name, self._opened(midi, self.outputs(), name))

    def close(self) -> None:
        """Let go of the system; what was opened is closed before."""
        for midi in (self._in, self._out):
            _let_go(midi)

    def _open(self) -> tuple[int, Any, Any]:
        """Return what is run on, and a way in and one out that list the ports."""
        compiled = getattr(self._library, "get_compiled_apis", None) or self._library.get_compiled_api
        named = "JACK_DEFAULT_SERVER" in os.environ
        for api in sorted(compiled(), key=lambda api: named and api != _JACK):
            if _may_be(api):
                with contextlib.suppress(Exception):  # SystemError, RtMidiError, ...: each has its own
                    return api, self._library.MidiIn(api, _CLIENT), self._library.MidiOut(api, _CLIENT)
        there = "no /dev/snd/seq, and no JACK server" if sys.platform == "linux" else "the system gives none"
        raise ControlError(f"no MIDI here: {there}")

    def _opened(self, midi: Any, names: list[str], name: str) -> Any:
        try:
            midi.open_port(names.index(name), "port")
        except Exception as error:  # SystemError, RtMidiError, ValueError: each has its own
            _let_go(midi)
            raise ControlError(f"MIDI: {name} cannot be opened: {error}") from error
        return midi


class Input:
    """An open port that is heard."""

    def __init__(self, name: str, midi: Any) -> None:
        self.name, self._midi = name, midi

    def read(self) -> list[Bytes]:
        """Return the messages that have come since the last time."""
        messages: list[Bytes] = []
        while len(messages) < _QUEUE and (got := self._midi.get_message()) is not None:
            messages.append(got[0])
        return messages

    def close(self) -> None:
        """Close it, and let go of it."""
        _let_go(self._midi)


class Output:
    """An open port that is sent to."""

    def __init__(self, name: str, midi: Any) -> None:
        self.name, self._midi = name, midi

    def send(self, message: Bytes) -> None:
        """Send a message; one to what was just unplugged goes nowhere."""
        with contextlib.suppress(Exception):  # each library and system has its own
            self._midi.send_message(message)

    def close(self) -> None:
        """Close it, and let go of it."""
        _let_go(self._midi)


def message_of(sent: Sequence[int]) -> "Message | None":
    """Return the message that some bytes are; None if they are none."""
    from mido import Message

    try:
        return Message.from_bytes(sent)
    except (ValueError, IndexError):  # it looks at bytes before it counts them
        return None


def is_like(name: str, part: str) -> bool:
    """Return whether a port is meant by a part of its name, in whatever case."""
    return part.casefold() in name.casefold()


def partner(name: str, outputs: list[str]) -> str:
    """Return the output of the device that an input is of: with most of its first words; or ''.

    Systems name the two alike, but not the same: `nanoKONTROL2 SLIDER/KNOB` and `nanoKONTROL2 CTRL`.
    """
    first = _words(name)

    def likeness(other: str) -> tuple[int, float]:
        same = (one == two for one, two in zip(first, _words(other), strict=False))
        return len(list(takewhile(bool, same))), SequenceMatcher(None, name, other).ratio()

    best = max(outputs, key=likeness, default="")
    return best if likeness(best)[0] else ""


def _words(name: str) -> list[str]:
    return name.replace(":", " ").split()


def _may_be(api: int) -> bool:
    """Return whether a system may be there; those that are not say so on standard error if they are asked."""
    if sys.platform != "linux":
        return True
    return {_ALSA: Path("/dev/snd/seq").exists(), _JACK: bool(_jack_server())}.get(api, True)


def _jack_server() -> str:
    """Return which JACK server runs, so that another of the same name is told from it; '' if none does."""
    name = os.environ.get("JACK_DEFAULT_SERVER", "default")
    try:
        socket = Path(f"/dev/shm/jack_{name}_{os.getuid()}_0").stat()
    except OSError:
        return ""
    return f"{name} {socket.st_ino} {socket.st_ctime_ns}"


def _names(midi: Any) -> list[str]:
    """Return the names of all ports, numbered where several are the same; '' for a show's own."""
    for _ in range(_TRIES):  # they are counted, and then asked for their names: one may go meanwhile
        with contextlib.suppress(Exception):  # SystemError, RtMidiError: each has its own
            names = midi.get_ports()
            break
    else:
        raise ControlError("MIDI: the ports cannot be listed")
    counts = Counter[str]()
    unique = []
    for name in names:
        counts[name] += 1
        numbered = name if counts[name] == 1 else f"{name} ({counts[name]})"
        unique.append("" if name.startswith(_OURS) else numbered)
    return unique


def _let_go(midi: Any) -> None:
    """Close a port, and let go of the system.

    But JACK's: its library goes through a client's ports in another thread after each change, without a lock,
    and now and then crashes where one is closed. So they are left, unconnected, until the process ends.
    """
    if midi.get_current_api() == _JACK:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(midi))
    else:
        midi.delete()
