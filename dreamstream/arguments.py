"""The arguments: what the command line takes, with a flag for every param from the table in `params`."""

import argparse
from collections.abc import Mapping
from typing import Any, NoReturn

from dreamstream import __version__, kinds
from dreamstream.errors import UsageError, nearest
from dreamstream.params import TABLE, ParamInfo
from dreamstream.recording_arguments import FORMATS, add_convert, add_encoding, add_loop_blend, add_recording
from dreamstream.score_commands import add_live_score, add_replay, add_score

_LIVE = {"fps_target": 20.0}
"""The params that a live show begins with, where they are not the table's: a render takes its time."""
_LIVE_ONLY = ("screen", "pace", "effect")  # groups of params that only a show has a use for


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
    transforms.add_argument("files", nargs="*", type=kinds.path, metavar="FILE", help="with those of files")
    layers = command("layers", "list a net's layers, and what those worth a dream show")
    layers.add_argument("net", nargs="?", default=None, metavar="NET")
    _add_nets(command("nets", "list the nets that are known by name, or fetch one"))
    command("effects", "list the effects and their knobs")
    command("presets", "list the presets, the program's and yours")
    command("keys", "list the keys of the show")
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
        "--window", type=kinds.size, default=(960, 540), metavar="WxH", help="window size (default: 960x540)"
    )
    show.add_argument("--display", type=int, default=0, metavar="N", help="which display, from 0")
    show.add_argument(
        "--opengl",
        action=argparse.BooleanOptionalAction,
        help="draw with OpenGL even where it is software, or without it (default: what is cheaper)",
    )
    show.add_argument("--headless", action="store_true", help="no window")
    add_live_score(show)
    add_recording(parser.add_argument_group("recording"))
    show.add_argument("--frames", type=kinds.count, metavar="N", help="stop after N dreamed frames")
    show.add_argument("--seconds", type=kinds.positive, metavar="S", help="stop S seconds after the first")
    show.add_argument("-v", "--verbose", action="store_true", help="log what happens, in ms since the start")
    show.add_argument("--force", action="store_true", help="replace files that are there already")
    _add_dream(parser, precision="auto")
    _add_params(parser, live=True)


def _add_render(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs=1, metavar="SOURCE", help="a picture, a video, noise or clouds")
    out = parser.add_argument_group("output")
    out.add_argument(
        "-o",
        "--output",
        type=kinds.path,
        required=True,
        metavar="OUT",
        help=FORMATS,
    )
    out.add_argument("--frames", type=kinds.count, default=100, metavar="N", help="frames (default: 100)")
    rate = out.add_mutually_exclusive_group()
    rate.add_argument(
        "--fps",
        type=kinds.positive,
        metavar="F",
        help="frames a second (default: 25; GIF: one each 70 ms, as in the article)",
    )
    help = "1/100 s for each frame, instead of --fps (GIF: 7)"
    rate.add_argument("--delay", type=kinds.delay, metavar="D", help=help)
    flag = argparse.BooleanOptionalAction
    out.add_argument("--reverse", action=flag, default=None, help="write the last frame first")
    out.add_argument(
        "--loop", type=kinds.from_zero, metavar="N", help="GIF and WebP: times shown (default: 0, endless)"
    )
    add_loop_blend(out)
    add_encoding(out)
    out.add_argument("--force", action="store_true", help="replace files that are there already")
    _add_dream(parser, precision="fp32")
    _add_params(parser, live=False)


def _add_bench(parser: argparse.ArgumentParser) -> None:
    sources = "what the first frame is dreamt from (default: clouds)"
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help=sources)
    bench = parser.add_argument_group("bench")
    bench.add_argument(
        "--size",
        dest="sizes",
        type=kinds.size,
        action="append",
        metavar="WxH",
        help="canvas size (repeatable; default: 320x180, 448x252, 640x360 and 960x540)",
    )
    bench.add_argument("--turns", type=kinds.count, default=9, metavar="N", help="turns a size (default: 9)")
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
        type=kinds.size,
        default=(960, 540),
        metavar="WxH",
        help="the screen's size (default: 960x540)",
    )
    bench.add_argument("--json", action="store_true", help="write one JSON object instead of the table")
    parser.set_defaults(size=(448, 252))
    _add_dream(parser, precision="auto", size=False)
    _add_params(parser, live=False)


