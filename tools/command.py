"""Run commands that take long: a log, a little progress, an end without leftovers."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dreamstream.errors import NetError

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the build; all leave nothing behind."""


def say(text: str) -> None:
    """Write one line of progress, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(
    command: Sequence[str | Path], log: Path, complaint: str, environment: dict[str, str] | None = None
) -> None:
    """Run a command into the log, showing each quarter of CMake's progress; NetError has its last words.

    It gets a process group of its own, which is killed with us: a compiler left behind would go on writing.
    """
    process = None
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # else one that comes while it starts leaves it running
    try:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=_let_signals_in,
        )
        _let_signals_in()
        code = _follow(process, log)
    except BaseException:
        _let_signals_in()
        if process is not None:
            with suppress(ProcessLookupError):  # it may have ended just then
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise
    if code != 0:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
        raise NetError("\n".join([f"{complaint}; the whole log is {log}, its end:", *tail]))


def _let_signals_in() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def _follow(process: "subprocess.Popen[bytes]", log: Path) -> int:
    """Copy what a process writes into the log until it ends, and return its exit code."""
    assert process.stdout is not None
    shown = 0
    with log.open("ab") as file:
        for line in process.stdout:
            file.write(line)
            percent = re.match(rb"\[ *(\d+)%\]", line)
            if percent and int(percent[1]) // 25 > shown:
                shown = int(percent[1]) // 25
                say(f"  {shown * 25} %")
    return process.wait()


def interrupt(number: int, frame: object) -> None:
    """Let a signal end the build as Ctrl-C does."""
    raise KeyboardInterrupt
