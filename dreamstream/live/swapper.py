"""The swapper: opens the swaps that a person asks for in the background, and applies them in time.

    request (main thread) -> opened (a thread of its own) -> `turn` before each frame (dreamer's thread)

Of each kind (net, canvas, source) the newest request wins. Meanwhile the old dream goes on; what fails is one
line for the operator, and changes nothing.
"""

import logging
import sys
import threading
from dataclasses import dataclass

from dreamstream.dreamer import Dreamer
from dreamstream.stage import NetChoice, Stage
from dreamstream.stage.net_list import NetList
from dreamstream.stage.swap import (
    CanvasRequest,
    NetRequest,
    OpenedSwap,
    Request,
    SourceRequest,
    neighbour,
    open_swap,
)
from dreamstream.tell import Tell, tell_nobody
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_TURN = 0.0005  # seconds that Python computes before another thread has its turn, while a swap is pending


@dataclass(frozen=True)
class _NetStep:
    """The net so many places on from one: which that is, is looked up in the background."""

    start: NetChoice
    steps: int

    def __str__(self) -> str:
        return "another net"


@dataclass(eq=False)
class _Pending:
    """A request that is not done yet; who takes `opened` applies it, discards it, or puts it back."""

    request: Request | _NetStep
    started: bool = False
    opened: OpenedSwap | None = None

    def take(self) -> OpenedSwap | None:
        opened, self.opened = self.opened, None
        return opened


