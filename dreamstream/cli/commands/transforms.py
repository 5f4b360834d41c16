"""`dreamstream transforms`: what `--transform` chooses from."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("files", nargs="*", type=values.path, metavar="FILE", help="with those of files")


def _run(options: Options, console: Console) -> None:
    from dreamstream.cli.tables import KNOBS, knob_lines, new_table
    from dreamstream.transforms import with_own

    table = new_table("transform", "what it does", KNOBS)
    for name, transform in with_own(options.files).items():
        table.add_row(name, transform.help, knob_lines(transform.knobs))
    console.print(table)


COMMAND = Command("transforms", "list the transforms and their knobs", _run, _add_arguments)
