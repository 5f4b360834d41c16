"""`dreamstream convert`: a recording into another format, cut, scaled, backwards, in a loop."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.output import FORMATS, add_film, output_of


def _add_arguments(parser: Parser) -> None:
    help = "a video, GIF, WebP or folder of pictures"
    parser.add_argument("source", type=values.path, metavar="IN", help=help)
    parser.add_argument("output", type=values.path, metavar="OUT", help=FORMATS)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--from", dest="begin", type=values.seconds, default=0.0, metavar="S", help="from second S"
    )
    help = "to second S (default: the end)"
    output.add_argument("--to", dest="end", type=values.positive, metavar="S", help=help)
    help = "scaled to this width, in its own shape"
    output.add_argument("--width", type=values.side, metavar="W", help=help)
    add_film(output, "frames a second, each frame once (default: shown as long as in the original)")


def _run(options: Options, console: Console) -> None:
    from dreamstream.offline.convert import convert

    convert(options.source, output_of(options), console, options.begin, options.end, options.width)


COMMAND = Command(
    "convert", "cut, scale, reverse, loop and re-time a recording into any format", _run, _add_arguments
)