def _add_health(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help="(default: clouds)")
    health = parser.add_argument_group("health")
    chains = "transforms, or chains of them, as in hue,zoom+blur (default: each transform by itself)"
    health.add_argument(
        "--transform", dest="chains", type=kinds.names, default=(), metavar="A,B", help=chains
    )
    presets = "presets (default: each, unless --transform is given)"
    health.add_argument("--preset", dest="presets", type=kinds.names, default=(), metavar="A,B", help=presets)
    parser.set_defaults(preset="")
    help = "of each (default: 1000)"
    health.add_argument("--frames", type=kinds.count, default=1000, metavar="N", help=help)
    size = "canvas size (default: 160x96)"
    health.add_argument("--size", type=kinds.size, default=(160, 96), metavar="WxH", help=size)
    _add_dream(parser, precision="auto", size=False, preset=False)
    _add_params(parser, live=False, without="transform")


def _add_dream(
    parser: argparse.ArgumentParser, precision: str, size: bool = True, preset: bool = True
) -> None:
    dream = parser.add_argument_group("dream")
    if size:
        dream.add_argument(
            "--size",
            type=kinds.size,
            default=(448, 252),
            metavar="WxH",
            help="canvas size (default: 448x252)",
        )
    if preset:
        help = (
            "a named set of params that `dreamstream presets` lists; what is given beside it goes before it"
        )
        dream.add_argument("--preset", default="", metavar="NAME", help=help)
    dream.add_argument("--net", metavar="NET", help="a net's name, .prototxt or .caffemodel")
    dream.add_argument("--weights", type=kinds.path, metavar="PATH", help="the .caffemodel of a .prototxt")
    dream.add_argument(
        "--mean",
        default="",
        metavar="MEAN",
        help="what the net subtracts: three numbers in its channel order (104,117,123), .binaryproto or .npy",
    )
    dream.add_argument(
        "--classes",
        type=kinds.path,
        metavar="FILE",
        help="the names of the net's classes, one a line (synset_words.txt)",
    )
    dream.add_argument("--scale", type=float, metavar="S", help="what the net multiplies by, after the mean")
    dream.add_argument(
        "--channel-order", type=str.upper, choices=("BGR", "RGB"), default="", help="the net's channel order"
    )
    dream.add_argument(
        "--guide",
        type=kinds.path,
        metavar="PICTURE",
        help="a picture whose features are dreamt (see --guide-on)",
    )
    dream.add_argument(
        "--transforms",
        type=kinds.path,
        action="append",
        default=[],
        metavar="FILE",
        help="a Python file of transforms of your own (docs/transforms.md); repeat it for more",
    )
    dream.add_argument(
        "--engine",
        choices=("torch", "caffe"),
        default="torch",
        help="what computes the gradient: PyTorch, or real Caffe where it is installed (default: torch)",
    )
    dream.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    dream.add_argument(
        "--threads",
        type=kinds.threads,
        metavar="N",
        help="CPU threads of the net (a live show finds the best number)",
    )
    dream.add_argument(
        "--precision",
        choices=("auto", "fp32", "bf16"),
        default=precision,
        help="numbers that the net computes with: fp32 is Caffe's, bf16 about twice as fast on CPUs made for "
        f"it, auto is bf16 on those (default: {precision})",
    )
    dream.add_argument(
        "--plan",
        choices=("compiled", "reference"),
        default="compiled",
        help="how the gradient is computed: written out and fused, or by plain autograd, always in fp32",
    )
    dream.add_argument(
        "--seed", type=kinds.from_zero, default=1, metavar="N", help="same seed, same dream (default: 1)"
    )


def _add_params(parser: argparse.ArgumentParser, live: bool, without: str = "") -> None:
    groups: dict[str, Any] = {}
    for info in TABLE.values():
        if info.group == "wish" or (info.group in _LIVE_ONLY and not live) or info.name == without:
            continue
        begun = _LIVE.get(info.name) if live else None
        if info.group not in groups:
            groups[info.group] = parser.add_argument_group(f"params: {info.group}")
        settings: dict[str, Any] = {"default": begun, "dest": f"param_{info.name}"}
        if isinstance(info.default, bool):
            settings["action"] = argparse.BooleanOptionalAction
        else:
            settings["metavar"] = info.flag[2:].replace("-", "_").upper()
        groups[info.group].add_argument(info.flag, help=_help(info, begun), **settings)


def _help(info: ParamInfo, begun: float | None) -> str:
    default = info.default if begun is None else begun
    if isinstance(default, tuple):
        default = ",".join(f"{value:g}" for value in default)
    elif isinstance(default, float):
        default = f"{default:.4g}"
    notes = [info.range, " ".join(info.choices), info.unit, "" if default == "" else f"default {default}"]
    return f"{info.help} ({', '.join(note for note in notes if note)})".replace("%", "%%")
