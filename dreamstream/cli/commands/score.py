"""`dreamstream score`: what is in a score, or which there are."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser


def _add_arguments(parser: Parser) -> None:
    help = "a .jsonl, or a snapshot's .png"
    parser.add_argument("score", nargs="?", type=values.path, metavar="SCORE", help=help)


def _run(options: Options, console: Console) -> None:
    from dreamstream.cli.score_tables import print_score, print_scores

    if options.score is None:
        print_scores(console)
    else:
        print_score(console, options.score)


COMMAND = Command("score", "show what is in a score, or list the newest ones", _run, _add_arguments)
