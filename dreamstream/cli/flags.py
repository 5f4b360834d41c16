"""The flags that several commands share: what is dreamt, and every param from the table in `params`."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dreamstream.cli import values
from dreamstream.errors import UsageError

if TYPE_CHECKING:
    from dreamstream.knobs import ParamInfo
    from dreamstream.live.controls import Wanted
    from dreamstream.stage import Settings

_ESSENTIAL = (
    *("transform", "layer", "octaves", "iterations", "step", "mix"),
    *("effects", "fps_target"),
)
"""The params whose flags `--help` shows; `dreamstream params` lists them all."""


_METAVARS = {int: "N", float: "X", str: "NAME", tuple: "N,N"}


def add_keys(group: "argparse._ActionsContainer") -> None:
    """Add the file of a person's own keys."""
    help = "your keys (docs/keys.md; default: your keys.toml)"
    group.add_argument("--keys", type=values.path, metavar="FILE", help=help)


def add_routes(group: "argparse._ActionsContainer", default: str = "your routes.toml") -> None:
    """Add the file of a person's routes."""
    help = f"your routes (default: {default})"
    group.add_argument("--routes-file", type=values.path, metavar="FILE", help=help)


def add_controls(controls: "argparse._ActionsContainer") -> None:
    """Add what is to be played by, beside keys and pads."""
    help = "follow a Carabiner's Ableton Link (its port: 17000)"
    controls.add_argument("--link", type=values.endpoint, metavar="[HOST:]PORT", help=help)
    help = "be played by OSC, from here alone or at a host"
    controls.add_argument("--osc", type=values.endpoint, metavar="[HOST:]PORT", help=help)
    help = "from these addresses alone (default: all)"
    controls.add_argument("--osc-from", type=values.networks, default=(), metavar="ADDR[,ADDR]", help=help)
    help = "be played by a page on phones and computers"
    controls.add_argument("--remote", type=values.endpoint, metavar="[HOST:]PORT", help=help)
    help = "hear an input, `loopback` (what is played) or a file"
    controls.add_argument("--sound", nargs="?", const="", metavar="NAME", help=help)
    help = "MIDI of these ports alone; --no-midi: none"
    controls.add_argument("--midi", type=values.names, metavar="NAME[,NAME]", help=help)
    none = argparse.SUPPRESS
    controls.add_argument("--no-midi", dest="midi", action="store_const", const=False, help=none)
    help = "send the beat to these MIDI ports"
    controls.add_argument("--midi-clock", type=values.names, default=(), metavar="A,B", help=help)


def wanted_of(options: argparse.Namespace, pads: bool) -> "Wanted":
    """Return which controls the flags of `add_controls` ask for; SoundError where one is not there."""
    from dreamstream.live.controls import Wanted
    from dreamstream.sound.devices import device_of

    sound = None if options.sound is None else device_of(options.sound)
    midi, clock = None if options.midi is False else options.midi or (), options.midi_clock
    asked = bool(options.midi or clock)
    return Wanted(
        pads, options.link, options.osc, options.osc_from, options.remote, sound, midi, clock, asked
    )


def add_dream(
    parser: argparse.ArgumentParser, precision: str, size: str = "448x252", preset: bool = True
) -> None:
    """Add what says what is dreamt, and with what.

    `size` is said of the canvas that there is without a flag; where it is empty there is no flag.
    """
    dream = parser.add_argument_group("dream")
    if size:
        help = f"canvas size (default: {size})"
        dream.add_argument("--size", type=values.size, metavar="WxH", help=help)
    if preset:
        help = "a set of params that `dreamstream presets` lists"
        dream.add_argument("--preset", default="", metavar="NAME", help=help)
        help = "another one, that --morph 0..1 goes to"
        dream.add_argument("--preset-b", default="", metavar="NAME", help=help)
    help = "same seed, same dream (default: 1)"
    dream.add_argument("--seed", type=values.from_zero, default=1, metavar="N", help=help)
    help = "a picture whose features are dreamt"
    dream.add_argument("--guide", type=values.path, metavar="PICTURE", help=help)
    help = "for --paint mask: dreamt where light (or isf:NAME)"
    dream.add_argument("--mask", type=values.path, metavar="PICTURE", help=help)
    help = "pictures for --roam's maps (source: what flows in)"
    dream.add_argument("--map-from", type=values.path, metavar="FOLDER", help=help)
    help = "transforms of your own, in Python (repeatable)"
    dream.add_argument(
        "--transforms", type=values.path, action="append", default=[], metavar="FILE", help=help
    )
    _add_net(parser.add_argument_group("net"))
    _add_machine(parser.add_argument_group("computing"), precision)


