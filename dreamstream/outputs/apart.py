"""Apart: a sender in a process of its own, which gets its pictures through shared memory.

    Apart -> shared memory, and a line on stdin for each picture -> the process -> Sender

What may hang, crash, or hold Python's lock for seconds (as PyAV does while it opens an address) does so
there. Where the process ends or takes no picture for too long, `send` fails, and whoever sends opens another
one. It ends when its stdin does: with the show, however that ends.
"""

import itertools
import os
import time
from collections.abc import Callable

from dreamstream.errors import OutputError
from dreamstream.frame import Frame
from dreamstream.outputs.memory import MemoryWriter
from dreamstream.outputs.sender import Sender
from dreamstream.program import Program
from dreamstream.size import Size

_OPENING, _PATIENCE = 20.0, 8.0  # seconds that it has for its first picture, and for each later one
_ENDING = 2.0  # seconds that it has to finish
_numbers = itertools.count(1)


class Apart(Sender):
    """Runs what `open` returns for a place in a process of its own, with pictures of one `size` if given."""

    def __init__(self, open: Callable[[str], Sender], where: str, size: Size | None) -> None:
        self._memory: MemoryWriter | None = None
        self._missed = 0  # in memories before this one
        self._program = Program(
            "dreamstream.outputs.program", error=OutputError, means="its process has ended"
        )
        self._taken, self._taken_at, self._patience = 0, time.monotonic(), _OPENING
        opener = f"{open.__module__}:{open.__qualname__}"
        self._program.ask({"open": opener, "where": where, "size": size})

    @property
    def warning(self) -> str:
        """That of the sender there."""
        return self._memory.warning if self._memory is not None else ""

    @property
    def begun(self) -> bool:
        """Whether the sender there was done with a picture."""
        return self._taken > 0

    @property
    def missed(self) -> int:
        """How many pictures it was too slow for."""
        return self._missed + (self._memory.missed if self._memory is not None else 0)

    def send(self, frame: Frame) -> None:
        """See `Sender`; OutputError where the process has ended, or hangs."""
        if self._program.over:
            raise self._program.failure()
        self._watch(time.monotonic())
        if self._memory is None or not self._memory.fits(frame):
            self._forget()
            name = f"dreamstream-{os.getpid()}-{next(_numbers)}"
            self._memory = MemoryWriter(name, frame.size, frame.channels)
        self._memory.write(frame)
        self._program.ask(self._memory.name)

    def close(self) -> None:
        """See `Sender`: the process finishes, or is ended."""
        self._program.close(_ENDING)
        self._forget()

    def _watch(self, now: float) -> None:
        """See whether it has taken a picture since it was looked at last; OutputError if not for too long."""
        if self._memory is not None and self._memory.taken != self._taken:
            self._taken, self._taken_at, self._patience = self._memory.taken, now, _PATIENCE
        if now - self._taken_at > self._patience:
            raise OutputError(f"no picture has got through for {self._patience:g} s")

    def _forget(self) -> None:
        if self._memory is not None:
            self._missed += self._memory.missed
            self._memory.close()
            self._memory = None
