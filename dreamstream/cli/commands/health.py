"""`dreamstream health`: which transforms and presets keep the picture alive."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_dream, add_params, settings_of_flags
from dreamstream.size import Size


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help="(default: clouds)")
    health = parser.add_argument_group("health")
    help = "transforms, or chains of them, as in hue,zoom+blur (default: each transform by itself)"
    health.add_argument("--transform", dest="chains", type=values.names, default=(), metavar="A,B", help=help)
    help = "presets (default: each, unless --transform is given)"
    health.add_argument("--preset", dest="presets", type=values.names, default=(), metavar="A,B", help=help)
    help = "of each (default: 1000)"
    health.add_argument("--frames", type=values.count, default=1000, metavar="N", help=help)
    help = "canvas size (default: 160x96)"
    health.add_argument("--size", type=values.size, default=Size(160, 96), metavar="WxH", help=help)
    parser.set_defaults(preset="")
    add_dream(parser, precision="auto", size="", preset=False)
    add_params(parser, live=False, without="transform")


def _run(options: Options, console: Console) -> int:
    from dreamstream.bench.health import run_health

    settings = settings_of_flags(options)
    return 0 if run_health(settings, console, options.chains, options.presets, options.frames) else 1


COMMAND = Command(
    "health",
    "dream with each transform for long, and tell which pictures stay alive",
    _run,
    _add_arguments,
)
