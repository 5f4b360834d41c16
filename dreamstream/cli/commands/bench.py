"""`dreamstream bench`: how fast it dreams here, part by part."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_dream, add_params, settings_of_flags
from dreamstream.size import Size


def _add_arguments(parser: Parser) -> None:
    help = "what the first frame is dreamt from (default: clouds)"
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help=help)
    bench = parser.add_argument_group("bench")
    help = "canvas size (repeatable; default: 320x180, 448x252, 640x360 and 960x540)"
    bench.add_argument("--size", dest="sizes", type=values.size, action="append", metavar="WxH", help=help)
    bench.add_argument("--turns", type=values.count, default=9, metavar="N", help="turns a size (default: 9)")
    help = "the same gradients by plain PyTorch (eager) or by real Caffe, turn by turn (repeatable)"
    choices = ("eager", "caffe")
    bench.add_argument("--against", choices=choices, action="append", default=[], help=help)
    help = "measure a net whose weights are not here"
    bench.add_argument("--random-weights", action="store_true", help=help)
    help = "the screen's size (default: 960x540)"
    bench.add_argument("--window", type=values.size, default=Size(960, 540), metavar="WxH", help=help)
    bench.add_argument("--json", action="store_true", help="write one JSON object instead of the table")
    parser.set_defaults(size=Size(448, 252))
    add_dream(parser, precision="auto", size="")
    add_params(parser, live=False)


def _run(options: Options, console: Console) -> None:
    from dreamstream.bench.bench import SIZES, BenchSettings
    from dreamstream.bench.command import run_bench

    sizes, against = (tuple(dict.fromkeys(given)) for given in (options.sizes or SIZES, options.against))
    settings = BenchSettings(sizes, options.turns, against, options.random_weights, options.window)
    run_bench(settings_of_flags(options), settings, console, options.json)


COMMAND = Command("bench", "measure how fast it dreams here, part by part", _run, _add_arguments)
