"""The keys: one table that the keyboard, the help overlay and `dreamstream keys` derive from.

    group -> key's name, with `shift+` or `ctrl+` before it where that counts -> the action's name

A person's own keys.toml goes over it: see `controls.keyfile`.
"""

from collections.abc import Mapping
from itertools import groupby

from dreamstream.controls.actions import PRESET_DIGITS, Action, Guard

FINE, COARSE = 0.2, 5.0
"""Steps that a key nudges by with Shift, and with Ctrl, where it has no action of its own with these."""

_ON_F = (
    *("mirror", "kaleidoscope", "tunnel", "hue-turn", "palette", "posterise"),
    *("edge-glow", "trails", "split", "vignette", "film-grain", "strobe"),
)
"""The effects that F1 to F12 switch, and Shift with these holds."""

GROUPS: dict[str, dict[str, str]] = {
    "transform": {
        "1": "transform.zoom",
        "2": "transform.vertical-stretch",
        "3": "transform.horizontal-stretch",
        "4": "transform.rotate",
        "5": "transform.column-roll",
        "6": "transform.sine-roll",
        "7": "transform.random-roll",
        "8": "transform.sobel",
        "9": "transform.prewitt",
        "0": "transform.none",
        "/": "transform.blur",
        "m": "transform.matrix",
        "e": "transform.next",
        "w": "transform.previous",
        "y": "transform.add",
        "q": "transform.drop",
        "up": "amount.up",
        "down": "amount.down",
    },
    "dream": {
        "right": "layer.up",
        "left": "layer.down",
        "v": "channels.next",
        "c": "channels.previous",
        "a": "channels.reset",
        "i": "second.up",
        "u": "second.down",
        "p": "second_share.up",
        "o": "second_share.down",
        "k": "class_name.next",
        "j": "class_name.previous",
        "d": "class_name.reset",
        "g": "guide_on.toggle",
        "=": "step.up",
        "-": "step.down",
        "]": "octaves.up",
        "[": "octaves.down",
        ".": "iterations.up",
        ",": "iterations.down",
        "'": "fps_target.up",
        ";": "fps_target.down",
        "x": "mix.up",
        "z": "mix.down",
    },
    "tempo": {
        "t": "tempo.tap",
        "shift+t": "on_beat.toggle",
        "ctrl+t": "bpm.reset",
    },
    "swap": {
        "shift+]": "canvas.larger",
        "shift+[": "canvas.smaller",
        "shift+n": "net.next",
        "ctrl+n": "net.previous",
    },
    "effects": {
        **{f"f{number}": f"effect.{name}.toggle" for number, name in enumerate(_ON_F, 1)},
        **{f"shift+f{number}": f"effect.{name}.hold" for number, name in enumerate(_ON_F, 1)},
        "insert": "effect.sharpen.toggle",
        "end": "effects.reset",
    },
    "show": {
        "space": "freeze.toggle",
        "b": "blackout.toggle",
        "shift+b": "blackout.hold",
        "home": "panic",
        "backspace": "source.restart",
        "n": "source.next",
        **{f"shift+{digit}": f"preset.{digit}" for digit in PRESET_DIGITS},
        **{f"ctrl+{digit}": f"preset.save.{digit}" for digit in PRESET_DIGITS},
        "page down": "preset.next",
        "page up": "preset.previous",
        "return": "preset.save",
        "r": "record.toggle",
        "shift+r": "record.keep",
        "shift+s": "record.screen",
        "s": "snapshot",
        "f": "fullscreen.toggle",
        "l": "fill.toggle",
        "tab": "hud.toggle",
        "h": "show_help.toggle",
        "escape": "quit",
    },
}

KEYS: dict[str, str] = {key: name for group in GROUPS.values() for key, name in group.items()}
"""Every key's action by name."""

MODIFIERS = ("shift+", "ctrl+")

NAMED = (
    *(
        "space",
        "return",
        "tab",
        "escape",
        "backspace",
        "insert",
        "delete",
        "home",
        "end",
        "page up",
        "page down",
    ),
    *("up", "down", "left", "right", "print screen", "scroll lock", "break", "menu"),
    *(f"f{number}" for number in range(1, 16)),
    *(f"[{sign}]" for sign in "0123456789./*-+"),
    *("enter", "equals"),
)
"""Keys whose names are longer than what they type, as SDL calls them; `[0]` is on the number pad."""

_SPELT = {
    "esc": "escape",
    "pause": "break",
    "pageup": "page up",
    "pagedown": "page down",
    "del": "delete",
    "pgup": "page up",
}
_SPELT |= {"pgdn": "page down", "ins": "insert", "spacebar": "space", " ": "space"}


def _parted(key: str) -> tuple[str, str]:
    """Return a key's modifier, with its plus, and the rest."""
    modifier = next((each for each in MODIFIERS if key.startswith(each)), "")
    return modifier, key.removeprefix(modifier)


def key_named(text: str) -> str:
    """Return a key's name as the table spells it, `shift+f5` for `Shift+F5`; empty for what is no key."""
    modifier, key = _parted(text.lower())
    key = key.strip() or key[:1]  # the space bar may be written as what it types
    key = _SPELT.get(key, key)
    known = key in NAMED or (len(key) == 1 and key.isprintable())
    return f"{modifier}{key}" if known else ""


def key_text(key: str) -> str:
    """Return a key's name as it is printed: `Shift+F5`, `Page up`."""
    modifier, name = _parted(key)
    return modifier.capitalize() + name.capitalize()


def key_of(name: str, keys: Mapping[str, str]) -> str:
    """Return the first key of an action as it is printed; empty where none is left to it."""
    return next((key_text(key) for key, action in keys.items() if action == name), "")


def keys_hint(keys: Mapping[str, str]) -> str:
    """Return in a few words which keys show the keys and end the show."""
    told = {"shows the keys": key_of("show_help.toggle", keys), "ends it": key_of("quit", keys)}
    return ", ".join(f"{key} {what}" for what, key in told.items() if key) or "until the window is closed"


def key_help(keys: Mapping[str, str], actions: Mapping[str, Action]) -> dict[str, list[tuple[str, str]]]:
    """Return, by group, rows of (keys as printed, what they do); keys of one subject in turn are one row."""
    places = {name: group for group, bound in GROUPS.items() for name in bound.values()}
    grouped: dict[str, list[str]] = {group: [] for group in (*GROUPS, "yours")}
    for key, name in keys.items():
        grouped[places.get(name, "yours")].append(key)
    return {
        group: [
            _row(list(run), keys, actions) for _, run in groupby(bound, lambda key: actions[keys[key]].label)
        ]
        for group, bound in grouped.items()
        if bound
    }


def _row(run: list[str], keys: Mapping[str, str], actions: Mapping[str, Action]) -> tuple[str, str]:
    first = actions[keys[run[0]]]
    label = first.label + (" (hold)" if first.guard is not Guard.NONE else "")
    if len(run) > 3:
        last = _parted(run[-1])[1] if _parted(run[0])[0] == _parted(run[-1])[0] else run[-1]
        return f"{key_text(run[0])} … {key_text(last)}", label
    signs = " ".join(actions[keys[key]].sign for key in run).strip()
    return " ".join(map(key_text, run)), f"{label} {signs}".strip()
