"""What `test_ndi` runs in a network of its own: NDI's senders and receivers, which find each other."""

import contextlib
import os
import threading
import time
from pathlib import Path

import pytest

from dreamstream.outputs import Output, target_of
from dreamstream.sources import Source, apart, open_source
from dreamstream.tell import tell_nobody
from tests.outputs.kinds import until
from tests.outputs.receivers import SIZE, feeding, number_of

NAME = f"dream {os.getpid()}"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that has failed is tried again soon."""
    monkeypatch.setattr(apart, "_FIRST", 0.1)
    monkeypatch.setattr(apart, "_LONGEST", 0.2)


def opened(name: str) -> Source:
    """A source, as soon as somebody sends under that name."""
    return open_source(f"ndi:{name}", SIZE, 0)


def number(source: Source) -> int:
    return number_of(source.read())


def test_who_takes_it_and_who_sends_it_are_killed_and_come_again_and_leave_nothing() -> None:
    with feeding() as feed:
        files, threads = open_files(), threading.active_count()
        output = Output(target_of(f"ndi:{NAME}"), feed.ring.reader, tell_nobody, 0.05).start()
        with contextlib.closing(opened(NAME)) as source:
            for times in range(1, 4):
                source._program.kill()  # type: ignore[attr-defined]
                until(lambda: not comes(source, feed.sent))
                until(lambda: comes(source, feed.sent))
                output._sender._program.kill()  # type: ignore[union-attr]
                until(lambda times=times: output.status.restarts == times and output.status.state == "on")  # type: ignore[misc]
                until(lambda: comes(source, feed.sent))
            assert source.message == ""
        assert output.status.sent > 0
        sent = output.status.sent
        until(lambda: output.status.sent > sent + 5)  # nobody receives it any more
        output.stop(10)
        assert open_files() == files
        assert threading.active_count() == threads
        assert feed.slowest < 0.5


def comes(source: Source, sent: dict[int, float]) -> bool:
    """Whether its picture was sent within the last second."""
    return time.monotonic() - sent.get(number(source), 0.0) < 1.0


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
