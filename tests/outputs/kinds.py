"""Senders for tests."""

from collections.abc import Callable

from dreamstream.frame import Frame
from dreamstream.outputs import Sender, Target


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
