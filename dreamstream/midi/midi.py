"""MIDI as a control: every port at once, or those that are named, as they are plugged and unplugged.

ports, apart -> messages -> board (Hearing), tempo and time code (Timing), presets (program change)
params -> Feedback -> the same ports; the count of beats -> ClockOut -> ports

One thread takes what the ports' process says, and begins another one where it ends or hangs.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dreamstream.controls import Action, Board, Inbox, Route
from dreamstream.controls.control import Threaded
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import reason
from dreamstream.every import Every, Pauses
from dreamstream.midi.apart import Apart, HangingError, port_names
from dreamstream.midi.clock_out import ClockOut
from dreamstream.midi.feedback import Feedback, Shown
from dreamstream.midi.hearing import Hearing
from dreamstream.midi.plugged import Plugged
from dreamstream.midi.ports import message_of, midi_here, midi_missing
from dreamstream.midi.timing import Timing
from dreamstream.params import Params
from dreamstream.params.presets import DIGITS
from dreamstream.tell import Tell
from dreamstream.worker import Worker

if TYPE_CHECKING:
    from mido import Message

_log = logging.getLogger(__name__)

_LOOK, _SHOW = 0.25, 0.05  # seconds from one look whether there is MIDI to the next, and from one feedback
_FIRST, _LONGEST = 1.0, 10.0  # seconds: the pauses before the ports' process is begun again
_READY = 0.1  # seconds until an output that was just opened takes what is sent: JACK joins them later
_PATIENCE = 10.0  # seconds without a sign of life, of which there are 20 a second, after which it hangs
_SILENT = 0.5  # seconds without a sign of life after which the end does not wait for it


@dataclass(frozen=True)
class Show:
    """What MIDI has to know of the show it plays: asked from its own thread."""

    routes: Callable[[], Sequence[Route]]
    hand: Callable[[], Params]
    actions: Mapping[str, Action]
    tempo: Tempo


@dataclass
class _Device:
    """A port that is heard, what it says, and what its output shows, where it has one."""

    hearing: Hearing
    shown: Shown
    output: str = ""
    opened: float = 0.0


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
        self._asked = bool(asked or clock_to)
        if self._asked:
            with suppress(HangingError):  # it may go on yet
                port_names()
        self._devices: dict[str, _Device] = {}
        self._plugged = Plugged()
        self._apart: Apart | None = None
        self._timing = Timing(board)
        self._feedback = Feedback(show.routes, show.hand, show.actions)
        self._show_each = Every(_SHOW)
        self._worker, self._begun = Worker("midi", self._run), False

    def turn(self) -> None:
        """Begin, at the first turn: the show is there then. See whether the ports hang."""
        if not self._begun:
            self._begun = True
            if not midi_missing():
                self._worker.start()
        self._watch(_PATIENCE)
        super().turn()

    @property
    def line(self) -> str:
        """The ports that are heard, and where the time code is."""
        names = ", ".join(_short(name) for name in tuple(self._devices))
        parts = filter(None, (names, self._timing.line(self._clock())))
        return f"midi: {'; '.join(parts)}" if names else ""

    def close(self) -> None:
        """See `Control`: nothing that hangs holds it up."""
        for patience in (_SILENT, 0.0):
            self._watch(patience)
            super().close()

    def _watch(self, patience: float) -> None:
        if (apart := self._apart) is not None:
            apart.watch(patience)

    def _run(self, stopping: threading.Event) -> None:
        pauses = Pauses(_FIRST, _LONGEST)
        while not stopping.is_set():
            if not midi_here():  # it may come yet, as a JACK server does
                stopping.wait(_LOOK)
                continue
            begun = self._clock()
            try:
                self._play(stopping)
            except Exception as error:  # one bad message, or driver, must not end all control
                if not stopping.is_set():
                    self._tell(f"MIDI: {reason(error)}; it is begun again", key="midi failed")
                    _log.info("it failed here", exc_info=error)
            if self._clock() - begun > _LONGEST:
                pauses.reset()
            stopping.wait(pauses.next())

    def _play(self, stopping: threading.Event) -> None:
        """Take what the ports' process says, until it ends."""
        with ExitStack() as stack:
            apart = stack.enter_context(closing(Apart(self._wanted, self._clock_to)))
            stack.callback(self._forget)
            self._apart = apart
            if self._clock_to:
                stack.enter_context(closing(ClockOut(self._show.tempo, self._clock, self._send_clock)))
            for report in apart.reports():
                self._take(report)
                if stopping.is_set():
                    return
                if self._show_each.due(now := self._clock()):
                    self._feed(apart, now)
            self._plug(Plugged(missing=list(self._wanted), no_clock=list(self._clock_to)))

    def _take(self, report: dict[str, Any]) -> None:
        if "plugged" in report:
            self._plug(Plugged(**report["plugged"]))
            self._tell("", key="midi failed")
        if "none" in report and self._asked:
            self._tell(report["none"], key="midi failed")
        if "heard" in report:
            when = self._clock() - (time.monotonic() - report["at"])
            for name, messages in report["heard"].items():
                for message in filter(None, map(message_of, messages)):
                    self._hear(name, message, when)
            self._timing.lead(self._show.tempo)

    def _hear(self, name: str, message: "Message", when: float) -> None:
        self._timing.take(name, message, when)
        self._devices[name].hearing.take(message)
        if message.type == "program_change":
            self._program(message.channel + 1, message.program)

    def _plug(self, now: Plugged) -> None:
        """Have the devices be those that are plugged in, and tell what has come and gone."""
        for name in self._devices.keys() - now.devices.keys():
            self._devices.pop(name).hearing.rest()
            self._tell(f"MIDI: {_short(name)} is gone")
        for name, output in now.devices.items():
            if name not in self._devices:
                hearing = Hearing(self._board, name, self._clock)
                self._devices[name] = _Device(hearing, Shown(name, hearing.heard))
                self._tell(f"MIDI: {_short(name)} is here")
            device = self._devices[name]
            if device.output != output:
                device.output, device.opened = output, self._clock()
        for name in self._plugged.refused | now.refused:
            self._tell(now.refused.get(name, ""), key=f"midi {name}")
        for part in self._wanted:
            missing = part in now.missing
            self._tell(f"MIDI: no port is called '{part}' yet" if missing else "", key=f"midi port {part}")
        for part in self._clock_to:
            text = f"MIDI: no port for the clock is called '{part}' yet" if part in now.no_clock else ""
            self._tell(text, key=f"midi clock {part}")
        self._plugged = now

    def _program(self, channel: int, program: int) -> None:
        """Recall the preset of a program's digit, unless a route has another use for the program."""
        if program < len(DIGITS) and not self._board.wants(f"midi:program:{channel}:{program}"):
            self._inbox.press(f"preset.{DIGITS[program]}")

    def _feed(self, apart: Apart, now: float) -> None:
        shown = self._feedback.shown()
        for device in self._devices.values():
            ready = device.output and now - device.opened > _READY
            if ready and (messages := [message.bytes() for message in device.shown.due(shown, now)]):
                apart.send(device.output, messages)

    def _send_clock(self, message: "Message") -> None:
        if (apart := self._apart) is not None:
            for name in self._plugged.clock:
                apart.send(name, [message.bytes()])

    def _forget(self) -> None:
        """Let go of the devices, as of the process that had them."""
        self._apart = None
        for device in self._devices.values():
            device.hearing.rest()
        self._devices, self._plugged = {}, Plugged()


def _short(name: str) -> str:
    """Return a port's name as a person knows it, without ALSA's numbers."""
    return re.sub(r" \d+:\d+$", "", name)
