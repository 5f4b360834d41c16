"""The plans of a net that are there, and those being built: bounded, the least used go first.

A plan takes a moment to build: kernels are laid out, and oneDNN writes its code at the first run. `begin` has
that done on a thread of its own, what was asked for last first; `get` waits for it.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from dreamstream.nets.plan.plan import Plan

Key = tuple[tuple[str, ...], tuple[int, ...]]
"""The layers asked for, and the picture's shape."""

_KEPT = 32  # a few layers at each octave's size,
_LEAST = 8  # or as many as one frame may need where they are large
_STALE = 3.0  # seconds after which nobody waits any more for what is still to be begun


class Plans:
    """Builds each plan once; safe to use from any thread. What `build` raises is raised by `get`.

    As many are kept as fit into `memory` bytes, and `kept` at the most. `close` ends the thread, and drops
    all plans but the one being built.
    """

    def __init__(
        self,
        build: Callable[[Key], Plan],
        kept: int = _KEPT,
        memory: float = float("inf"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._build, self._kept, self._memory, self._clock = build, kept, memory, clock
        self._plans: OrderedDict[Key, Future[Plan]] = OrderedDict()
        self._queue: OrderedDict[Key, float] = OrderedDict()  # what is to be begun, and when it was asked for
        self._changed = threading.Condition()
        self._builder: threading.Thread | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._plans)

    def get(self, key: Key) -> Plan:
        """Return the plan; build it here and now if nobody has begun to."""
        with self._changed:
            mine = self._claimed(key) or self._queue.pop(key, None) is not None
            future = self._plans[key]
        if mine:
            self._fill(key, future)
        return future.result()

    def begin(self, key: Key) -> bool:
        """Return whether the plan was there, or is known to fail; else have it built on another thread."""
        with self._changed:
            known = self._plans.get(key)
            if known is not None and known.done():
                return True
            if self._claimed(key) or key in self._queue:
                self._queue[key] = self._clock()
                self._queue.move_to_end(key)
                self._changed.notify()
                if self._builder is None and not self._closed:
                    self._builder = threading.Thread(target=self._work, name="plan", daemon=True)
                    self._builder.start()
            return False

    def close(self, timeout: float) -> bool:
        """Begin no further plan; return whether the one that is being built was done in time (seconds)."""
        with self._changed:
            self._closed = True
            for key in (*self._queue, *(key for key, future in self._plans.items() if future.done())):
                del self._plans[key]
            self._queue.clear()
            self._changed.notify_all()
        if self._builder is None:
            return True
        self._builder.join(timeout)
        return not self._builder.is_alive()

    def _claimed(self, key: Key) -> bool:
        """Note that the plan is wanted, and return whether it is the caller's to fill."""
        known = self._plans.get(key)
        mine = known is None or (known.done() and known.exception() is not None)
        if mine:
            self._plans[key] = Future()
        self._plans.move_to_end(key)
        self._drop()
        return mine

    def _drop(self) -> None:
        """Let go of the least used plans; those that are being built, or waited for, are not among them."""
        for key in [key for key, future in self._plans.items() if future.done()]:
            count = len(self._plans)
            if count <= self._kept and (count <= _LEAST or self._held() <= self._memory):
                return
            del self._plans[key]

    def _held(self) -> int:
        done = (future for future in self._plans.values() if future.done() and not future.exception())
        return sum(future.result().bytes for future in done)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closed)
                if self._closed:
                    return
                key, asked = self._queue.popitem()
                future = self._plans[key]
                if self._clock() - asked > _STALE:
                    del self._plans[key]
                    continue
            self._fill(key, future)

    def _fill(self, key: Key, future: "Future[Plan]") -> None:
        try:
            future.set_result(self._build(key))
        except BaseException as error:
            future.set_exception(error)
