"""The commands that print a table of what there is: displays, keys, layers, params, ports,
presets, routes, scores, sounds.

Each imports what it lists only when it is run, because that is slow.
"""

from functools import partial
from typing import TYPE_CHECKING

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_keys, add_routes, flagged
from dreamstream.cli.tables import KNOBS, knob_lines, new_table
from dreamstream.errors import UsageError, nearest

if TYPE_CHECKING:
    from dreamstream.controls import Route
    from dreamstream.knobs import ParamInfo


def _add_files(parser: Parser) -> None:
    help = "with the transforms of these files"
    parser.add_argument("files", nargs="*", type=values.path, metavar="FILE", help=help)


def _add_net(parser: Parser) -> None:
    parser.add_argument("net", nargs="?", metavar="NET", help="(default: the net of a show without --net)")


def _add_score(parser: Parser) -> None:
    help = "a .jsonl, or a snapshot's .png"
    parser.add_argument("score", nargs="?", type=values.path, metavar="SCORE", help=help)


def _displays(options: Options, console: Console) -> None:
    from dreamstream.display import monitors

    table = new_table("display", "size", "rate", "name")
    for monitor in monitors():
        rate = f"{monitor.rate} Hz" if monitor.rate else "?"
        table.add_row(str(monitor.number), str(monitor.size), rate, monitor.name)
    console.print(table)


def _layers(options: Options, console: Console) -> None:
    from dreamstream.caffe import RULES, channel_counts
    from dreamstream.nets import DEFAULT_NET, Classes, find_net

    entry = find_net(options.net or DEFAULT_NET, structure_only=True)
    structure = entry.structure()
    classes, counts = Classes(structure, entry.class_names()), channel_counts(structure)
    table = new_table("layer", "type", "channels", "what it shows")
    for layer in structure.layers:
        shows = entry.highlights.get(layer.name, "")
        start = "where it begins" if layer.name == entry.layer else ""
        notes = [shows, start, "the classes" if layer.name == classes.layer else "", layer.fault]
        table.add_row(
            layer.name,
            layer.type + ("" if layer.type in RULES else " (not supported)"),
            str(counts.get(layer.name, "")),
            "; ".join(filter(None, notes)),
            style="bold" if shows else "",
        )
    console.print(table)


def _presets(options: Options, console: Console) -> None:
    from dreamstream.controls import action_table, route_of
    from dreamstream.effects import EffectShelf
    from dreamstream.params.presets import load_presets, users_folder
    from dreamstream.transforms import with_own

    transforms, effects = list(with_own(options.files)), EffectShelf().names
    check_route = partial(route_of, actions=action_table(transforms, effects))
    shelf = load_presets(transforms, effects, check_route)
    keys = {preset.name: key for key, preset in shelf.keys().items()}
    table = new_table("preset", "key", "what it is")
    for preset in shelf.presets:
        key = f"Shift+{keys[preset.name]}" if preset.name in keys else ""
        table.add_row(preset.name, key, f"{preset.help}{' (yours)' if preset.users else ''}".strip())
    console.print(table)
    for problem in shelf.problems.values():
        console.print(f"not a preset: {problem}")
    console.print(f"yours are in {users_folder()}")


def _transforms(options: Options, console: Console) -> None:
    from dreamstream.transforms import with_own

    table = new_table("transform", "what it does", KNOBS)
    for name, transform in with_own(options.files).items():
        table.add_row(name, transform.help, knob_lines(transform.knobs))
    console.print(table)


def _add_keys_arguments(parser: Parser) -> None:
    help = "list all actions instead, with a key or without"
    parser.add_argument("--actions", action="store_true", help=help)
    add_keys(parser)


def _keys(options: Options, console: Console) -> None:
    from dreamstream.controls import MAPPING_KEYS, action_table, key_text, read_keys
    from dreamstream.controls.actions import Guard
    from dreamstream.controls.keyfile import own_file
    from dreamstream.display.hud import STEPS
    from dreamstream.effects import EffectShelf
    from dreamstream.transforms import TRANSFORMS

    actions = action_table(TRANSFORMS, EffectShelf().names)
    notes = {Guard.NONE: "", Guard.ALWAYS: " (hold the key)"}
    helps = {
        name: action.help + notes.get(action.guard, " (in fullscreen hold the key)")
        for name, action in actions.items()
    }
    keys, problems = read_keys(options.keys, actions)
    if options.actions:
        table = new_table("action", "keys", "what it does")
        for name, help in helps.items():
            bound = ", ".join(key_text(key) for key, other in keys.items() if other == name)
            table.add_row(name, bound, help)
    else:
        table = new_table("key", "action", "what it does")
        for key, name in (*keys.items(), *MAPPING_KEYS.items()):
            table.add_row(key_text(key), name, helps[name])
    console.print(table)
    for problem in problems:
        console.print(problem)
    console.print(f"{STEPS}; yours are in {options.keys or own_file()} (docs/keys.md)")


def _add_routes_arguments(parser: Parser) -> None:
    help = "print the routes of apcmini, launchcontrolxl or nanokontrol2 instead, for your file"
    parser.add_argument("--map", metavar="NAME", help=help)
    add_routes(parser)


