"""`dreamstream score`: what is in a score, or which there are."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser


def add_arguments(parser: Parser) -> None:
    """Add the score."""
    help = "a .jsonl, or a snapshot's .png"
    parser.add_argument("score", nargs="?", type=values.path, metavar="SCORE", help=help)


def run(options: Options, console: Console) -> None:
    """Print a score as a table, or the newest scores."""
    from dreamstream.cli.score_tables import print_score, print_scores

    if options.score is None:
        print_scores(console)
    else:
        print_score(console, options.score)


COMMAND = Command("score", "show what is in a score, or list the newest ones", run, add_arguments)
