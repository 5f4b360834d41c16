"""What a command is: its name, what it takes, and what it does."""

import argparse
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
else:
    Console = Any  # slow to import, and needed by those who print alone

__all__ = ["Command", "Console", "Options", "Parser", "complain"]

Options = argparse.Namespace
Parser = argparse.ArgumentParser


@dataclass(frozen=True)
class Command:
    """One command: `add_arguments` says what it takes, `run` does it.

    `run` raises DreamstreamError, or returns the exit code where that is another than 0. It imports what is
    slow to import.
    """

    name: str
    help: str
    run: Callable[[Options, Console], int | None]
    add_arguments: Callable[[Parser], None] = lambda parser: None


def complain(text: str) -> int:
    """Write what is wrong as one line, and return the exit code for it."""
    with contextlib.suppress(OSError):  # there is nowhere else to say it
        sys.stderr.write(f"dreamstream: {' '.join(text.split())}\n")
    return 2
