"""Programs that want a core each: what a show has beside it at an event."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(100000))"


@contextlib.contextmanager
def beside(count: int) -> Iterator[Sequence[int]]:
    """Run so many programs that never rest, and yield their process numbers; they end with this one.

    Each has a session of its own, as what is started from a desktop has: Linux shares the CPU by these.
    """
    command = [sys.executable, "-c", _BUSY]
    programs = [subprocess.Popen(command, start_new_session=True) for _ in range(count)]
    try:
        yield [program.pid for program in programs]
    finally:
        for program in programs:
            program.kill()
            program.wait()


def cpu_seconds(process: int, thread: int | None = None) -> float:
    """Return the CPU time of a process, threads that have ended among it, or of one thread (Linux)."""
    place = Path(f"/proc/{process}") if thread is None else Path(f"/proc/{process}/task/{thread}")
    fields = (place / "stat").read_text().rpartition(")")[2].split()  # behind the name, which may hold blanks
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # user and system, proc(5)
