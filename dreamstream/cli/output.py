"""The flags of all commands that write films: where to, when each frame is shown, how it is encoded."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from dreamstream.cli import values

if TYPE_CHECKING:
    from dreamstream.offline.film import OutputSettings
    from dreamstream.record import Encoding

FORMATS = ".mp4, .mov, .mkv, .webm, .gif, .webp, or a folder of pictures"
CODECS = (
    *("h264", "hevc", "vp9", "av1", "prores", "prores4444", "cineform", "qtrle"),
    *("hap", "hapalpha", "hapq", "dxv"),
    *("ffv1", "png", "jpeg"),
)


def add_output(parser: argparse.ArgumentParser, fps: str, tempo: bool = True) -> "argparse._ArgumentGroup":
    """Add where a film is written, and how; `fps` is the help of --fps. Return the group for more.

    Where no param says the `tempo`, a flag does.
    """
    output = parser.add_argument_group("output")
    output.add_argument("-o", "--output", type=values.path, required=True, metavar="OUT", help=FORMATS)
    add_film(output, fps, tempo)
    return output


def add_film(group: "argparse._ArgumentGroup", fps: str, tempo: bool = True) -> None:
    """Add how a film is written: its order, its rate, its encoding."""
    rate = group.add_mutually_exclusive_group()
    rate.add_argument("--fps", type=values.positive, metavar="F", help=fps)
    help = "1/100 s for each frame, once, instead of --fps"
    rate.add_argument("--delay", type=values.delay, metavar="D", help=help)
    group.add_argument("--reverse", action=argparse.BooleanOptionalAction, help="write the last frame first")
    help = "fade the last N frames into the first: a loop without a seam"
    group.add_argument("--loop-blend", type=values.from_zero, default=0, metavar="N", help=help)
    help = "a loop of N bars at --bpm (0.25: a beat); a bar of it turns, or --loop-blend's frames"
    group.add_argument("--loop-bars", type=values.bars, default=0.0, metavar="N", help=help)
    if tempo:
        group.add_argument("--bpm", type=values.tempo, default=0.0, metavar="X", help="beats a minute")
    help = "luma, key:#00ff00 or change (against the source): transparent where there is none of it"
    group.add_argument("--alpha", type=values.alpha, metavar="FROM", help=help)
    add_encoding(group)


def add_encoding(group: "argparse._ArgumentGroup") -> None:
    """Add how pictures are encoded, a live recording's, too."""
    help = "GIF and WebP: times shown (default: 0, endless)"
    group.add_argument("--loop", type=values.from_zero, metavar="N", help=help)
    help = "one that goes there, as `dreamstream formats` lists"
    group.add_argument("--codec", choices=CODECS, default="", metavar="NAME", help=help)
    help = "hardware or software (default: live, what opens)"
    encoders = ("hardware", "software")
    group.add_argument("--encoder", choices=encoders, default="", metavar="NAME", help=help)
    help = "1 to 100 (default: 80, no loss to the eye)"
    group.add_argument("--quality", type=values.percent, default=80, metavar="Q", help=help)
    group.add_argument("--force", action="store_true", help="replace files that are there already")


def encoding_of(options: argparse.Namespace) -> "Encoding":
    """Return how pictures are to be encoded."""
    from dreamstream.record import Encoding

    return Encoding(options.codec, options.quality, encoder=options.encoder)


def output_of(options: argparse.Namespace) -> "OutputSettings":
    """Return what is written, and how."""
    from dreamstream.offline.film import OutputSettings

    return OutputSettings(
        path=options.output,
        fps=options.fps,
        delay=options.delay,
        loop=options.loop,
        reverse=options.reverse,
        loop_blend=options.loop_blend,
        force=options.force,
        encoding=replace(encoding_of(options), alpha=options.alpha is not None),
        alpha=options.alpha,
        loop_bars=options.loop_bars,
        bpm=getattr(options, "bpm", 0.0),
    )
