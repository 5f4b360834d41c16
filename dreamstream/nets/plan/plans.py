"""A net's cache of plans: bounded, the least recently used go first.

A plan takes a moment to build: kernels are laid out, and oneDNN generates its code at the first run. `begin`
has that done on a background thread, the latest request first; `get` waits for it.
"""

import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from dreamstream.nets.plan.plan import Plan

Key = tuple[tuple[str, ...], tuple[int, ...]]
"""The layers asked for, and the picture's shape."""

_MOST = 32  # plans: a few layers at each octave's size
_LEAST = 8  # plans that are kept where they are large: as many as one frame may need
_STALE = 3.0  # seconds after which nobody waits any more for a plan that is not begun


class Plans:
    """Builds each plan once; safe to use from any thread. What `build` raises is raised by `get`.

    As many are kept as fit into `memory` bytes, and `most` in number. `close` ends the thread, and drops
    all plans but the one being built.
    """

    def __init__(
        self,
        build: Callable[[Key], Plan],
        most: int = _MOST,
        memory: float = float("inf"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._build, self._most, self._memory, self._clock = build, most, memory, clock
        self._plans: OrderedDict[Key, Future[Plan]] = OrderedDict()
        self._queue: OrderedDict[Key, float] = OrderedDict()  # not begun, and when last requested
        self._changed = threading.Condition()
        self._builder: threading.Thread | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._plans)

    def get(self, key: Key) -> Plan:
        """Return the plan; build it on this thread if no other has begun to."""
        with self._changed:
            mine = self._claim(key) or self._queue.pop(key, None) is not None
            future = self._plans[key]
        if mine:
            self._fill(key, future)
        return future.result()

    def begin(self, key: Key) -> bool:
        """Return whether the plan is built, or is known to fail; else have it built in the background."""
        with self._changed:
            known = self._plans.get(key)
            if known is not None and known.done():
                return True
            if self._claim(key) or key in self._queue:
                self._queue[key] = self._clock()
                self._queue.move_to_end(key)
                self._changed.notify()
                if self._builder is None and not self._closed:
                    self._builder = threading.Thread(target=self._work, name="plan", daemon=True)
                    self._builder.start()
            return False

    def close(self, timeout: float) -> bool:
        """Begin no further plan; return whether the one being built was done in time (seconds)."""
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

    def clear(self) -> None:
        """Drop all plans but those being built or waited for."""
        with self._changed:
            for key in [key for key, future in self._plans.items() if future.done()]:
                del self._plans[key]

    def _claim(self, key: Key) -> bool:
        """Mark the plan as used; return whether it has to be built, which the caller then does or queues."""
        known = self._plans.get(key)
        mine = known is None or (known.done() and known.exception() is not None)
        if mine:
            self._plans[key] = Future()
        self._plans.move_to_end(key)
        self._drop()
        return mine

    def _drop(self) -> None:
        """Drop the least recently used plans, but none that is being built or waited for."""
        for key in [key for key, future in self._plans.items() if future.done()]:
            count = len(self._plans)
            done = (each for each in self._plans.values() if each.done() and not each.exception())
            if count <= self._most and (
                count <= _LEAST or sum(each.result().bytes for each in done) <= self._memory
            ):
                return
            del self._plans[key]

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
            traceback.clear_frames(error.__traceback__)  # what they hold may be what others lack
            future.set_exception(error)
