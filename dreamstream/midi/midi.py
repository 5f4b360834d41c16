"""MIDI as a control: every port at once, or those that are named, as they are plugged and unplugged.

ports -> messages -> board (Hearing), tempo and time code (Timing), presets (program change)
params -> Feedback -> the same ports; the count of beats -> ClockOut -> ports

One thread lists the ports some times a second, and reads all that are open each few ms.
"""

import logging
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dreamstream.controls import Action, Board, Inbox, Route
from dreamstream.controls.control import Threaded
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import ControlError
from dreamstream.every import Every
from dreamstream.midi.clock_out import ClockOut
from dreamstream.midi.feedback import Feedback, Shown
from dreamstream.midi.hearing import Hearing
from dreamstream.midi.ports import Input, Output, Ports, is_like, midi_missing, partner
from dreamstream.midi.timing import Timing
from dreamstream.params import Params
from dreamstream.params.presets import DIGITS
from dreamstream.tell import Tell
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_READ = 0.004  # seconds from one reading to the next: a quarter of a screen frame
_LOOK, _SHOW = 0.25, 0.05  # seconds from one list of the ports to the next, and from one feedback
_PAUSE = 1.0  # seconds from one failure to the next attempt
_READY = 0.1  # seconds until an output that was just opened takes what is sent: JACK joins them later
_LOOP = "Midi Through"  # ALSA's own: what is sent to it comes back


@dataclass(frozen=True)
class Show:
    """What MIDI has to know of the show it plays: asked from its own thread."""

    routes: Callable[[], Sequence[Route]]
    hand: Callable[[], Params]
    actions: Mapping[str, Action]
    tempo: Tempo


@dataclass
class _Device:
    """An open input, what it says, and what its output shows, where there is one and something to show."""

    input: Input
    hearing: Hearing
    shown: Shown
    output: Output | None = None
    opened: float = 0.0

    def close(self) -> None:
        self.input.close()
        self.hearing.rest()
        if self.output is not None:
            self.output.close()


