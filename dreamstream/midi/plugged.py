"""Plugged: what of MIDI is there and wanted, opened as it comes and let go as it goes.

parts of names -> Plugging -> Plugged (what is open), messages by the names of their ports
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dreamstream.errors import ControlError
from dreamstream.midi.ports import Bytes, Input, Output, Ports, is_like, partner

_LOOP = "Midi Through"  # ALSA's own: what is sent to it comes back
_Port = TypeVar("_Port", Input, Output)


@dataclass
class Plugged:
    """What is open: the ports that are heard, each with the output of the same device, '' if it has none.

    `clock` has the outputs that the clock goes to, `missing` and `no_clock` the parts of names by which no
    port is called, and no such output; `refused` why a port cannot be opened, by its name.
    """

    devices: dict[str, str] = field(default_factory=dict)
    clock: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    no_clock: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class Plugging:
    """Hears the ports whose names have one of the parts of `hear` (all, if there are none).

    What is sent can go to their devices, and to outputs whose names have a part of `clock`. For one thread.
    """

    def __init__(self, ports: Ports, hear: Sequence[str], clock: Sequence[str]) -> None:
        self._ports, self._hear, self._clock = ports, hear, clock
        self._inputs: dict[str, Input] = {}
        self._outputs: dict[str, Output] = {}

    def look(self) -> Plugged:
        """See which ports have come and gone; return what is open now."""
        now = Plugged()
        inputs, outputs = self._ports.inputs(), self._ports.outputs()
        _keep(self._inputs, list(filter(self._is_wanted, inputs)), self._ports.open_input, now.refused)
        partners = {name: partner(name, outputs) for name in self._inputs}
        called = {part: [name for name in outputs if name and is_like(name, part)] for part in self._clock}
        fed = [*filter(None, partners.values()), *(name for found in called.values() for name in found)]
        _keep(self._outputs, fed, self._ports.open_output, now.refused)
        now.devices = {name: out if out in self._outputs else "" for name, out in partners.items()}
        now.clock = [name for name in self._outputs if any(name in found for found in called.values())]
        now.missing = [part for part in self._hear if not any(is_like(name, part) for name in inputs)]
        now.no_clock = [part for part, found in called.items() if not found]
        return now

    def read(self) -> dict[str, list[Bytes]]:
        """Return what has come since the last time, by the names of the ports that said anything."""
        return {name: messages for name, port in self._inputs.items() if (messages := port.read())}

    def send(self, name: str, messages: Sequence[Bytes]) -> None:
        """Send to an output, if it is there."""
        if (port := self._outputs.get(name)) is not None:
            for message in messages:
                port.send(message)

    @property
    def fed(self) -> bool:
        """Whether there is an output that may have been sent to."""
        return bool(self._outputs)

    @property
    def heard(self) -> bool:
        """Whether there is anything to read."""
        return bool(self._inputs)

    def _is_wanted(self, name: str) -> bool:
        if not name:
            return False  # our own
        return any(is_like(name, part) for part in self._hear) if self._hear else not name.startswith(_LOOP)


def _keep(
    held: dict[str, _Port], wanted: Collection[str], open: Callable[[str], _Port], refused: dict[str, str]
) -> None:
    """Have what is held be what is wanted; say what another program has for itself."""
    for name in held.keys() - set(wanted):
        held.pop(name).close()
    for name in wanted:
        if name not in held:
            try:
                held[name] = open(name)
            except ControlError as error:
                refused[name] = str(error)
