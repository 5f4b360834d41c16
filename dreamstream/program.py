"""A program: a part of this one in a process of its own, where it may hang, crash, or hold Python's lock.

It is asked by lines of JSON on stdin, ends when that does, and gives its last words on stderr.
"""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn, cast

from dreamstream.errors import DreamstreamError

_LONGEST = 60  # seconds that a call may take where the show cannot end its program any more


class Program:
    """Runs a module in a process of its own, with the modules of this one, whatever the working folder.

    Where it has ended, `error` is raised: with its last words, else with what it `means`, and its exit code.
    """

    def __init__(self, module: str, *arguments: str, error: type[DreamstreamError], means: str) -> None:
        self._error, self._means = error, means
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        pipes = self.process.stdin, self.process.stdout, self.process.stderr
        self._stdin, self._stderr = cast(io.BufferedWriter, pipes[0]), cast(io.BufferedReader, pipes[2])
        self.stdout = cast(io.BufferedReader, pipes[1])

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def ask(self, what: object) -> None:
        """Write a line of JSON to it."""
        try:
            self._stdin.write(json.dumps(what).encode() + b"\n")
            self._stdin.flush()
        except OSError:
            raise self.failure() from None

    def failure(self) -> DreamstreamError:
        """Wait for its last words, and return the error; it is ended."""
        self.kill()
        code = self.process.wait()
        return self._error(self._stderr.read().decode(errors="replace") or f"{self._means} ({code})")

    def kill(self) -> None:
        """End it at once, from any thread: whoever reads from it comes to the end."""
        self.process.kill()

    def close(self, patience: float = 0.0) -> None:
        """End it, after so many seconds in which it may finish by itself, and let go of its pipes."""
        if patience:
            with contextlib.suppress(OSError):
                self._stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.kill()
        self.process.wait()
        for pipe in (self._stdin, self.stdout, self._stderr):
            with contextlib.suppress(OSError):  # there may be something left that it did not take
                pipe.close()


def begin_program() -> tuple[Callable[[bytes], None], Callable[[str], NoReturn]]:
    """Make this process one that a `Program` has started; return what says bytes to it, and what ends it.

    Ctrl-C is the show's to hear. What libraries print goes nowhere: on stdout it would stand among what is
    said, and nobody reads stderr but for its end. That comes at once, whatever hangs, with a line on stderr
    and exit code 1.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out, stderr = os.fdopen(os.dup(1), "wb", closefd=False), os.dup(2)  # it ends with the process
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)

    def say(data: bytes) -> None:
        out.write(data)
        out.flush()

    def end(text: str) -> NoReturn:
        os.write(stderr, " ".join(text.split()).encode())
        os._exit(1)

    return say, end


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Have the system end this process where something takes far too long, and the show is not there to.

    For the main thread; Windows cannot.
    """
    if hasattr(signal, "alarm"):
        signal.alarm(_LONGEST)
    yield
    if hasattr(signal, "alarm"):
        signal.alarm(0)
