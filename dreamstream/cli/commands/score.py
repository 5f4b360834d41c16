"""`dreamstream score`: what is in a score, or which there are."""

import argparse
from typing import TYPE_CHECKING

from dreamstream.cli import values
from dreamstream.cli.command import Command

if TYPE_CHECKING:
    from rich.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the score."""
    help = "a .jsonl, or a snapshot's .png"
    parser.add_argument("score", nargs="?", type=values.path, metavar="SCORE", help=help)


def run(options: argparse.Namespace, console: "Console") -> int:
    """Print a score as a table, or the newest scores."""
    from dreamstream.cli.score_tables import print_score, print_scores

    if options.score is None:
        print_scores(console)
    else:
        print_score(console, options.score)
    return 0


COMMAND = Command("score", "show what is in a score, or list the newest ones", run, add_arguments)
