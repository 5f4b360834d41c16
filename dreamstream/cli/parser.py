"""The arguments: what the command line takes."""

import argparse
from collections.abc import Mapping
from typing import NoReturn

from dreamstream import __version__
from dreamstream.cli import values
from dreamstream.cli.flags import add_dream, add_params
from dreamstream.cli.recording import FORMATS, add_convert, add_encoding, add_loop_blend, add_recording
from dreamstream.cli.scores import add_live_score, add_replay, add_score
from dreamstream.errors import UsageError, nearest
from dreamstream.size import Size

_KEYS_HELP = "your keys (docs/keys.md; default: keys.toml in the folder of your settings)"


class _Parser(argparse.ArgumentParser):
    """argparse, but what is wrong with the arguments is one line like every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; `{self.prog} --help` shows what there is")


def parsed(words: list[str]) -> argparse.Namespace:
    """Return the options that the words ask for; what is wrong raises UsageError."""
    whole, commands = _parsers()
    options, unknown = whole.parse_known_args(words)
    if unknown:
        command = commands[options.command]
        word = unknown[0].partition("=")[0]
        if word.startswith("-"):
            raise UsageError(
                f"no flag {word}; {nearest(word, command._option_string_actions)} "
                f"`{command.prog} --help` shows them all"
            )
        command.error(f"'{word}' is one too many")
    return options


def _parsers() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """Return the parser, and those of the commands by name."""
    whole = _Parser(
        prog="dreamstream",
        description="A live instrument for DeepDream. Without a command it is `live`.",
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"dreamstream {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, help: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help, description=help, allow_abbrev=False)

    _add_live(command("live", "play the show (the default command)"))
    _add_render(command("render", "dream into a file, every frame kept"))
    add_replay(command("replay", "dream a show again from its score, at any size, into a file"))
    add_score(command("score", "show what is in a score, or list the newest ones"))
    add_convert(command("convert", "cut, scale, reverse, loop and re-time a recording into any format"))
    _add_bench(command("bench", "measure how fast it dreams here, part by part"))
    _add_health(command("health", "dream with each transform for long, and tell which pictures stay alive"))
    transforms = command("transforms", "list the transforms and their knobs")
    transforms.add_argument("files", nargs="*", type=values.path, metavar="FILE", help="with those of files")
    layers = command("layers", "list a net's layers, and what those worth a dream show")
    layers.add_argument("net", nargs="?", default=None, metavar="NET")
    _add_nets(command("nets", "list the nets that are known by name, or fetch one"))
    command("effects", "list the effects and their knobs")
    presets = command("presets", "list the presets, the program's and yours")
    help = "with the transforms of these files"
    presets.add_argument("files", nargs="*", type=values.path, metavar="FILE", help=help)
    keys = command("keys", "list the keys of the show")
    keys.add_argument(
        "--actions", action="store_true", help="list all actions instead, with a key or without"
    )
    keys.add_argument("--keys", dest="file", type=values.path, metavar="FILE", help=_KEYS_HELP)
    command("displays", "list the displays that a show can be on")
    return whole, commands.choices


def _add_nets(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    parser.set_defaults(action="list")  # after the subparsers, whose own default is None
    help = "list the nets that are known by name (as without an action)"
    actions.add_parser("list", help=help, description=help, allow_abbrev=False)
    help = "fetch a net's weights into the cache folder; a fetch that was cut off goes on"
    fetch = actions.add_parser("fetch", help=help, description=help, allow_abbrev=False)
    fetch.add_argument("net", metavar="NAME", help="a name that `dreamstream nets` lists")
    fetch.add_argument("--sha256", default="", metavar="HEX", help="the checksum that the file must have")
    fetch.add_argument("--from", dest="url", default="", metavar="URL", help="another address of the file")


def _add_live(parser: argparse.ArgumentParser) -> None:
    sources = "pictures, videos, camera, camera:N, noise or clouds (default: clouds)"
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help=sources)
    show = parser.add_argument_group("show")
    show.add_argument(
        "--window",
        type=values.size,
        default=Size(960, 540),
        metavar="WxH",
        help="window size (default: 960x540)",
    )
    show.add_argument(
        "--display", type=int, default=0, metavar="N", help="which of `dreamstream displays` (default: 0)"
    )
    show.add_argument(
        "--opengl",
        action=argparse.BooleanOptionalAction,
        help="draw with OpenGL even where it is software, or without it (default: what is cheaper)",
    )
    help = "a second window for the operator, with preview, params and keys, on another display if any"
    show.add_argument("--operator", action="store_true", help=help)
    help = "the state of the show in the terminal, where it is one (default: yes)"
    show.add_argument("--status", action=argparse.BooleanOptionalAction, default=True, help=help)
    show.add_argument("--keys", type=values.path, metavar="FILE", help=_KEYS_HELP)
    show.add_argument("--headless", action="store_true", help="no window")
    add_live_score(show)
    add_recording(parser.add_argument_group("recording"))
    show.add_argument("--frames", type=values.count, metavar="N", help="stop after N dreamed frames")
    show.add_argument("--seconds", type=values.positive, metavar="S", help="stop S seconds after the first")
    show.add_argument("-v", "--verbose", action="store_true", help="log what happens, in ms since the start")
    show.add_argument("--force", action="store_true", help="replace files that are there already")
    add_dream(parser, precision="auto")
    add_params(parser, live=True)


def _add_render(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs=1, metavar="SOURCE", help="a picture, a video, noise or clouds")
    out = parser.add_argument_group("output")
    out.add_argument(
        "-o",
        "--output",
        type=values.path,
        required=True,
        metavar="OUT",
        help=FORMATS,
    )
    out.add_argument("--frames", type=values.count, default=100, metavar="N", help="frames (default: 100)")
    rate = out.add_mutually_exclusive_group()
    rate.add_argument(
        "--fps",
        type=values.positive,
        metavar="F",
        help="frames a second (default: 25; GIF: one each 70 ms, as in the article)",
    )
    help = "1/100 s for each frame, instead of --fps (GIF: 7)"
    rate.add_argument("--delay", type=values.delay, metavar="D", help=help)
    flag = argparse.BooleanOptionalAction
    out.add_argument("--reverse", action=flag, default=None, help="write the last frame first")
    out.add_argument(
        "--loop", type=values.from_zero, metavar="N", help="GIF and WebP: times shown (default: 0, endless)"
    )
    add_loop_blend(out)
    add_encoding(out)
    out.add_argument("--force", action="store_true", help="replace files that are there already")
    add_dream(parser, precision="fp32")
    add_params(parser, live=False)


def _add_bench(parser: argparse.ArgumentParser) -> None:
    sources = "what the first frame is dreamt from (default: clouds)"
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help=sources)
    bench = parser.add_argument_group("bench")
    bench.add_argument(
        "--size",
        dest="sizes",
        type=values.size,
        action="append",
        metavar="WxH",
        help="canvas size (repeatable; default: 320x180, 448x252, 640x360 and 960x540)",
    )
    bench.add_argument("--turns", type=values.count, default=9, metavar="N", help="turns a size (default: 9)")
    bench.add_argument(
        "--against",
        choices=("eager", "caffe"),
        action="append",
        default=[],
        help="the same gradients by plain PyTorch (eager) or by real Caffe, turn by turn (repeatable)",
    )
    bench.add_argument(
        "--random-weights", action="store_true", help="measure a net whose weights are not here"
    )
    bench.add_argument(
        "--window",
        type=values.size,
        default=Size(960, 540),
        metavar="WxH",
        help="the screen's size (default: 960x540)",
    )
    bench.add_argument("--json", action="store_true", help="write one JSON object instead of the table")
    parser.set_defaults(size=Size(448, 252))
    add_dream(parser, precision="auto", size=False)
    add_params(parser, live=False)


def _add_health(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help="(default: clouds)")
    health = parser.add_argument_group("health")
    chains = "transforms, or chains of them, as in hue,zoom+blur (default: each transform by itself)"
    health.add_argument(
        "--transform", dest="chains", type=values.names, default=(), metavar="A,B", help=chains
    )
    help = "presets (default: each, unless --transform is given)"
    health.add_argument("--preset", dest="presets", type=values.names, default=(), metavar="A,B", help=help)
    parser.set_defaults(preset="")
    help = "of each (default: 1000)"
    health.add_argument("--frames", type=values.count, default=1000, metavar="N", help=help)
    size = "canvas size (default: 160x96)"
    health.add_argument("--size", type=values.size, default=Size(160, 96), metavar="WxH", help=size)
    add_dream(parser, precision="auto", size=False, preset=False)
    add_params(parser, live=False, without="transform")
