"""`dreamstream render`: a dream into a file, every frame kept."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_dream, add_params, settings_of_flags
from dreamstream.cli.output import add_output, output_of


def _add_arguments(parser: Parser) -> None:
    help = "a picture, a film, a folder of pictures, noise or clouds"
    parser.add_argument("sources", nargs=1, metavar="SOURCE", help=help)
    output = add_output(parser, "frames a second (default: 25; GIF: one each 70 ms, as in the article)")
    output.add_argument("--frames", type=values.count, default=100, metavar="N", help="frames (default: 100)")
    add_dream(parser, precision="fp32")
    add_params(parser, live=False)


def _run(options: Options, console: Console) -> None:
    from dreamstream.offline.render import render
    from dreamstream.stage import Stage

    render(Stage(settings_of_flags(options)), options.frames, output_of(options), console)


COMMAND = Command("render", "dream into a file, every frame kept", _run, _add_arguments)
