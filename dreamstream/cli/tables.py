"""The tables that the command line prints: what there is to play with."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dreamstream.caffe import RULES, channel_counts
from dreamstream.controls import Action, action_table, key_text, read_keys
from dreamstream.controls.actions import Guard
from dreamstream.controls.keyfile import FILE
from dreamstream.display import monitors
from dreamstream.display.hud import STEPS
from dreamstream.effects import EFFECTS, PALETTES, EffectShelf, effects_folder
from dreamstream.nets import Classes, catalog, find_net
from dreamstream.params import TABLE
from dreamstream.params.presets import load_presets, users_folder
from dreamstream.places import config_folder
from dreamstream.transforms import TRANSFORMS, with_own


def print_transforms(console: Console, files: Sequence[Path] = ()) -> None:
    """Print every transform with its own knobs, and those of a person's own files."""
    table = _table("transform", "what it does", "its knobs (default, range, unit)")
    for name, transform in with_own(files).items():
        table.add_row(name, transform.help, "\n".join(map(_knob, transform.knobs)))
    console.print(table)


def print_effects(console: Console) -> None:
    """Print every effect with its own knobs, and the user's."""
    table = _table("effect", "what it does", "its knobs (default, range, unit)")
    table.columns[0].no_wrap = True  # names are there to be copied
    for name, effect in EFFECTS.items():
        where = "" if effect.plain else " (needs OpenGL)"
        table.add_row(name, effect.help + where, "\n".join(map(_knob, effect.knobs)))
    for name, file in EffectShelf().users.items():
        table.add_row(name, f"yours: {file.path}", "")
    console.print(table)
    console.print(f"palettes: {', '.join(PALETTES)}")
    console.print(f"yours are in {effects_folder()}")


def print_layers(console: Console, net: str) -> None:
    """Print a net's layers in order; those worth a dream say what they show."""
    entry = find_net(net, structure_only=True)
    structure = entry.structure()
    classes, counts = Classes(structure, entry.class_names()), channel_counts(structure)
    table = _table("layer", "type", "channels", "what it shows")
    table.columns[0].no_wrap = True  # names are there to be copied
    for layer in structure.layers:
        shows = entry.highlights.get(layer.name, "")
        mark = "where it begins" if layer.name == entry.layer else ""
        channels = str(counts.get(layer.name, ""))
        kind = layer.type + ("" if layer.type in RULES else " (not supported)")
        words = [shows, mark, "the classes" if layer.name == classes.layer else ""]
        table.add_row(
            layer.name, kind, channels, "; ".join(filter(None, words)), style="bold" if shows else ""
        )
    console.print(table)


def print_nets(console: Console) -> None:
    """Print the nets known by name, and whether their weights are here."""
    table = _table("net", "what it is", "licence of its weights", "MB", "here")
    table.columns[0].no_wrap = True  # names are there to be copied
    for name, entry in catalog().items():
        size = f"{entry.size / 1e6:.0f}" if entry.size else "?"
        table.add_row(name, entry.title, entry.licence, size, "yes" if entry.is_here() else "no")
    console.print(table)
    console.print("a net that is not here: dreamstream nets fetch NAME (or it says how else to get it)")


def print_presets(console: Console, files: Iterable[Path] = ()) -> None:
    """Print every preset, whose it is and its key, and what is wrong with those that cannot be had.

    `files` are those of the transforms of one's own that presets may name.
    """
    shelf = load_presets(list(with_own(files)))
    keys = {preset.name: key for key, preset in shelf.keys().items()}
    table = _table("preset", "key", "what it is")
    table.columns[0].no_wrap = True  # names are there to be copied
    for preset in shelf.presets:
        key = f"Shift+{keys[preset.name]}" if preset.name in keys else ""
        table.add_row(preset.name, key, f"{preset.help}{' (yours)' if preset.users else ''}".strip())
    console.print(table)
    for problem in shelf.problems.values():
        console.print(f"not a preset: {problem}")
    console.print(f"yours are in {users_folder()}")


def print_keys(console: Console, file: Path | None = None, every: bool = False) -> None:
    """Print each key, its action and what that does; `every` lists all actions, and the keys of each."""
    actions = action_table(TRANSFORMS, EffectShelf().names)
    keys, problems = read_keys(file or config_folder() / FILE, actions, needed=file is not None)
    if every:
        table = _table("action", "keys", "what it does")
        for name, action in actions.items():
            own = ", ".join(key_text(key) for key, bound in keys.items() if bound == name)
            table.add_row(name, own, action.help + _rules(action))
    else:
        table = _table("key", "action", "what it does")
        for key, name in keys.items():
            table.add_row(key_text(key), name, actions[name].help + _rules(actions[name]))
    console.print(table)
    for problem in problems:
        console.print(problem)
    console.print(f"{STEPS}; yours are in {file or config_folder() / FILE} (docs/keys.md)")


def _rules(action: Action) -> str:
    """Return when the action's key must be held."""
    return {Guard.NONE: "", Guard.ALWAYS: " (hold the key)"}.get(
        action.guard, " (in fullscreen hold the key)"
    )


def print_displays(console: Console) -> None:
    """Print the displays that `--display` chooses from."""
    table = _table("display", "size", "rate", "name")
    for monitor in monitors():
        rate = f"{monitor.rate} Hz" if monitor.rate else "?"
        table.add_row(str(monitor.number), str(monitor.size), rate, monitor.name)
    console.print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _knob(param: str) -> str:
    info = TABLE[param]
    return " ".join(filter(None, (info.flag, _default(param), info.range, info.unit)))


def _default(param: str) -> str:
    value = TABLE[param].default
    if isinstance(value, tuple):
        return ",".join(f"{v:g}" for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