class Midi(Threaded):
    """Hears and feeds the ports; with `wanted` only those whose names have one of these parts.

    `asked` says that a person wants it: then it is a ControlError if there is no MIDI here. The clock goes
    out to ports whose names have a part of `clock_to`. `clock` gives seconds.
    """

    name = "midi"

    def __init__(
        self,
        board: Board,
        inbox: Inbox,
        tell: Tell,
        clock: Callable[[], float],
        show: Show,
        wanted: Sequence[str] = (),
        clock_to: Sequence[str] = (),
        asked: bool = False,
    ) -> None:
        self._board, self._inbox, self._tell, self._clock, self._show = board, inbox, tell, clock, show
        self._wanted, self._clock_to = wanted, clock_to
        self._ports = Ports() if asked or clock_to else None
        self._devices: dict[str, _Device] = {}
        self._clock_out: ClockOut | None = None
        self._timing = Timing(board, clock)
        self._feedback = Feedback(show.routes, show.hand, show.actions)
        self._look_each, self._show_each = Every(_LOOK), Every(_SHOW)
        self._worker, self._begun = Worker("midi", self._run), False

    def turn(self) -> None:
        """Begin, at the first turn: the show is there then."""
        if not self._begun:
            self._begun = True
            if not midi_missing():
                self._worker.start()
        super().turn()

    @property
    def line(self) -> str:
        """The ports that are heard, and where the time code is."""
        names = ", ".join(_short(name) for name in tuple(self._devices))
        parts = filter(None, (names, self._timing.line))
        return f"midi: {'; '.join(parts)}" if names else ""

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.wait(_READ if self._devices else _SHOW):
            try:
                self._turn()
            except Exception as error:  # one bad message, or driver, must not end all control
                self._tell(f"MIDI: {error}", key="midi failed")
                _log.info("it failed here", exc_info=error)
                stopping.wait(_PAUSE)
        self._close_all()

    def _turn(self) -> None:
        now = self._clock()
        if self._look_each.due(now):
            self._look()
            self._tell("", key="midi failed")
        for device in self._devices.values():
            for message in device.input.read():
                self._timing.take(device.input.name, message)
                device.hearing.take(message)
                if message.type == "program_change":
                    self._program(message.channel + 1, message.program)
        self._timing.lead(self._show.tempo)
        if self._show_each.due(now):
            self._feed(now)

    def _look(self) -> None:
        """See which ports have come and gone."""
        if self._ports is not None and not self._ports.alive:
            for name in self._devices:
                self._tell_gone(name)
            self._close_all()
        if self._ports is None:
            try:
                self._ports = Ports()
            except ControlError:
                return  # it may come yet, as a JACK server does
        names, outputs = self._ports.inputs(), self._ports.outputs()
        for name in self._devices.keys() - set(names):
            self._devices.pop(name).close()
            self._tell_gone(name)
        for name in filter(self._is_wanted, names):
            if name not in self._devices:
                self._open(self._ports, name)
        for name, device in self._devices.items():
            out = partner(name, outputs)
            if device.output is not None and device.output.name not in outputs:
                device.output.close()
                device.output = None
            if device.output is None and out:
                device.output, device.opened = self._ports.open_output(out), self._clock()
        self._look_for_clock(self._ports, outputs)
        for part in self._wanted:
            missing = not any(is_like(name, part) for name in names)
            self._tell(f"MIDI: no port is called '{part}' yet" if missing else "", key=f"midi port {part}")

    def _open(self, ports: Ports, name: str) -> None:
        try:
            opened = ports.open_input(name)
        except ControlError as error:  # another program has it for itself
            self._tell(str(error), key=f"midi {name}")
            return
        hearing = Hearing(self._board, name, self._clock)
        self._devices[name] = _Device(opened, hearing, Shown(name, hearing.heard))
        self._tell("", key=f"midi {name}")
        self._tell(f"MIDI: {_short(name)} is here")

    def _look_for_clock(self, ports: Ports, outputs: list[str]) -> None:
        if not self._clock_to:
            return
        if self._clock_out is None:
            self._clock_out = ClockOut(self._show.tempo, self._clock)
        for name in self._clock_out.ports:
            if name not in outputs:
                self._clock_out.drop(name)
        for part in self._clock_to:
            found = [name for name in outputs if name and is_like(name, part)]
            for name in found:
                if name not in self._clock_out.ports:
                    self._clock_out.add(ports.open_output(name))
            self._tell(
                "" if found else f"MIDI: no port for the clock is called '{part}' yet",
                key=f"midi clock {part}",
            )

    def _tell_gone(self, name: str) -> None:
        self._tell(f"MIDI: {_short(name)} is gone")

    def _is_wanted(self, name: str) -> bool:
        if not name:
            return False  # our own
        if self._wanted:
            return any(is_like(name, part) for part in self._wanted)
        return not name.startswith(_LOOP)

    def _program(self, channel: int, program: int) -> None:
        """Recall the preset of a program's digit, unless a route has another use for the program."""
        if program < len(DIGITS) and not self._board.wants(f"midi:program:{channel}:{program}"):
            self._inbox.press(f"preset.{DIGITS[program]}")

    def _feed(self, now: float) -> None:
        shown = self._feedback.shown()
        for device in self._devices.values():
            if device.output is not None and now - device.opened > _READY:
                for message in device.shown.due(shown, now):
                    device.output.send(message)

    def _close_all(self) -> None:
        if self._clock_out is not None:
            self._clock_out.close()
        for device in self._devices.values():
            device.close()
        self._devices.clear()
        if self._ports is not None:
            self._ports.close()
        self._clock_out = self._ports = None


def _short(name: str) -> str:
    """Return a port's name as a person knows it, without ALSA's numbers."""
    return re.sub(r" \d+:\d+$", "", name)
