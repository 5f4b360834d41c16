"""Scheduling: an encoder's threads stay as ordinary as the thread that opens it.

SVT-AV1, where root runs it on Linux, gives its forty threads and its caller the highest real-time priority
(SCHED_FIFO 99), and the caller keeps it: nothing else of the show would run, and what waits for another
thread in a loop, as MKL's memory does, would wait for good.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def ordinary_threads() -> Iterator[None]:
    """Take back what is done meanwhile to the scheduling of this thread, and of those that are new then."""
    if sys.platform != "linux":
        yield
        return
    own = os.sched_getscheduler(0), os.sched_getparam(0)
    before = _threads()
    try:
        yield
    finally:
        for thread in (0, *(_threads() - before)):
            with contextlib.suppress(OSError):  # it has ended
                if os.sched_getscheduler(thread) != own[0]:
                    os.sched_setscheduler(thread, *own)


def _threads() -> set[int]:
    return {int(path.name) for path in Path("/proc/self/task").iterdir()}
