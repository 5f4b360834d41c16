"""The command line: arguments -> a command and its options -> run.

Nothing heavier than the table of params is imported before the arguments are known to be right.
"""

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from dreamstream.cli.command import complain
from dreamstream.cli.commands import COMMANDS
from dreamstream.cli.parser import parse
from dreamstream.errors import DreamstreamError, UsageError, reason
from dreamstream.places import in_project
from dreamstream.process import prepare

_UNWRITTEN = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF)
"""Errors of writing: where they name no file, as every room's do, something could not be printed."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 when all went well, 2 with one line of what is wrong."""
    prepare()
    try:
        try:
            code = _run(sys.argv[1:] if arguments is None else arguments)
        finally:
            sys.stdout.flush()  # or what is refused is told only after the exit code is known
    except DreamstreamError as error:
        code = complain(str(error))
    except OSError as error:  # permissions, names too long: whatever no room has a better word for
        if error.filename is None and error.errno in _UNWRITTEN:
            code = complain(f"standard output: {reason(error)}")
            _drop_output()
        else:
            code = complain(f"{error.filename}: {reason(error)}" if error.filename else reason(error))
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    """Run a command, and return its exit code; raises what `Command.run` does."""
    options = parse(arguments)
    from rich.console import Console

    try:
        Path.cwd()
    except FileNotFoundError:  # no path would lead anywhere, and torch ends the process when it loads
        raise UsageError("the working folder was removed; go to one that is there") from None
    # into a file or a pipe nothing need be cut to the width of a terminal
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
    console = Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty(), width=width)
    with in_project(options.project):
        return COMMANDS[options.command].run(options, console) or 0


def _drop_output() -> None:
    """Let go of what standard output has refused: Python would try it again at its end, and complain, too."""
    with contextlib.suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
