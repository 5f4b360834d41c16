"""The keys, and how their names are read and printed; keyboard, help overlay and `dreamstream keys` use them.

    keys.toml: group -> key's name, with `shift+` or `ctrl+` before it where that counts -> the action's name

A person's own keys.toml goes over it: see `controls.keyfile`.
"""

import tomllib
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from dreamstream.controls.actions import Action, Guard

FINE, COARSE = 0.2, 5.0
"""Steps that a key nudges by with Shift, and with Ctrl, where it has no action of its own with these."""

GROUPS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("keys.toml").read_text("utf-8"))
"""The keys by the groups in which the help lists them: group -> key -> action's name."""

MAPPING_KEYS: dict[str, str] = GROUPS["mapping"]
"""Those that go before the others while somebody maps the windows."""

KEYS: dict[str, str] = {
    key: name for group, keys in GROUPS.items() if group != "mapping" for key, name in keys.items()
}
"""Every key's action by name."""

Help = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""By group, rows of keys as printed, and what they do."""

MODIFIERS = ("shift+", "ctrl+")

NAMED = (
    *("space", "return", "tab", "escape", "backspace", "insert", "delete", "home", "end"),
    *("page up", "page down", "up", "down", "left", "right", "print screen", "scroll lock", "break", "menu"),
    *(f"f{number}" for number in range(1, 16)),
    *(f"[{sign}]" for sign in "0123456789./*-+"),
    *("enter", "equals"),
)
"""Keys whose names are longer than what they type, as SDL calls them; `[0]` is on the number pad."""

_OTHER_NAMES = {"esc": "escape", "pause": "break", "pageup": "page up", "pagedown": "page down"}
_OTHER_NAMES |= {"pgup": "page up", "pgdn": "page down", "del": "delete", "ins": "insert"}
_OTHER_NAMES |= {"spacebar": "space", " ": "space"}


def _split(key: str) -> tuple[str, str]:
    """Return a key's modifier with its plus (empty for none), and the rest."""
    modifier = next((each for each in MODIFIERS if key.startswith(each)), "")
    return modifier, key.removeprefix(modifier)


def key_named(text: str) -> str:
    """Return a key's name as the table spells it, `shift+f5` for `Shift+F5`; empty for what is no key."""
    modifier, key = _split(text.lower())
    key = key.strip() or key[:1]  # the space bar may be written as what it types
    key = _OTHER_NAMES.get(key, key)
    known = key in NAMED or (len(key) == 1 and key.isprintable())
    return f"{modifier}{key}" if known else ""


def key_text(key: str) -> str:
    """Return a key's name as it is printed: `Shift+F5`, `Page up`."""
    modifier, name = _split(key)
    return modifier.capitalize() + name.capitalize()


def key_of(name: str, keys: Mapping[str, str]) -> str:
    """Return the first key of an action as it is printed; empty where none is left to it."""
    return next((key_text(key) for key, action in keys.items() if action == name), "")


def keys_hint(keys: Mapping[str, str]) -> str:
    """Return in a few words which keys show the keys and end the show."""
    hints = {"shows the keys": key_of("show_help.toggle", keys), "ends it": key_of("quit", keys)}
    return ", ".join(f"{key} {use}" for use, key in hints.items() if key) or "until the window is closed"


def key_help(keys: Mapping[str, str], actions: Mapping[str, Action]) -> Help:
    """Return what the keys do; those of one subject in turn are one row."""
    places = {name: group for group, bound in reversed(GROUPS.items()) for name in bound.values()}
    grouped: dict[str, list[str]] = {group: [] for group in (*GROUPS, "yours")}
    for key, name in keys.items():
        grouped[places.get(name, "yours")].append(key)
    help = []
    for group, bound in grouped.items():
        runs = groupby(bound, lambda key: actions[keys[key]].label)
        if rows := tuple(_row(list(run), keys, actions) for _, run in runs):
            help.append((group, rows))
    return tuple(help)


def _row(run: list[str], keys: Mapping[str, str], actions: Mapping[str, Action]) -> tuple[str, str]:
    first = actions[keys[run[0]]]
    label = first.label + (" (hold)" if first.guard is not Guard.NONE else "")
    if len(run) > 3:
        last = _split(run[-1])[1] if _split(run[0])[0] == _split(run[-1])[0] else run[-1]
        return f"{key_text(run[0])} … {key_text(last)}", label
    signs = " ".join(actions[keys[key]].sign for key in run).strip()
    return " ".join(map(key_text, run)), f"{label} {signs}".strip()
