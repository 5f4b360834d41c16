"""A source in a process of its own: pictures that come by themselves, the newest one held.

    stream, screen, ... in the process -> the newest picture, at the canvas size -> pipe -> a thread -> `read`

What may hang, crash or hold Python's lock for seconds does so there, and no dream waits for it: where no
picture comes, the last one stays, and the process is started again, after pauses that grow.
"""

import math
import threading
import time
from contextlib import closing

import numpy as np

from dreamstream.errors import SourceError, reason
from dreamstream.every import Pauses
from dreamstream.frame import Canvas, Pixels, new_pixels
from dreamstream.program import Program
from dreamstream.size import Size
from dreamstream.sources.cover import cover
from dreamstream.sources.source import Source
from dreamstream.worker import Worker

_OPENING, _PATIENCE = 20.0, 15.0  # seconds for the first picture, and for each later one: else it hangs
_FIRST, _LONGEST = 1.0, 10.0  # seconds: the pauses before it is started again
_SOON, _REST = 0.1, 0.5  # seconds from one picture to the next, by itself: while they are read, and else
_ENDING = 2.0  # seconds that its thread has to end


class Apart(Source):
    """What an opener of `sources.openers` gives at a place; `name` is the source for everybody to see.

    Raises SourceError where no first picture comes. `read` never waits: it gives the newest, again where
    there is no newer one.
    """

    moving = True

    def __init__(self, opener: str, where: str, name: str, size: Size, pause: float = _FIRST) -> None:
        self._opener, self._where, self._name, self._size, self._first = opener, where, name, size, pause
        self.place = -1
        self._program: Program | None = None
        self._asked = math.inf  # when the picture was asked for that it is to give
        self._newest: Pixels | None = None
        self._wanted, self._told = threading.Event(), threading.Event()
        self._worker = Worker(f"source {name}", self._run, self._end).start()
        if not self._told.wait(_OPENING) or self._newest is None:
            why = self.message or f"{name}: no picture has come from it within {_OPENING:g} s"
            self.close()
            raise SourceError(why)

    def read(self) -> Canvas:
        """See `Source`."""
        if time.monotonic() - self._asked > _PATIENCE:
            self._end()
        self._wanted.set()
        self.place += 1
        assert self._newest is not None
        pixels = self._newest
        return pixels.astype(np.float32) if Size.of(pixels) == self._size else cover(pixels, self._size)

    def resized(self, size: Size) -> Source:
        """Return itself: its next picture has the size."""
        self._size = size
        return self

    def close(self) -> None:
        """End the process."""
        self._worker.stop(_ENDING)

    def _end(self) -> None:
        """End the process as it is now: whoever waits for its picture waits no more."""
        self._wanted.set()
        if (program := self._program) is not None:
            program.kill()

    def _run(self, stopping: threading.Event) -> None:
        pauses, read = Pauses(self._first, _LONGEST), True
        while not stopping.is_set():
            try:
                with closing(_program()) as self._program:
                    # on stdin, as there may be a password in it, and others see arguments
                    self._program.ask([self._opener, self._where])
                    while not stopping.is_set():
                        self._asked = time.monotonic()
                        self._newest = _picture(self._program, self._size)
                        self._asked, self.message = math.inf, ""
                        pauses.reset()
                        self._told.set()
                        read = self._wanted.wait(_SOON if read else _REST)
                        self._wanted.clear()
            except (SourceError, OSError) as error:  # OSError: no process could be started
                held = "; its last picture stays, and it is tried again" if self._newest is not None else ""
                self.message = f"{self._name}: {reason(error)}{held}"
            self._asked = math.inf
            self._told.set()
            stopping.wait(pauses.next())


def _program() -> Program:
    means = "no picture comes from it any more"
    return Program("dreamstream.sources.program", error=SourceError, means=means)


def _picture(program: Program, size: Size) -> Pixels:
    """Wait for a newer picture than the last; SourceError where none comes any more."""
    program.ask(size)
    pixels = new_pixels(size)
    if program.stdout.readinto(pixels.reshape(-1).data) < pixels.size:
        raise program.failure()
    return pixels
