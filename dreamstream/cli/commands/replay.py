"""`dreamstream replay`: a show again from its score, into a file."""

import argparse

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.output import add_output, output_of
from dreamstream.errors import UsageError


def _add_arguments(parser: Parser) -> None:
    help = "a show's .jsonl, or a snapshot's .png"
    parser.add_argument("score", type=values.path, metavar="SCORE", help=help)
    help = "a steady rate, tweened (default: each dreamed frame once, at the time that it had)"
    output = add_output(parser, help)
    help = "with --fps: the effects and the light that the screen had (default: yes)"
    output.add_argument("--effects", action=argparse.BooleanOptionalAction, help=help)
    help = "the first frame that is written (default: 1)"
    output.add_argument("--from", dest="first", type=values.count, default=1, metavar="F", help=help)
    help = "the last one (default: the show's last)"
    output.add_argument("--to", dest="last", type=values.count, metavar="G", help=help)
    help = "the track that the show was played to, from its first frame on"
    output.add_argument("--sound", type=values.path, metavar="FILE", help=help)
    dream = parser.add_argument_group("dream")
    dream.add_argument("--size", type=values.size, metavar="WxH", help="canvas size (default: the show's)")
    help = "gradient steps an octave: x2, +1 or a number, of each value of the show"
    dream.add_argument("--iterations", type=values.relative, metavar="N", help=help)
    help = "octaves: x2, +2 or a number, of each value of the show"
    dream.add_argument("--octaves", type=values.relative, metavar="N", help=help)
    help = "other sources in place of the show's, in their order (repeatable)"
    dream.add_argument("--source", dest="sources", action="append", default=[], metavar="SOURCE", help=help)
    devices, precisions = ("auto", "cpu", "cuda", "mps"), ("fp32", "bf16", "fp16")
    help = "auto, cpu, cuda or mps (default: the show's)"
    dream.add_argument("--device", choices=devices, default="", metavar="NAME", help=help)
    help, places = "host, device or auto (default: the show's)", ("auto", "host", "device")
    dream.add_argument("--canvas", dest="canvas_on", choices=places, default="", metavar="PLACE", help=help)
    help = "fp32, bf16 or fp16 (default: the show's)"
    dream.add_argument("--precision", choices=precisions, default="", metavar="NAME", help=help)


def _run(options: Options, console: Console) -> None:
    from dreamstream.offline.replay import ReplaySettings, run_replay

    if options.effects and options.fps is None:
        raise UsageError("--effects needs --fps F: without it each frame is written as it was dreamt")
    settings = ReplaySettings(
        score=options.score,
        output=output_of(options),
        size=options.size,
        iterations=options.iterations,
        octaves=options.octaves,
        first=options.first,
        last=options.last,
        sources=tuple(options.sources),
        device=options.device,
        canvas_on=options.canvas_on,
        precision=options.precision,
        effects=options.effects is not False,
        sound=options.sound,
    )
    run_replay(settings, console)


COMMAND = Command(
    "replay", "dream a show again from its score, at any size, into a file", _run, _add_arguments
)
