"""A source in a process of its own: pictures that come by themselves, the newest one held.

    stream, screen, ... in the process -> the newest picture, at the canvas size -> pipe -> a thread -> `read`

What may hang, crash or hold Python's lock for seconds does so there, and no dream waits for it: where no
picture comes, the last one stays, and the process is started again, after pauses that grow.
"""

import io
import json
import math
import threading
import time
from contextlib import closing, suppress
from typing import cast

import numpy as np

from dreamstream.errors import SourceError, reason
from dreamstream.frame import Canvas, Pixels, new_pixels
from dreamstream.process import start_program
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
        self._program: _Program | None = None
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
        pause, read = self._first, True
        while not stopping.is_set():
            try:
                with closing(_Program()) as self._program:
                    self._program.begin(self._opener, self._where)
                    while not stopping.is_set():
                        self._asked = time.monotonic()
                        self._newest = self._program.picture(self._size)
                        self._asked, self.message, pause = math.inf, "", self._first
                        self._told.set()
                        read = self._wanted.wait(_SOON if read else _REST)
                        self._wanted.clear()
            except (SourceError, OSError) as error:  # OSError: no process could be started
                held = "; its last picture stays, and it is tried again" if self._newest is not None else ""
                self.message = f"{self._name}: {reason(error)}{held}"
            self._asked = math.inf
            self._told.set()
            stopping.wait(pause)
            pause = min(2 * pause, _LONGEST)


class _Program:
    """The process: a line on its stdin asks for a picture, which comes as bytes on its stdout."""

    def __init__(self) -> None:
        self._process = start_program("dreamstream.sources.program")

    def begin(self, opener: str, where: str) -> None:
        """Say what it is to open: on stdin, as there may be a password in it, and others see arguments."""
        self._ask([opener, where])

    def picture(self, size: Size) -> Pixels:
        """Wait for a newer picture than the last; SourceError where none comes any more."""
        self._ask(size)
        pixels = new_pixels(size)
        pipe = cast(io.BufferedReader, self._process.stdout)
        if pipe.readinto(pixels.reshape(-1).data) < pixels.size:
            raise self._failure()
        return pixels

    def kill(self) -> None:
        """End it at once, from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End it, and wait until it has."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            with suppress(OSError):  # there may be something left that it did not take
                pipe.close()

    def _ask(self, what: object) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise self._failure() from None

    def _failure(self) -> SourceError:
        assert self._process.stderr is not None
        text = self._process.stderr.read().decode(errors="replace")
        return SourceError(text or "no picture comes from it any more")
