"""`dreamstream map`: what a layer tells apart."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_dream, add_params, settings_of_flags
from dreamstream.size import Size


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help="(default: clouds)")
    group = parser.add_argument_group("map")
    help = "dream at each place, and put the dreams side by side"
    group.add_argument("--sheet", type=values.path, metavar="FILE.png", help=help)
    help = "of each of these dreams (default: 90)"
    group.add_argument("--frames", type=values.count, default=90, metavar="N", help=help)
    help = "canvas size (default: 160x96)"
    group.add_argument("--size", type=values.size, default=Size(160, 96), metavar="WxH", help=help)
    add_dream(parser, precision="auto", size="")
    add_params(parser, live=False)


def _run(options: Options, console: Console) -> None:
    from dreamstream.bench.map_table import run_map

    run_map(settings_of_flags(options), console, options.sheet, options.frames)


COMMAND = Command("map", "list the places of a layer's map, and dream at each", _run, _add_arguments)
