"""What a command is: its name, what it takes, and what it does."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def takes_nothing(parser: argparse.ArgumentParser) -> None:
    """Add no arguments."""


@dataclass(frozen=True)
class Command:
    """One command: `add_arguments` says what it takes; `run` does it and returns the exit code, or raises
    DreamstreamError. Whatever is slow to import is imported by `run`.
    """

    name: str
    help: str
    run: Callable[[argparse.Namespace, "Console"], int]
    add_arguments: Callable[[argparse.ArgumentParser], None] = takes_nothing


def complain(text: str) -> int:
    """Write what is wrong as one line, and return the exit code for it."""
    sys.stderr.write(f"dreamstream: {' '.join(text.split())}\n")
    return 2
