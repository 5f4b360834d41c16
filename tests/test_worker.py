import threading

import pytest

from dreamstream.worker import Worker


def test_stop_sets_the_flag_wakes_and_joins() -> None:
    woken = threading.Event()

    def work(stopping: threading.Event) -> None:
        woken.wait(30)
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