def _routes(options: Options, console: Console) -> None:
    from dreamstream.controls import action_table, read_routes
    from dreamstream.controls.routefile import own_routes
    from dreamstream.controls.signals import encoding_of
    from dreamstream.effects import EffectShelf
    from dreamstream.live.controls import show_routes
    from dreamstream.midi.maps import map_text
    from dreamstream.transforms import TRANSFORMS

    if options.map is not None:
        console.print(map_text(options.map), end="")
        return
    actions = action_table(TRANSFORMS, EffectShelf().names)
    own, problems = read_routes(options.routes_file, actions)
    table = new_table("signal", "to", "how", "from 0", "to 1", "shape", "whose")
    for route in show_routes(options.routes_file, True, True, actions)[0]:
        how = "press" if route.param is None else "step" if encoding_of(route.signal) else route.mode
        ends = ("", "") if how in ("press", "step") else (f"{end:g}" for end in route.span)
        whose = "yours" if route in own else "a map's"
        table.add_row(route.signal, route.to, how if route.on else "off", *ends, _shape(route), whose)
    console.print(table)
    for problem in problems:
        console.print(problem)
    console.print(f"yours are in {options.routes_file or own_routes()} (docs/routes.md)")


def _shape(route: "Route") -> str:
    """Return what a route makes of its signal, where that is not as it is."""
    units = {"attack": " s", "release": " s"}
    fields = ("sensitivity", "curve", "dead", "attack", "release")
    given = {name: getattr(route, name) for name in fields if name in route.model_fields_set}
    shapes = [f"{name} {value:g}{units.get(name, '')}" for name, value in given.items()]
    return ", ".join([*shapes, *(["jumps"] if not route.takeover else [])])


def _ports(options: Options, console: Console) -> None:
    from dreamstream.midi.apart import port_names

    inputs, outputs = port_names()
    table = new_table("MIDI", "port")
    for way, names in (("in", inputs), ("out", outputs)):
        for name in filter(None, names):  # those without a name are our own
            table.add_row(way, name)
    console.print(table if table.row_count else "no MIDI port is here: nothing is plugged in")
    console.print("a part of a name is enough: --midi NAME, or @NAME behind a route's signal (docs/midi.md)")


def _sounds(options: Options, console: Console) -> None:
    from dreamstream.sound.devices import sound_devices

    devices, missing = sound_devices()
    table = new_table("sound", "name", "default")
    for device in devices:
        table.add_row(device.kind, device.name, "yes" if device.default else "")
    console.print(table)
    for line in missing:
        console.print(line)
    console.print("a part of a name is enough: --sound NAME; or --sound loopback, or a file (docs/sound.md)")


def _add_params_arguments(parser: Parser) -> None:
    help = f"one of {', '.join(_param_groups())} (default: all)"
    parser.add_argument("group", nargs="?", metavar="GROUP", help=help)


def _params(options: Options, console: Console) -> None:
    from dreamstream.knobs import value_text
    from dreamstream.params import LIVE, LIVE_GROUPS

    groups = _param_groups()
    if options.group is not None:
        if options.group not in groups:
            raise UsageError(f"no group of params '{options.group}'; {nearest(options.group, groups)}")
        groups = {options.group: groups[options.group]}
    for group, infos in groups.items():
        console.print(f"{group} (only in a live show)" if group in LIVE_GROUPS else group)
        table = new_table("flag", "default", "range", "unit", "what it does")
        for info in infos:
            default = value_text(info.default)
            if info.name in LIVE:
                default += f" (live: {value_text(LIVE[info.name])})"
            table.add_row(info.flag, default, info.range or " ".join(info.choices), info.unit, info.help)
        console.print(table)
        console.print()
    console.print("what is on is switched off by its flag with no-, as in --no-cubic")


def _param_groups() -> "dict[str, list[ParamInfo]]":
    groups: dict[str, list[ParamInfo]] = {}
    for info in flagged():
        groups.setdefault(info.group, []).append(info)
    return groups


def _score(options: Options, console: Console) -> None:
    from dreamstream.cli.score_tables import print_score, print_scores

    if options.score is None:
        print_scores(console)
    else:
        print_score(console, options.score)


DISPLAYS = Command("displays", "list the displays that a show can be on", _displays)
LAYERS = Command("layers", "list a net's layers, and what those worth a dream show", _layers, _add_net)
PRESETS = Command("presets", "list the presets, the program's and yours", _presets, _add_files)
TRANSFORMS = Command("transforms", "list the transforms and their knobs", _transforms, _add_files)
KEYS = Command("keys", "list the keys of the show", _keys, _add_keys_arguments)
ROUTES = Command("routes", "list your routes: which signal moves which param", _routes, _add_routes_arguments)
PORTS = Command("ports", "list the MIDI ports, in and out", _ports)
SOUNDS = Command("sounds", "list what --sound can listen to: inputs, what the system plays", _sounds)
PARAMS = Command(
    "params", "list the params: flag, default, range, unit and what each does", _params, _add_params_arguments
)
SCORE = Command("score", "show what is in a score, or list the newest ones", _score, _add_score)
