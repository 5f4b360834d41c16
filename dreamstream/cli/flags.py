"""The flags that several commands share: what is dreamt, and every param from the table in `params`."""

import argparse
from typing import TYPE_CHECKING, Any

from dreamstream.cli import values
from dreamstream.params import LIVE, TABLE, ParamInfo

if TYPE_CHECKING:
    from dreamstream.stage import Settings

_LIVE_ONLY = ("screen", "pace", "tempo", "effect")
"""The groups of params that only a show has a use for."""


def add_dream(
    parser: argparse.ArgumentParser, precision: str, size: bool = True, preset: bool = True
) -> None:
    """Add what says what is dreamt, and with what; `size` adds the canvas's, `preset` the preset."""
    dream = parser.add_argument_group("dream")
    if size:
        dream.add_argument(
            "--size",
            type=values.size,
            default=(448, 252),
            metavar="WxH",
            help="canvas size (default: 448x252)",
        )
    if preset:
        help = (
            "a named set of params that `dreamstream presets` lists; what is given beside it goes before it"
        )
        dream.add_argument("--preset", default="", metavar="NAME", help=help)
    _add_net(dream)
    _add_machine(dream, precision)
    dream.add_argument(
        "--seed", type=values.from_zero, default=1, metavar="N", help="same seed, same dream (default: 1)"
    )


def _add_net(dream: "argparse._ArgumentGroup") -> None:
    """Add the net, what belongs to it, and what is dreamt with it."""
    dream.add_argument("--net", metavar="NET", help="a net's name, .prototxt or .caffemodel")
    dream.add_argument("--weights", type=values.path, metavar="PATH", help="the .caffemodel of a .prototxt")
    dream.add_argument(
        "--mean",
        default="",
        metavar="MEAN",
        help="what the net subtracts: three numbers in its channel order (104,117,123), .binaryproto or .npy",
    )
    dream.add_argument(
        "--classes",
        type=values.path,
        metavar="FILE",
        help="the names of the net's classes, one a line (synset_words.txt)",
    )
    dream.add_argument("--scale", type=float, metavar="S", help="what the net multiplies by, after the mean")
    dream.add_argument(
        "--channel-order", type=str.upper, choices=("BGR", "RGB"), default="", help="the net's channel order"
    )
    dream.add_argument(
        "--guide",
        type=values.path,
        metavar="PICTURE",
        help="a picture whose features are dreamt (see --guide-on)",
    )
    dream.add_argument(
        "--transforms",
        type=values.path,
        action="append",
        default=[],
        metavar="FILE",
        help="a Python file of transforms of your own (docs/transforms.md); repeat it for more",
    )


def _add_machine(dream: "argparse._ArgumentGroup", precision: str) -> None:
    """Add what computes the gradient, and how."""
    dream.add_argument(
        "--engine",
        choices=("torch", "caffe"),
        default="torch",
        help="what computes the gradient: PyTorch, or real Caffe where it is installed (default: torch)",
    )
    dream.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    dream.add_argument(
        "--threads",
        type=values.threads,
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


def add_params(parser: argparse.ArgumentParser, live: bool, without: str = "") -> None:
    """Add a flag for every param that the command has a use for, but for one."""
    groups: dict[str, Any] = {}
    for info in TABLE.values():
        if info.group == "wish" or (info.group in _LIVE_ONLY and not live) or info.name == without:
            continue
        begun = LIVE.get(info.name) if live else None
        if info.group not in groups:
            groups[info.group] = parser.add_argument_group(f"params: {info.group}")
        settings: dict[str, Any] = {"default": begun, "dest": f"param_{info.name}"}
        if isinstance(info.default, bool):
            settings["action"] = argparse.BooleanOptionalAction
        else:
            settings["metavar"] = info.flag[2:].replace("-", "_").upper()
        groups[info.group].add_argument(info.flag, help=_help(info, begun), **settings)
        for old in info.formerly:
            groups[info.group].add_argument(f"--{old.replace('_', '-')}", help=argparse.SUPPRESS, **settings)


def _help(info: ParamInfo, begun: float | None) -> str:
    default = info.default if begun is None else begun
    if isinstance(default, tuple):
        default = ",".join(f"{value:g}" for value in default)
    elif isinstance(default, float):
        default = f"{default:.4g}"
    notes = [info.range, " ".join(info.choices), info.unit, "" if default == "" else f"default {default}"]
    return f"{info.help} ({', '.join(note for note in notes if note)})".replace("%", "%%")


def settings_of_flags(options: argparse.Namespace) -> "Settings":
    """Return what is to be dreamt, as the flags say."""
    from dreamstream.stage import Settings

    given = {name: value for name, value in vars(options).items() if value is not None}
    params = {name.removeprefix("param_"): given[name] for name in given if name.startswith("param_")}
    names = Settings().flat().keys() & given.keys()
    return Settings.model_validate({**{name: given[name] for name in names}, "params": params})
