"""All that writes files of pictures, on the command line: how they are encoded, and `convert`."""

import argparse
from typing import TYPE_CHECKING, Any

from dreamstream.cli import values

if TYPE_CHECKING:
    from rich.console import Console

    from dreamstream.record import Encoding

FORMATS = ".mp4, .mov, .mkv, .webm, .gif, .webp, or a folder for numbered pictures"
_CODECS = ("h264", "hevc", "vp9", "av1", "prores", "ffv1", "png", "jpeg")


def add_encoding(group: Any) -> None:
    """Add how pictures are encoded."""
    group.add_argument(
        "--codec",
        choices=_CODECS,
        default="",
        help="of the video (default: h264; .webm: vp9; ffv1 in .mkv keeps every pixel), or of a folder's "
        "pictures: png or jpeg",
    )
    help = "of videos, WebP and JPEG, 1 to 100: 80 shows no loss to the eye (default: 80)"
    group.add_argument("--quality", type=values.percent, default=80, metavar="Q", help=help)
    help = "size at which a GIF ends, in MB (default: 500)"
    group.add_argument("--gif-limit", type=values.count, default=500, metavar="MB", help=help)


def add_loop_blend(group: Any) -> None:
    """Add the seamless loop."""
    help = "cross-fade the last N frames into the first N, so that a loop has no seam"
    group.add_argument("--loop-blend", type=values.from_zero, default=0, metavar="N", help=help)


def add_recording(group: Any) -> None:
    """Add what a live show records."""
    help = (
        f"record the dream, or after screen: what the screen shows, to {FORMATS}; in a folder that is there, "
        "to a new .mp4 named by date and time (repeatable)"
    )
    name = "[screen:]PATH"
    group.add_argument("--record", type=values.recorded, action="append", default=[], metavar=name, help=help)
    help = "recordings at a constant rate (default: each frame when it was dreamt; of the screen: 30)"
    group.add_argument("--record-fps", type=values.positive, metavar="F", help=help)
    help = "size of recordings of the screen (default: the picture's in the window, as it begins)"
    group.add_argument("--record-size", type=values.size, metavar="WxH", help=help)
    help = "keep the last S seconds, in 256 MB at most, for Shift+R to save (default: 30; 0: none)"
    group.add_argument("--keep", type=values.seconds, default=30.0, metavar="S", help=help)
    add_encoding(group)


def add_convert(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `convert`."""
    parser.add_argument(
        "source", type=values.path, metavar="IN", help="a video, GIF, WebP or folder of pictures"
    )
    parser.add_argument("output", type=values.path, metavar="OUT", help=FORMATS)
    parser.add_argument(
        "--from", dest="begin", type=values.seconds, default=0.0, metavar="S", help="from second S"
    )
    parser.add_argument(
        "--to", dest="end", type=values.positive, metavar="S", help="to second S (default: the end)"
    )
    parser.add_argument(
        "--width", type=values.side, metavar="W", help="scaled to this width, in its own shape"
    )
    parser.add_argument("--reverse", action="store_true", help="the last frame first")
    add_loop_blend(parser)
    rate = parser.add_mutually_exclusive_group()
    help = "frames a second, each frame once (default: shown as long as in the original)"
    rate.add_argument("--fps", type=values.positive, metavar="F", help=help)
    rate.add_argument(
        "--delay", type=values.delay, metavar="D", help="1/100 s for each frame, instead of --fps"
    )
    help = "GIF and WebP: times shown (default: 0, endless)"
    parser.add_argument("--loop", type=values.from_zero, default=0, metavar="N", help=help)
    add_encoding(parser)
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")


def encoding_of(options: argparse.Namespace) -> "Encoding":
    """Return how pictures are to be encoded."""
    from dreamstream.record import Encoding

    return Encoding(options.codec, options.quality, gif_limit=options.gif_limit)


def run_convert_command(options: argparse.Namespace, console: "Console") -> int:
    """Convert a recording; raises the error of whatever is wrong."""
    from dreamstream.offline.convert import ConvertSettings, convert

    names = (
        *("source", "output", "begin", "end", "width", "reverse"),
        *("loop_blend", "fps", "delay", "loop", "force"),
    )
    given = {name: getattr(options, name) for name in names}
    convert(ConvertSettings(**given, encoding=encoding_of(options)), console)
    return 0
