import ctypes
import os
import platform
import re
import struct
import sys
import threading

import pytest

from dreamstream.process import go_first
from dreamstream.worker import Worker
from tests.fakes import PATIENCE


def test_stop_sets_the_flag_wakes_and_joins() -> None:
    woken = threading.Event()

    def work(stopping: threading.Event) -> None:
        woken.wait(PATIENCE)
        assert stopping.is_set()

    worker = Worker("sleeper", work, woken.set).start()
    assert worker.alive
    worker.stop()
    assert not worker.alive


def test_a_failure_is_kept_and_raised_to_whoever_joins() -> None:
    def work(stopping: threading.Event) -> None:
        raise KeyError("lost")

    worker = Worker("failing", work).start()
    with pytest.raises(KeyError, match="lost"):
        worker.join()
    assert isinstance(worker.error, KeyError)


def test_a_worker_that_never_started_can_be_stopped() -> None:
    Worker("idle", lambda stopping: None).stop()


def test_the_thread_has_the_name() -> None:
    names: list[str] = []
    Worker("dreamer", lambda stopping: names.append(threading.current_thread().name)).start().join()
    assert names == ["dreamer"]


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a niceness of its own on Linux alone")
def test_a_worker_does_not_take_after_the_thread_that_starts_it() -> None:
    seen: list[int] = []

    def start() -> None:
        go_first()  # as far as the system allows it
        Worker("usual", work).start().join()

    def work(stopping: threading.Event) -> None:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    usual = os.getpriority(os.PRIO_PROCESS, 0)
    outer = threading.Thread(target=start)
    outer.start()
    outer.join()
    assert seen == [usual]


def _turn() -> int:
    """Return the nanoseconds of this thread's turns, as sched_getattr(2) says them."""
    attributes = ctypes.create_string_buffer(48)
    call = {"x86_64": 315, "aarch64": 275}[platform.machine()]
    assert ctypes.CDLL(None).syscall(call, 0, attributes, len(attributes), 0) == 0
    return int(struct.unpack("=IIQiIQQQ", attributes)[5])


def _short_turns_are_to_be_had() -> bool:
    version = tuple(int(part) for part in re.findall(r"\d+", platform.release())[:2])
    return sys.platform == "linux" and version >= (6, 12) and platform.machine() in ("x86_64", "aarch64")


@pytest.mark.skipif(not _short_turns_are_to_be_had(), reason="Linux has them from 6.12 on")
def test_who_goes_first_has_short_turns_and_those_whom_it_starts_have_usual_ones() -> None:
    seen: dict[str, int] = {}

    def first() -> None:
        go_first()
        seen["first"] = _turn()
        Worker("next", lambda stopping: seen.update(next=_turn())).start().join()

    usual = _turn()
    thread = threading.Thread(target=first)
    thread.start()
    thread.join()
    assert seen == {"first": 100_000, "next": usual}
    assert usual > 100_000