def _add_net(net: "argparse._ArgumentGroup") -> None:
    """Add the net, and what belongs to one of a person's own."""
    net.add_argument("--net", metavar="NET", help="a name (`dreamstream nets`), .prototxt, .caffemodel")
    help = "another net, for each other frame (--other-every)"
    net.add_argument("--other-net", default="", metavar="NET", help=help)
    net.add_argument("--weights", type=values.path, metavar="PATH", help="the .caffemodel of a .prototxt")
    help = "what it subtracts: 104,117,123, .binaryproto or .npy"
    net.add_argument("--mean", default="", metavar="MEAN", help=help)
    net.add_argument("--scale", type=float, metavar="S", help="what it multiplies by, after the mean")
    help = "of its input: BGR or RGB"
    choices = ("BGR", "RGB")
    net.add_argument(
        "--channel-order", type=str.upper, choices=choices, default="", metavar="ORDER", help=help
    )
    help = "names of its classes, one a line (synset_words.txt)"
    net.add_argument("--classes", type=values.path, metavar="FILE", help=help)


def _add_machine(machine: "argparse._ArgumentGroup", precision: str) -> None:
    """Add what computes the gradient, and how."""
    help = "torch, or caffe where installed (default: torch)"
    machine.add_argument("--engine", choices=("torch", "caffe"), default="torch", metavar="NAME", help=help)
    help = "auto, cpu, cuda or mps (default: auto)"
    choices = ("auto", "cpu", "cuda", "mps")
    machine.add_argument("--device", choices=choices, default="auto", metavar="NAME", help=help)
    help = "on the host, the device or auto (default: auto)"
    places = ("auto", "host", "device")
    machine.add_argument(
        "--canvas", dest="canvas_on", choices=places, default="auto", metavar="PLACE", help=help
    )
    help = "CPU threads of the net (a live show finds the best)"
    machine.add_argument("--threads", type=values.threads, metavar="N", help=help)
    help = f"fp32 (Caffe's), bf16, fp16, auto (default: {precision})"
    precisions = ("auto", "fp32", "bf16", "fp16")
    machine.add_argument("--precision", choices=precisions, default=precision, metavar="NAME", help=help)
    help = "side of a gradient's windows (default: by memory)"
    machine.add_argument("--tile", type=values.tile, default=0, metavar="PX", help=help)
    help = "compiled (fused) or reference (plain autograd, fp32)"
    machine.add_argument(
        "--plan", choices=("compiled", "reference"), default="compiled", metavar="NAME", help=help
    )


def flagged() -> "Iterator[ParamInfo]":
    """Give all params that a flag sets. Their table loads NumPy and OpenCV."""
    from dreamstream.params import TABLE

    return (info for info in TABLE.values() if info.group != "wish")


def add_params(parser: argparse.ArgumentParser, live: bool, without: str = "") -> None:
    """Add a flag for every param that the command has a use for, but for one; help shows the essential."""
    from dreamstream.params import LIVE, LIVE_GROUPS

    help = "the most used; `dreamstream params [GROUP]` lists all that can be given"
    group = parser.add_argument_group("params", help)
    for info in flagged():
        if (info.group in LIVE_GROUPS and not live and not info.dreamt) or info.name == without:
            continue
        default = LIVE.get(info.name) if live else None
        settings: dict[str, Any] = {"default": default, "dest": f"param_{info.name}"}
        if isinstance(info.default, bool):
            settings["action"] = argparse.BooleanOptionalAction
        else:
            settings["metavar"] = _METAVARS[type(info.default)]
        help = _help(info, default) if info.name in _ESSENTIAL else argparse.SUPPRESS
        group.add_argument(info.flag, help=help, **settings)
        for old in (old.replace("_", "-") for old in info.formerly):
            if not info.were:
                group.add_argument(f"--{old}", help=argparse.SUPPRESS, **settings)
            for on, value in info.were:  # it was a switch
                flag, dest = f"--{'' if on else 'no-'}{old}", settings["dest"]
                group.add_argument(flag, action="store_const", const=value, dest=dest, help=argparse.SUPPRESS)


def _help(info: "ParamInfo", default: float | None) -> str:
    default = info.default if default is None else default
    shown = f"{default:.4g}" if isinstance(default, float) else str(default)
    return (info.help + (f" (default {shown})" if shown else "")).replace("%", "%%")


def settings_of_flags(options: argparse.Namespace) -> "Settings":
    """Return what is to be dreamt, as the flags say; UsageError where they cannot be so."""
    from dreamstream.params import TABLE
    from dreamstream.stage import Settings

    given = {name: value for name, value in vars(options).items() if value is not None}
    params = {name.removeprefix("param_"): given[name] for name in given if name.startswith("param_")}
    if "morph" in params and not given.get("preset_b"):
        raise UsageError("--morph goes from one dream to another; which one, says --preset-b NAME")
    for refused in (TABLE[name].beyond(value) for name, value in params.items()):
        if refused:
            raise UsageError(refused)
    names = Settings().flat().keys() & given.keys()
    return Settings.model_validate({**{name: given[name] for name in names}, "params": params})
