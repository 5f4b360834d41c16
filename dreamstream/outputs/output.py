"""An output: a thread with a reader of its own, which keeps a sender going.

    ring, or the screen's pictures -> reader -> Output -> Sender

It always sends the newest picture; those that it is too slow for are dropped, and counted. When the sender
fails it is opened again, after pauses that grow, for as long as the output is on.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from dreamstream.errors import DreamstreamError, reason
from dreamstream.every import Pauses
from dreamstream.outputs.kinds import Target
from dreamstream.outputs.sender import Sender
from dreamstream.ring import Reader
from dreamstream.tell import Tell, counted
from dreamstream.worker import Worker

_STILL = 0.5  # seconds without a new picture after which the last is sent again
_FIRST, _LONGEST = 1.0, 30.0  # seconds: the pauses before it is opened again
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OutputStatus:
    """An output so far: `state` is `off`, `opening`, `on`, or why it failed; `restarts` of its sender."""

    name: str
    state: str = "off"
    sent: int = 0
    dropped: int = 0
    restarts: int = 0
    warning: str = ""

    @property
    def line(self) -> str:
        """The status as text."""
        counts = f"{self.sent} sent, {self.dropped} dropped" if self.sent or self.dropped else ""
        again = counted(self.restarts, "restart") if self.restarts else ""
        return ", ".join(filter(None, (f"{self.name}  {self.state}", counts, again, self.warning)))


class Output:
    """Sends pictures to a target while it is on; the first pause after a failure is `pause` seconds.

    Everything but its thread's work is for the main thread, and never waits.
    """

    def __init__(self, target: Target, take: Callable[[], Reader], tell: Tell, pause: float = _FIRST) -> None:
        self.target, self._take, self._tell, self._first = target, take, tell, pause
        self.on = True
        self._status = OutputStatus(target.shown)
        self._sender: Sender | None = None
        self._reader: Reader | None = None
        self._turned = threading.Event()  # it was switched, or is to end
        self._failed = False
        self._worker = Worker(f"output {target.shown}", self._run, self._wake)

    def start(self) -> "Output":
        """Start the thread, and return this output."""
        self._worker.start()
        return self

    @property
    def status(self) -> OutputStatus:
        """How it is."""
        status, sender, reader = self._status, self._sender, self._reader
        missed = (sender.missed if sender is not None else 0) + (reader.dropped if reader is not None else 0)
        warning = sender.warning if sender is not None else ""
        return replace(status, dropped=status.dropped + missed, warning=warning)

    def switch(self, on: bool) -> None:
        """Send from now on, or no more."""
        self.on = on
        self._wake()

    def stop(self, timeout: float | None = None) -> bool:
        """End it; return whether it has ended within `timeout` seconds."""
        with contextlib.suppress(Exception):
            self._worker.stop(timeout)
        return not self._worker.alive

    def ask_to_stop(self) -> None:
        """Have it end by itself."""
        with contextlib.suppress(Exception):
            self._worker.stop(0)

    def _wake(self) -> None:
        self._turned.set()
        if (reader := self._reader) is not None:
            reader.close()

    def _run(self, stopping: threading.Event) -> None:
        pauses = Pauses(self._first, _LONGEST)
        while not stopping.is_set():
            self._turned.clear()
            if not self.on or stopping.is_set():
                self._say("off")
                self._turned.wait(0 if stopping.is_set() else None)
                continue
            began = time.monotonic()
            try:
                self._send(stopping)
                self._turned.wait()  # it was switched off, or the show is over
            except Exception as error:
                if time.monotonic() - began > _LONGEST:
                    pauses.reset()
                self._fail(error, pause := pauses.next())
                self._turned.wait(pause)

    def _send(self, stopping: threading.Event) -> None:
        """Open the sender, and send until it is switched off, or no more pictures come."""
        self._say("opening")
        with closing(self.target.open()) as sender:
            self._sender, self._reader = sender, self._take()
            try:
                self._feed(sender, self._reader, stopping)
            finally:
                dropped, self._sender = self.status.dropped, None
                self._reader.close()
                self._reader = None
                self._status = replace(self._status, dropped=dropped)

    def _feed(self, sender: Sender, reader: Reader, stopping: threading.Event) -> None:
        newest, arrived = None, 0.0
        while self.on and not stopping.is_set() and not reader.over:
            frame = reader.newest(_STILL)
            if frame is not None:
                newest, arrived = frame, time.monotonic()
            elif newest is not None and not reader.over:
                frame = replace(newest, time=newest.time + time.monotonic() - arrived)
            if frame is None:
                continue
            sender.send(frame)
            self._status = replace(self._status, sent=self._status.sent + 1)
            if self._status.state != "on" and sender.begun:
                self._begin()

    def _begin(self) -> None:
        self._say("on")
        if self._failed:
            self._failed = False
            self._tell("", self._status.name)
            self._tell(f"output {self._status.name}: it is back")

    def _fail(self, error: Exception, pause: float) -> None:
        """Tell that it failed, without the address as it was given: there may be a password in it."""
        target, why = self.target, reason(error) or type(error).__name__
        why = why.replace(target.address, target.shown)
        if not isinstance(error, (DreamstreamError, OSError)):
            _log.info("it failed here", exc_info=error)
        self._failed = True
        self._status = replace(self._status, restarts=self._status.restarts + 1)
        self._say(f"failed: {why}; again in {pause:g} s")
        self._tell(f"output {target.shown}: {why}; it is tried again", target.shown)

    def _say(self, state: str) -> None:
        self._status = replace(self._status, state=state)