class Swapper:
    """Takes requests from any thread; `turn` is for the thread that dreams."""

    def __init__(self, stage: Stage, tell: Tell = tell_nobody) -> None:
        self._stage, self._tell = stage, tell
        self._first_size = stage.playing.settings.size
        self._nets = NetList(stage.playing.settings.net)
        self._changed = threading.Condition()
        self._pending: dict[str, _Pending] = {}
        self._worker: Worker | None = None
        self._usual_turn = sys.getswitchinterval()

    def canvas(self, steps: int) -> None:
        """Ask for a larger canvas, or below 0 a smaller one."""
        with self._changed:
            match self._requested("canvas"):
                case CanvasRequest(size):
                    now = size
                case _:
                    now = self._stage.playing.settings.size
            size = neighbour(now, steps, self._first_size)
            if size == now:
                end = "largest" if steps > 0 else "smallest"
                self._tell(f"{now} is the {end} canvas there is")
            else:
                self._request("canvas", CanvasRequest(size))

    def step_net(self, steps: int) -> None:
        """Ask for the net so many places on, among those whose weights are here."""
        with self._changed:
            match self._requested("net"):
                case _NetStep(start, before):
                    step = _NetStep(start, before + steps)
                case NetRequest(choice):
                    step = _NetStep(choice, steps)
                case _:
                    step = _NetStep(self._stage.playing.settings.net, steps)
            self._request("net", step)

    def net(self, text: str) -> None:
        """Ask for a net by its name or file."""
        self._request("net", NetRequest(NetChoice(net=text)))

    def source(self, text: str) -> None:
        """Ask for one more source, to go to at once."""
        self._request("source", SourceRequest(text))

    @property
    def preparing(self) -> str:
        """What is being made ready, for the operator; empty where nothing is."""
        with self._changed:
            return ", ".join(f"preparing {pending.request}" for pending in self._pending.values())

    def turn(self, dreamer: Dreamer) -> None:
        """Apply what can be applied before the dreamer's next frame: one swap at the most."""
        if not self._pending:
            return
        with self._changed:
            requests = list(self._pending.items())
        for kind, pending in requests:
            with self._changed:
                opened = pending.take()
            if opened is not None and self._applied(kind, pending, opened, dreamer):
                return

    def close(self, timeout: float) -> bool:
        """Open nothing more; return whether what was being opened came to its end in time (seconds)."""
        if self._worker is not None:
            self._worker.stop(timeout)
            if self._worker.alive:
                return False
        with self._changed:
            opened = [pending.take() for pending in self._pending.values()]
            for kind, pending in list(self._pending.items()):
                self._finish(kind, pending)
        for each in filter(None, opened):
            each.discard()
        return True

    def _requested(self, kind: str) -> Request | _NetStep | None:
        pending = self._pending.get(kind)
        return pending.request if pending is not None else None

    def _request(self, kind: str, request: Request | _NetStep) -> None:
        with self._changed:
            before = self._pending.get(kind)
            self._hurry(True)
            self._pending[kind] = _Pending(request)
            replaced = before.take() if before is not None else None
            self._changed.notify_all()
            if self._worker is None:
                self._worker = Worker("swapper", self._work, self._wake).start()
        if replaced is not None:
            replaced.discard()

    def _hurry(self, hurry: bool) -> None:
        """Have Python's threads take turns quickly, or as usual, while no request is pending.

        Reading weights and laying out plans is much Python: a picture on the screen takes several turns, and
        would wait 5 ms for each.
        """
        if self._pending:
            return
        if hurry:
            self._usual_turn = sys.getswitchinterval()
        sys.setswitchinterval(_TURN if hurry else self._usual_turn)

    def _applied(self, kind: str, pending: _Pending, opened: OpenedSwap, dreamer: Dreamer) -> bool:
        """Apply a swap; return whether it has come to its end, or else keep it for the next frame."""
        try:
            if not opened.apply(self._stage, dreamer):
                self._keep(kind, pending, opened)
                return False
        except Exception as error:  # whatever it is, the show goes on as it was
            opened.discard()
            self._fail(kind, pending, error)
            return True
        text = str(pending.request)
        if kind == "net":
            text = f"net {text}: {self._stage.store.snapshot().layer}"
        with self._changed:
            self._tell(text)
            self._finish(kind, pending)
        return True

    def _keep(self, kind: str, pending: _Pending, opened: OpenedSwap) -> None:
        """Keep an opened swap until it can be applied; discard it where a newer request has come."""
        with self._changed:
            current = self._pending.get(kind) is pending
            if current:
                pending.opened = opened
        if not current:
            opened.discard()

    def _finish(self, kind: str, pending: _Pending) -> bool:
        """Forget a request that has come to its end; return False where a newer one has taken its place."""
        with self._changed:
            current = self._pending.get(kind) is pending
            if current:
                del self._pending[kind]
                self._hurry(False)
        return current

    def _fail(self, kind: str, pending: _Pending, error: Exception) -> None:
        _log.info("no swap", exc_info=error)
        with self._changed:
            if self._finish(kind, pending):
                self._tell(f"no swap to {pending.request}: {error}")

    def _work(self, stopping: threading.Event) -> None:
        """Open what is requested, one after the other."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: stopping.is_set() or self._next() is not None)
                found = self._next()
                if stopping.is_set() or found is None:
                    return
                kind, pending = found
                pending.started = True
            self._open(kind, pending)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _next(self) -> tuple[str, _Pending] | None:
        waiting = ((kind, pending) for kind, pending in self._pending.items() if not pending.started)
        return next(waiting, None)

    def _open(self, kind: str, pending: _Pending) -> None:
        try:
            request = self._found(pending.request)
            opened = open_swap(request, self._stage) if request is not None else None
        except Exception as error:  # whatever it is, the show goes on as it was
            self._fail(kind, pending, error)
            return
        if request is None or opened is None:
            self._finish(kind, pending)
        else:
            pending.request = request
            self._keep(kind, pending, opened)

    def _found(self, request: Request | _NetStep) -> Request | None:
        """Return the request itself, or that to which a step leads; None where its net is played already."""
        if isinstance(request, NetRequest):
            self._nets.add(request.choice)
        if not isinstance(request, _NetStep):
            return request
        choice = self._nets.after(request.start, request.steps)
        return None if choice == self._stage.playing.settings.net else NetRequest(choice)
