"""The swapper: opens what a person wishes for in the background, and hands it to the dreamer in time.

    wish (main thread) -> opened (a thread of its own) -> asked before each frame (dreamer's thread) -> done

Of each kind (net, canvas, source) the newest wish wins. Meanwhile the old dream goes on; what fails is one
line for the operator, and changes nothing.
"""

import logging
import sys
import threading
from dataclasses import dataclass, replace

from dreamstream.dreamer import Dreamer
from dreamstream.errors import DreamstreamError, NetError
from dreamstream.nets import catalog
from dreamstream.stage import NetChoice, Stage
from dreamstream.stage.swap import CanvasWish, NetWish, Ready, SourceWish, Wish, neighbour, open_swap
from dreamstream.tell import Tell, tell_nobody
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_TURN = 0.0005  # seconds that Python computes before another thread has its turn, while something is opened


@dataclass(frozen=True)
class _Step:
    """The net so many places on from one: which that is, is looked up in the background."""

    start: NetChoice
    steps: int

    @property
    def words(self) -> str:
        return "another net"


class Swapper:
    """Takes wishes from any thread; `turn` is for the thread that dreams."""

    def __init__(self, stage: Stage, tell: Tell = tell_nobody) -> None:
        self._stage, self._tell = stage, tell
        self._first = stage.settings.size
        self._given = [stage.settings.net]
        self._changed = threading.Condition()
        self._wanted: dict[str, Wish | _Step] = {}  # by kind, those not done yet
        self._opened: dict[str, Ready] = {}
        self._left: list[Ready] = []
        self._done: Ready | None = None
        self._worker: Worker | None = None
        self._stopping = False
        self._usual = sys.getswitchinterval()

    def canvas(self, steps: int) -> None:
        """Wish for a larger canvas, or below 0 a smaller one."""
        with self._changed:
            wanted = self._wanted.get("canvas")
            now = wanted.size if isinstance(wanted, CanvasWish) else self._stage.settings.size
            size = neighbour(now, steps, self._first)
            if size == now:
                self._tell(f"{now} is the {'largest' if steps > 0 else 'smallest'} canvas there is")
            else:
                self._wish("canvas", CanvasWish(size))

    def step_net(self, steps: int) -> None:
        """Wish for the net so many places on, among those whose weights are here."""
        with self._changed:
            wanted = self._wanted.get("net")
            match wanted:
                case _Step():
                    self._wish("net", replace(wanted, steps=wanted.steps + steps))
                case NetWish():
                    self._wish("net", _Step(wanted.choice, steps))
                case _:
                    self._wish("net", _Step(self._stage.settings.net, steps))

    def net(self, text: str) -> None:
        """Wish for a net by its name or file."""
        self._wish("net", NetWish(NetChoice(net=text)))

    def source(self, text: str) -> None:
        """Wish for one more source, to go to at once."""
        self._wish("source", SourceWish(text))

    @property
    def awaited(self) -> str:
        """What is being made ready, in words; empty where nothing is."""
        with self._changed:
            return ", ".join(f"preparing {wish.words}" for wish in self._wanted.values())

    def turn(self, dreamer: Dreamer) -> None:
        """Do what can be done before the dreamer's next frame: one swap at the most."""
        if not (self._opened or self._left):
            return
        with self._changed:
            opened, left = list(self._opened.items()), self._left
            self._left = []
        for ready in left:
            if ready is not self._done:
                ready.leave()
        for kind, ready in opened:
            try:
                done = ready.do(self._stage, dreamer)
            except DreamstreamError as error:
                self._end(kind, ready, f"no swap to {ready.wish.words}: {error}")
                ready.leave()
                return
            if done:
                self._done = ready
                self._end(kind, ready, self._words(ready.wish))
                return

    def close(self, timeout: float) -> bool:
        """Open nothing more; return whether what was being opened came to its end in time (seconds)."""
        if self._worker is not None:
            self._worker.stop(timeout)
            if self._worker.alive:
                return False
        with self._changed:
            sys.setswitchinterval(self._usual)
            left = [ready for ready in (*self._opened.values(), *self._left) if ready is not self._done]
            self._opened, self._left = {}, []
        for ready in left:
            ready.leave()
        return True

    def _words(self, wish: Wish) -> str:
        layer = self._stage.store.snapshot().layer
        return f"net {wish.words}: {layer}" if isinstance(wish, NetWish) else wish.words

    def _wish(self, kind: str, wish: Wish | _Step) -> None:
        with self._changed:
            self._hurry()
            self._wanted[kind] = wish
            if kind in self._opened:  # it may be being done just now, by the thread that dreams
                self._left.append(self._opened.pop(kind))
            self._changed.notify_all()
            if self._worker is None:
                self._worker = Worker("swapper", self._work, self._wake).start()

    def _hurry(self) -> None:
        """Have Python's threads take turns quickly: reading weights and laying out plans is much Python.

        A picture on the screen takes several turns, and would wait 5 ms for each.
        """
        if not self._wanted:
            self._usual = sys.getswitchinterval()
            sys.setswitchinterval(_TURN)

    def _forget(self, kind: str) -> None:
        del self._wanted[kind]
        if not self._wanted:
            sys.setswitchinterval(self._usual)

    def _wake(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _end(self, kind: str, ready: Ready, message: str) -> None:
        """Note that a wish has come to its end, unless there is a newer one by now."""
        with self._changed:
            if self._opened.get(kind) is ready:
                del self._opened[kind]
                self._forget(kind)
            self._tell(message)

    def _next(self) -> tuple[str, Wish | _Step] | None:
        waiting = ((kind, wish) for kind, wish in self._wanted.items() if kind not in self._opened)
        return next(waiting, None)

    def _work(self, stopping: threading.Event) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._next() is not None)
                found = self._next()
            if self._stopping or found is None:
                return
            self._open(*found)

    def _open(self, kind: str, wanted: Wish | _Step) -> None:
        try:
            wish = self._resolved(wanted)
            ready = open_swap(wish, self._stage) if wish is not None else None
        except Exception as error:  # whatever it is, the show goes on as it was
            _log.info("no swap", exc_info=error)
            with self._changed:
                if self._wanted.get(kind) is wanted:
                    self._forget(kind)
                    self._tell(f"no swap to {wanted.words}: {error}")
            return
        with self._changed:
            if self._wanted.get(kind) is wanted:
                self._forget(kind)
                if wish is not None and ready is not None:
                    self._hurry()
                    self._wanted[kind], self._opened[kind] = wish, ready
            elif ready is not None:
                self._left.append(ready)

    def _resolved(self, wanted: Wish | _Step) -> Wish | None:
        """Return the wish itself, or the net that a step leads to; None where that is played already."""
        if isinstance(wanted, NetWish):
            self._remember(wanted.choice)
        if not isinstance(wanted, _Step):
            return wanted
        nets = self._nets()
        at = nets.index(wanted.start) if wanted.start in nets else 0
        choice = nets[(at + wanted.steps) % len(nets)]
        if len(nets) < 2:
            raise NetError("no other net is here; `dreamstream nets` lists those that can be fetched")
        return None if choice == self._stage.settings.net else NetWish(choice)

    def _remember(self, choice: NetChoice) -> None:
        if choice not in self._given:
            self._given.append(choice)

    def _nets(self) -> list[NetChoice]:
        """Return the catalog's nets that are here, and those that were given, in this order."""
        own = {choice.net: choice for choice in self._given}
        known = catalog()
        here = [name for name, entry in known.items() if entry.is_here() or name in own]
        choices = [own.get(name) or NetChoice(net=name) for name in here]
        return choices + [choice for choice in self._given if choice.net not in known]
