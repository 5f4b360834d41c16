"""The command line: arguments -> a command and its options -> run.

Nothing heavier than the table of params is imported before the arguments are known to be right.
"""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from dreamstream.cli.command import complain
from dreamstream.cli.commands import COMMANDS
from dreamstream.cli.parser import parse
from dreamstream.errors import DreamstreamError, reason
from dreamstream.process import prepare


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 when all went well, 2 with one line of what is wrong."""
    prepare()
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        from rich.console import Console

        # into a file or a pipe nothing need be cut to the width of a terminal
        width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
        console = Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty(), width=width)
        code = COMMANDS[options.command].run(options, console) or 0
    except DreamstreamError as error:
        code = complain(str(error))
    except OSError as error:  # permissions, names too long: whatever no room has a better word for
        code = complain(f"{error.filename or ''}: {reason(error)}")
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
