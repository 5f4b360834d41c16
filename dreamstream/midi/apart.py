"""Apart: the ports in a process of their own, which may hang.

    the process -> a line on stdout for what is plugged in, or is heard -> Apart -> a line on stdin to be sent

The libraries keep Python's lock while they open something. A server that stands still, as JACK's may, would
stop the whole show with it; here it stops a process that is ended then.
"""

import json
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, cast

from dreamstream.errors import ControlError, DreamstreamError
from dreamstream.midi.ports import Bytes, midi_missing
from dreamstream.program import Program

_PATIENCE = 10.0  # seconds that it has to say which ports there are
_ENDING = 1.0  # seconds that it has to send its last


class HangingError(ControlError):
    """What gives MIDI here stands still."""


class Apart:
    """Has the ports open whose names have one of the parts of `hear`, and those of `clock` to send to."""

    def __init__(self, hear: Sequence[str], clock: Sequence[str]) -> None:
        self._program, self._lock = _program(), threading.Lock()
        self._came = time.monotonic()
        self._failed: DreamstreamError | None = None
        self._ask({"hear": hear, "clock": clock})

    def reports(self) -> Iterator[dict[str, Any]]:
        """Give what it says (see `program`) until its server ends; ControlError where it fails or hangs."""
        for line in self._program.stdout:
            if not line.endswith(b"\n"):
                break  # it has ended in the middle of it
            self._came = time.monotonic()
            yield cast("dict[str, Any]", json.loads(line))
        with self._lock:
            if self._program.process.wait():
                raise self._failed or self._program.failure()

    def send(self, name: str, messages: Sequence[Bytes]) -> None:
        """Have messages sent to an output, from any thread; to one that is gone they go nowhere."""
        self._ask([name, messages])

    def watch(self, patience: float) -> None:
        """End it where it has said nothing for so many seconds, from any thread: nobody waits for it then."""
        if time.monotonic() - self._came > patience:
            self._failed = ControlError(f"nothing has come from the system's ports for {patience:g} s")
            self._program.kill()

    def close(self) -> None:
        """Have it send what it was told to, and end it."""
        self._program.close(_ENDING)

    def _ask(self, what: object) -> None:
        with self._lock:
            if self._failed is None:
                try:
                    self._program.ask(what)
                except ControlError as error:  # for whoever waits for its reports
                    self._failed = self._failed or error


def port_names() -> tuple[list[str], list[str]]:
    """Return the names of all ports that can be heard, and of those that can be sent to; '' for a show's own.

    ControlError where there is no MIDI, HangingError where it does not say.
    """
    if missing := midi_missing():
        raise ControlError(missing)
    process = _program().process
    try:
        out, said = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise HangingError(
            f"MIDI: no answer for {_PATIENCE:g} s to which ports there are: a JACK server may stand still"
        ) from None
    report = json.loads(out.splitlines()[-1]) if out else {}
    if "inputs" not in report:
        raise ControlError(report.get("none") or said.decode(errors="replace") or "MIDI: the system's failed")
    return report["inputs"], report["outputs"]


def _program() -> Program:
    return Program("dreamstream.midi.program", error=ControlError, means="its process has ended")
