"""Hearing: what one port says, put on the board under the names that routes have for it.

mido's messages -> midi:cc:1:7, midi:note:10:36, midi:bend:1, ... -> board

What takes several messages (14 bits, NRPN) is put together here; of the ways to read one control those that a
route wants.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dreamstream.controls import Board
from dreamstream.controls.signals import ENCODERS
from dreamstream.midi.ports import is_like

if TYPE_CHECKING:
    from mido import Message

_FINE = 32  # by how much the control of the fine half is above that of the coarse one
_DATA, _DATA_FINE, _MORE, _LESS = 6, 38, 96, 97
_PARAMETER_FINE, _PARAMETER, _REGISTERED_FINE, _REGISTERED = 98, 99, 100, 101
_NONE = 16383  # the parameter that is none
_LEFT, _MIDDLE = 128, 64  # of an encoder
_RESTS = {"note": 0.0, "pressure": 0.0, "bend": 0.5}  # where what springs back stands that nobody holds


@dataclass
class _Pair:
    """A number of 14 bits in two halves; of 7 until a fine one has come.

    Between the two it stands as near to before as can be, so that it never jumps back and forth.
    """

    coarse: int = 0
    fine: int = 0
    both: bool = False

    def take_coarse(self, value: int) -> float:
        if value != self.coarse:
            self.fine = 127 if value < self.coarse and self.both else 0
        self.coarse = value
        return self.value

    def take_fine(self, value: int) -> float:
        self.fine, self.both = value, True
        return self.value

    def step(self, by: int) -> float:
        self.both = True
        whole = min(max(self.coarse * 128 + self.fine + by, 0), 16383)
        self.coarse, self.fine = divmod(whole, 128)
        return self.value

    @property
    def value(self) -> float:
        return (self.coarse * 128 + self.fine) / 16383 if self.both else self.coarse / 127


@dataclass
class _Channel:
    """What is kept of a channel: halves that have come, and the parameter that is chosen."""

    pairs: dict[int, _Pair] = field(default_factory=dict)
    parameters: dict[int, _Pair] = field(default_factory=dict)
    parameter: int = _NONE


class Hearing:
    """Takes the messages of the port of a name; `clock` gives seconds.

    `heard` says where each control was put last, and when.
    """

    def __init__(self, board: Board, port: str, clock: Callable[[], float]) -> None:
        self._board, self._port, self._clock = board, port, clock
        self._channels = [_Channel() for _ in range(17)]
        self._wanted, self._also = -1, dict[str, list[str]]()
        self.heard: dict[str, tuple[float, float]] = {}

    def take(self, message: "Message") -> None:
        """Put a message on the board; the clock's are none of its."""
        channel = getattr(message, "channel", 0) + 1
        match message.type:
            case "control_change":
                self._control(channel, message.control, message.value)
            case "note_on" | "note_off":
                velocity = message.velocity if message.type == "note_on" else 0
                self._put(f"midi:note:{channel}:{message.note}", velocity / 127, velocity > 0)
            case "pitchwheel":
                pitch = message.pitch
                self._put(f"midi:bend:{channel}", 0.5 + pitch / (16384 if pitch < 0 else 16382))
            case "aftertouch":
                self._put(f"midi:pressure:{channel}", message.value / 127)
            case "polytouch":
                self._put(f"midi:pressure:{channel}:{message.note}", message.value / 127)
            case "program_change":
                self._stroke(f"midi:program:{channel}:{message.program}", by_hand=True)
            case "start" | "stop" | "continue":
                self._stroke(f"midi:{message.type}", by_hand=False)

    def rest(self) -> None:
        """Let go of what is held: nobody does at a port that is gone. Faders stay where they stand."""
        for name, (value, _) in tuple(self.heard.items()):
            kind = name.split(":")[1]
            if value != (rest := _RESTS.get(kind, value)):
                self._put(name, rest, False if kind == "note" else None, by_hand=False)

    def _stroke(self, name: str, by_hand: bool) -> None:
        self._put(name, 1.0, True, by_hand)
        self._put(name, 0.0, False, by_hand)

    def _control(self, number: int, control: int, value: int) -> None:
        channel, name = self._channels[number], f"midi:cc:{number}:{control}"
        self._put(name, value / 127)
        for convention in ENCODERS:
            for each in self._names(f"{name}:{convention}"):
                self._board.turn(each, steps_of(convention, value))
        if control < 2 * _FINE:
            coarse = control % _FINE
            pair = channel.pairs.setdefault(coarse, _Pair())
            now = pair.take_coarse(value) if control == coarse else pair.take_fine(value)
            if self._names(fourteen := f"midi:cc14:{number}:{coarse}"):
                self._put(fourteen, now)
        self._parameter(number, channel, control, value)

    def _parameter(self, number: int, channel: _Channel, control: int, value: int) -> None:
        """Take one of the controls that choose and set a parameter of a number of its own (NRPN)."""
        if control == _PARAMETER:
            channel.parameter = value * 128 + channel.parameter % 128
        elif control == _PARAMETER_FINE:
            channel.parameter = channel.parameter // 128 * 128 + value
        elif control in (_REGISTERED_FINE, _REGISTERED):  # none of ours
            channel.parameter = _NONE
        if control not in (_DATA, _DATA_FINE, _MORE, _LESS) or channel.parameter == _NONE:
            return
        pair = channel.parameters.setdefault(channel.parameter, _Pair())
        now = {
            _DATA: lambda: pair.take_coarse(value),
            _DATA_FINE: lambda: pair.take_fine(value),
            _MORE: lambda: pair.step(1),
            _LESS: lambda: pair.step(-1),
        }[control]()
        self._put(f"midi:nrpn:{number}:{channel.parameter}", now)

    def _put(self, name: str, value: float, pressed: bool | None = None, by_hand: bool = True) -> None:
        self.heard[name] = (value, self._clock())
        for other in self._names(name):
            if other != name:
                self._board.put(other, value, pressed)
        self._board.put(name, value, pressed, by_hand)

    def _names(self, name: str) -> list[str]:
        """Return the names that routes have for one of this port: as it is, or with the port behind it."""
        wanted = self._board.wanted
        if len(wanted) != self._wanted:
            self._wanted, self._also = len(wanted), {}
            for each in tuple(wanted):
                plain, _, port = each.partition("@")
                if plain.startswith("midi:") and is_like(self._port, port):
                    self._also.setdefault(plain, []).append(each)
        return self._also.get(name, [])


def steps_of(convention: str, value: int) -> int:
    """Return the steps that an encoder's value 0..127 says, below 0 to the left.

    `twos` counts from 128 down to the left, `offset` from 64 either way, `sign` has a bit for the left.
    """
    match convention:
        case "twos":
            return value - _LEFT if value >= _MIDDLE else value
        case "offset":
            return value - _MIDDLE
        case _:
            return value if value < _MIDDLE else _MIDDLE - value
