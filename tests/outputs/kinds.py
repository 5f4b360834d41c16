"""Senders for tests, and what waits for outputs."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from dreamstream.errors import OutputError
from dreamstream.frame import Frame
from dreamstream.outputs import Sender, Target
from tests.fakes import PATIENCE


def until(true: Callable[[], object], what: str = "it") -> None:
    """Wait until something is true; fail if it never is."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.005)


class Opened(Target):
    """A target whose sender is what `make` returns."""

    make: Callable[[], Sender]

    def open(self) -> Sender:
        return type(self).make()


def target(make: Callable[[], Sender], where: str = "x") -> Target:
    """Return a target that opens a sender in this process."""
    kind = type("Made", (Opened,), {"make": staticmethod(make)})
    made: Target = kind("dream", None, "shm", where)
    return made


class Kept(Sender):
    """Keeps the frames; `fail` is raised by the next one, `hold` is called with each."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.fail: Exception | None = None
        self.hold: Callable[[], object] = lambda: None
        self.closed = 0

    def send(self, frame: Frame) -> None:
        self.hold()
        if self.fail is not None:
            error, self.fail = self.fail, None
            raise error
        self.frames.append(frame)

    def close(self) -> None:
        self.closed += 1


class Noted(Sender):
    """For a process of its own: writes into the file `where` what comes; picture 13 kills it, 14 hangs."""

    def __init__(self, where: str) -> None:
        if where == "nowhere":
            raise OutputError("nowhere is no place")
        self._path = Path(where)

    @property
    def warning(self) -> str:
        return "it is late"

    def send(self, frame: Frame) -> None:
        if frame.index == 13:
            os._exit(7)
        while frame.index == 14:
            time.sleep(1)
        with self._path.open("a") as file:
            file.write(f"{frame.index} {frame.time} {frame.size} {frame.pixels[0, 0].tolist()}\n")

    def close(self) -> None:
        with self._path.open("a") as file:
            file.write("closed\n")


class Slow(Noted):
    """For a process of its own: a tenth of a second for each picture."""

    def send(self, frame: Frame) -> None:
        time.sleep(0.1)
        super().send(frame)
