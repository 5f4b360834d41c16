"""The swapper: opens the swaps that a person asks for in the background, and applies them in time.

    request (main thread) -> opened (a thread of its own) -> `turn` before each frame (dreamer's thread)

Of each kind (net, other net, canvas, source) the newest request wins. Meanwhile the old dream goes on; what
fails is one line for the operator, and changes nothing.
"""

import logging
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from dreamstream.dreamer import Dreamer
from dreamstream.errors import NetError
from dreamstream.nets import catalog
from dreamstream.process import go_as_usual
from dreamstream.size import neighbour
from dreamstream.stage import NetChoice, Stage
from dreamstream.stage.swap import NetInTurn, OneMoreSource, OtherCanvas, OtherNet, Swap
from dreamstream.tell import Tell, tell_nobody
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_SWITCH_INTERVAL = 0.0005
"""Seconds that Python computes before another thread has its turn, while a request is pending.

Reading weights and laying out plans is much Python: a picture on the screen takes several turns, and would
wait 5 ms for each.
"""


@dataclass(frozen=True)
class _NetStep:
    """The net, or the `other` one, so many places on from one: it is looked up in the background."""

    start: NetChoice
    steps: int
    other: bool = False

    def __str__(self) -> str:
        return "another net in turn" if self.other else "another net"


@dataclass(eq=False)
class _Pending:
    """A request that is not done yet; `applying` while the dreamer's thread has what was opened for it."""

    request: Swap | _NetStep
    opening: Future[Swap | None] = field(init=False)
    applying: bool = False


