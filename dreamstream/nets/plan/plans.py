"""The plans of a net that are there, and those being built: bounded, the least used go first.

A plan takes a moment to build: kernels are laid out, and oneDNN writes its code at the first run. `begin` has
that done on a thread of its own, `get` waits for it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from dreamstream.nets.plan.plan import Plan

Key = tuple[tuple[str, ...], tuple[int, ...]]
"""The layers asked for, and the picture's shape."""

_KEPT = 32  # a few layers at each octave's size


class Plans:
    """Builds each plan once; safe to use from any thread. What `build` raises is raised by `get`."""

    def __init__(self, build: Callable[[Key], Plan], kept: int = _KEPT) -> None:
        self._build, self._kept = build, kept
        self._plans: OrderedDict[Key, Future[Plan]] = OrderedDict()
        self._lock = threading.Lock()
        self._builder: ThreadPoolExecutor | None = None

    def __len__(self) -> int:
        return len(self._plans)

    def get(self, key: Key) -> Plan:
        """Return the plan; build it here and now if nobody has begun to."""
        future, mine = self._claim(key)
        if mine:
            self._fill(key, future)
        return future.result()

    def begin(self, key: Key) -> bool:
        """Return whether the plan was there, or is known to fail; else have it built on another thread."""
        with self._lock:
            known = self._plans.get(key)
            self._builder = self._builder or ThreadPoolExecutor(1, "plan")
        if known is not None:
            return known.done()
        future, mine = self._claim(key)
        if mine:
            self._builder.submit(self._fill, key, future)
        return False

    def _claim(self, key: Key) -> tuple[Future[Plan], bool]:
        """Return the plan's future, and whether it is the caller's to fill."""
        with self._lock:
            known = self._plans.get(key)
            failed = known is not None and known.done() and known.exception() is not None
            mine = known is None or failed
            future: Future[Plan] = Future() if known is None or failed else known
            self._plans[key] = future
            self._plans.move_to_end(key)
            if len(self._plans) > self._kept:
                self._plans.popitem(last=False)
            return future, mine

    def _fill(self, key: Key, future: "Future[Plan]") -> None:
        try:
            future.set_result(self._build(key))
        except BaseException as error:
            future.set_exception(error)
