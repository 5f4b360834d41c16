"""`dreamstream health`: which transforms and presets keep the picture alive."""

from typing import TYPE_CHECKING

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_dream, add_params, settings_of_flags
from dreamstream.errors import UsageError
from dreamstream.size import Size

if TYPE_CHECKING:
    from dreamstream.stage import Settings


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help="(default: clouds)")
    health = parser.add_argument_group("health")
    help = "transforms, or chains of them, as in hue,zoom+blur (default: each transform by itself)"
    health.add_argument("--transform", dest="chains", type=values.names, default=(), metavar="A,B", help=help)
    help = "presets (default: each, unless --transform is given)"
    health.add_argument("--preset", dest="presets", type=values.names, default=(), metavar="A,B", help=help)
    length = health.add_mutually_exclusive_group()
    help = "of each (default: 1000)"
    length.add_argument("--frames", type=values.count, default=1000, metavar="N", help=help)
    help = "one dream for so many hours of 20 frames a second: whether it stays new"
    length.add_argument("--hours", type=values.positive, metavar="H", help=help)
    help = "with --hours: draw it, a column a minute and thumbnails each ten minutes of eight hours"
    health.add_argument("--picture", type=values.path, metavar="FILE.png", help=help)
    health.add_argument("--json", action="store_true", help="with --hours: write one JSON object")
    help = "canvas size (default: 160x96)"
    health.add_argument("--size", type=values.size, default=Size(160, 96), metavar="WxH", help=help)
    parser.set_defaults(preset="")
    add_dream(parser, precision="auto", size="", preset=False)
    add_params(parser, live=False, without="transform")


def _run(options: Options, console: Console) -> int:
    settings = settings_of_flags(options)
    if options.hours is not None:
        return _run_hours(options, settings, console)
    for flag in ("picture", "json"):
        if getattr(options, flag):
            raise UsageError(f"--{flag} tells of --hours H, which is needed, too")
    from dreamstream.bench.health import run_health

    return 0 if run_health(settings, console, options.chains, options.presets, options.frames) else 1


def _run_hours(options: Options, settings: "Settings", console: Console) -> int:
    from dreamstream.bench.hours_command import run_hours

    if len(options.chains) + len(options.presets) > 1:
        raise UsageError("--hours H dreams one dream: one --transform or --preset is needed")
    params = {**settings.params, **({"transform": options.chains[0]} if options.chains else {})}
    settings = settings.changed(params=params, preset="".join(options.presets))
    return 0 if run_hours(settings, console, options.hours, options.picture, options.json) else 1


COMMAND = Command(
    "health",
    "dream with each transform for long, and tell which pictures stay alive",
    _run,
    _add_arguments,
)