class Swapper:
    """Takes requests from any thread; `turn` is for the thread that dreams."""

    def __init__(self, stage: Stage, tell: Tell = tell_nobody) -> None:
        self._stage, self._tell = stage, tell
        self._first_size = stage.playing.settings.size
        settings = stage.playing.settings
        self._given_nets = [settings.net]  # beside the catalog's
        if settings.other_net:
            self._given_nets.append(NetChoice(net=settings.other_net))
        self._lock = threading.RLock()
        self._pending: dict[str, _Pending] = {}
        self._executor = ThreadPoolExecutor(1, "swapper", go_as_usual)
        self._usual_interval = sys.getswitchinterval()

    def canvas(self, steps: int) -> None:
        """Ask for a larger canvas, or below 0 a smaller one."""
        with self._lock:
            pending, now = self._pending.get("canvas"), self._stage.playing.settings.size
            if pending is not None and isinstance(pending.request, OtherCanvas):
                now = pending.request.size
            size = neighbour(now, steps, self._first_size)
            if size == now:
                end = "largest" if steps > 0 else "smallest"
                self._tell(f"{now} is the {end} canvas there is")
            else:
                self._request("canvas", OtherCanvas(size))

    def step_net(self, steps: int, other: bool = False) -> None:
        """Ask for the net so many places on, among those whose weights are here, or the `other` one."""
        kind, settings = "other net" if other else "net", self._stage.playing.settings
        with self._lock:
            match self._pending.get(kind):
                case _Pending(_NetStep(start, before)):
                    steps += before
                case _Pending(OtherNet(choice)):
                    start = choice
                case _Pending(NetInTurn(name)):
                    start = NetChoice(net=name)
                case _:
                    start = NetChoice(net=settings.other_net) if other else settings.net
            self._request(kind, _NetStep(start, steps, other))

    def net(self, text: str) -> None:
        """Ask for a net by its name or file."""
        self._request("net", OtherNet(NetChoice(net=text)))

    def other_net(self, text: str) -> None:
        """Ask for a net in turn with the show's own, by its name or file."""
        self._request("other net", NetInTurn(text))

    def source(self, text: str) -> None:
        """Ask for one more source, to go to at once."""
        self._request("source", OneMoreSource(text))

    @property
    def preparing(self) -> str:
        """What is being made ready, for the operator; empty where nothing is."""
        with self._lock:
            return ", ".join(f"preparing {pending.request}" for pending in self._pending.values())

    def turn(self, dreamer: Dreamer) -> None:
        """Apply what can be applied before the dreamer's next frame: one swap at the most."""
        if not self._pending:
            return
        with self._lock:
            requests = list(self._pending.items())
        for kind, pending in requests:
            with self._lock:
                if self._pending.get(kind) is not pending or not pending.opening.done():
                    continue
                pending.applying = True
            if self._apply(kind, pending, dreamer):
                return

    def close(self, timeout: float) -> bool:
        """Open nothing more; return whether what was being opened came to its end in time (seconds)."""
        end = Worker("swapper's end", lambda stopping: self._executor.shutdown(cancel_futures=True)).start()
        end.join(timeout)
        if end.alive:
            return False
        with self._lock:
            for kind, pending in list(self._pending.items()):
                self._finish(kind, pending)
                _discard(pending.opening)
        return True

    def _request(self, kind: str, request: Swap | _NetStep) -> None:
        with self._lock:
            replaced = self._pending.get(kind)
            if not self._pending:
                self._usual_interval = sys.getswitchinterval()
                sys.setswitchinterval(_SWITCH_INTERVAL)
            self._pending[kind] = pending = _Pending(request)
            pending.opening = self._executor.submit(self._open, kind, pending)
            unused = replaced is not None and not replaced.applying
        if replaced is not None and unused and not replaced.opening.cancel():
            replaced.opening.add_done_callback(_discard)

    def _apply(self, kind: str, pending: _Pending, dreamer: Dreamer) -> bool:
        """Apply a swap that is open; return whether it has come to its end, or else is tried again later."""
        swap = pending.opening.result()
        assert swap is not None
        try:
            if not swap.apply(self._stage, dreamer):
                with self._lock:
                    pending.applying = False
                    newest = self._pending.get(kind) is pending
                if not newest:
                    swap.discard()
                return False
        except Exception as error:  # whatever it is, the show goes on as it was
            swap.discard()
            self._fail(kind, pending, error)
            return True
        if kind == "source" and self._stage.crossing:
            self._stage.store.change(**self._stage.crossing)
        text = str(pending.request)
        if kind == "net":
            text = f"net {text}: {self._stage.store.snapshot().layer}"
        with self._lock:
            self._tell(text)
            self._finish(kind, pending)
        return True

    def _finish(self, kind: str, pending: _Pending) -> bool:
        """Forget a request that has come to its end; return False where a newer one has taken its place."""
        with self._lock:
            if self._pending.get(kind) is not pending:
                return False
            del self._pending[kind]
            if not self._pending:
                sys.setswitchinterval(self._usual_interval)
        return True

    def _fail(self, kind: str, pending: _Pending, error: Exception) -> None:
        _log.info("no swap", exc_info=error)
        with self._lock:
            if self._finish(kind, pending):
                self._tell(f"no swap to {pending.request}: {error}")

    def _open(self, kind: str, pending: _Pending) -> Swap | None:
        """Open what is requested; None where that fails, or is played already."""
        try:
            swap = self._resolved(pending.request)
            if swap is not None:
                swap.open(self._stage)
                pending.request = swap
                return swap
        except Exception as error:  # whatever it is, the show goes on as it was
            self._fail(kind, pending, error)
        else:
            self._finish(kind, pending)
        return None

    def _resolved(self, request: Swap | _NetStep) -> Swap | None:
        """Return the request itself, or that to which a step leads; None where its net is played already."""
        if isinstance(request, OtherNet) and request.choice not in self._given_nets:
            self._given_nets.append(request.choice)
        if not isinstance(request, _NetStep):
            return request
        nets, settings = self._nets(), self._stage.playing.settings
        if request.other:  # by their names alone, and not the show's own
            nets = [each for each in nets if each == NetChoice(net=each.net) and each != settings.net]
        if len(nets) < 2 - request.other:
            raise NetError("no other net is here; `dreamstream nets` lists those that can be fetched")
        if request.start in nets:
            choice = nets[(nets.index(request.start) + request.steps) % len(nets)]
        else:  # from none, its first or last
            choice = nets[(request.steps - (request.steps > 0 and request.other)) % len(nets)]
        if request.other:
            return None if choice.net == settings.other_net else NetInTurn(choice.net)
        return None if choice == settings.net else OtherNet(choice)

    def _nets(self) -> list[NetChoice]:
        """Return the nets to step through: those of the catalog that are here, and those that were given."""
        given = {choice.net: choice for choice in self._given_nets}
        known = catalog()
        here = [name for name, entry in known.items() if entry.is_here() or name in given]
        choices = [given.get(name) or NetChoice(net=name) for name in here]
        return choices + [choice for choice in self._given_nets if choice.net not in known]


def _discard(opening: Future[Swap | None]) -> None:
    """Discard a swap that nobody wants any more, if it was opened."""
    swap = None if opening.cancelled() else opening.result()
    if swap is not None:
        swap.discard()
