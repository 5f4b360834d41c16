import os
import sys
import threading

import pytest

from dreamstream.process import be_nice, go_first
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
def test_a_nice_worker_lets_others_go_first_and_so_do_its_threads() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    seen: list[int] = []

    def work(stopping: threading.Event) -> None:
        seen.append(niceness())
        inner = threading.Thread(target=lambda: seen.append(niceness()))
        inner.start()
        inner.join()

    before = niceness()
    Worker("nice", work).start(nice=5).join()
    assert seen == [min(before + 5, 19)] * 2
    assert niceness() == before


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a niceness of its own on Linux alone")
def test_a_worker_does_not_take_after_the_thread_that_starts_it() -> None:
    seen: list[int] = []

    def start() -> None:
        be_nice(7)
        go_first()  # where the system allows it
        Worker("usual", work).start(nice=8).join()

    def work(stopping: threading.Event) -> None:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    outer = threading.Thread(target=start)
    outer.start()
    outer.join()
    assert seen == [min(os.getpriority(os.PRIO_PROCESS, 0) + 8, 19)]
