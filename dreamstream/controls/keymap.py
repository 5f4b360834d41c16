"""The keys: one table that the keyboard, the help overlay and `dreamstream keys` derive from.

key's name, with `shift+` before it where that counts -> Action: set a param, nudge it, or a command
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class Set:
    """Set a param to a value."""

    help: str
    param: str
    value: Any


@dataclass(frozen=True)
class Nudge:
    """Move a param by steps; it repeats while the key is held where `repeats`."""

    help: str
    param: str
    steps: int = 1
    repeats: bool = False


@dataclass(frozen=True)
class Command:
    """Something that the show does: `record`, `snapshot`, `quit`."""

    help: str
    name: str


Action = Set | Nudge | Command


def _pick(transform: str) -> Set:
    return Set(transform.replace("-", " "), "transform", transform)


KEYS: dict[str, Action] = {
    "1": _pick("zoom"),
    "2": _pick("vertical-stretch"),
    "3": _pick("horizontal-stretch"),
    "4": _pick("rotate"),
    "5": _pick("column-roll"),
    "6": _pick("sine-roll"),
    "7": _pick("random-roll"),
    "8": _pick("sobel"),
    "9": _pick("prewitt"),
    "0": _pick("none"),
    "b": _pick("blur"),
    "m": _pick("matrix"),
    "t": Nudge("next transform, in the chain's last place", "transform", 1, repeats=True),
    "y": Nudge("previous transform there", "transform", -1, repeats=True),
    "w": Command("one more transform behind it", "add transform"),
    "q": Command("take the last transform away", "drop transform"),
    "right": Nudge("next layer (deeper)", "layer", 1),
    "left": Nudge("previous layer", "layer", -1),
    "v": Nudge("next channel of the layer", "channels", 1, repeats=True),
    "c": Nudge("previous channel", "channels", -1, repeats=True),
    "a": Set("all channels again", "channels", ()),
    "i": Nudge("mix a second layer in: next, deeper", "second", 1),
    "u": Nudge("second layer: previous, none", "second", -1),
    "p": Nudge("more of the second layer", "second_share", 1, repeats=True),
    "o": Nudge("less of the second layer", "second_share", -1, repeats=True),
    "k": Nudge("next class to see", "class_name", 1, repeats=True),
    "j": Nudge("previous class", "class_name", -1, repeats=True),
    "d": Set("no class", "class_name", ""),
    "g": Nudge("guide picture on, off", "guide_on"),
    "up": Nudge("stronger transform", "amount", 1, repeats=True),
    "down": Nudge("weaker transform", "amount", -1, repeats=True),
    "=": Nudge("bigger gradient steps", "step", 1, repeats=True),
    "-": Nudge("smaller gradient steps", "step", -1, repeats=True),
    "]": Nudge("more octaves", "octaves", 1),
    "[": Nudge("fewer octaves", "octaves", -1),
    ".": Nudge("more iterations", "iterations", 1),
    ",": Nudge("fewer iterations", "iterations", -1),
    "'": Nudge("dream faster: more frames a second", "fps_target", 1, repeats=True),
    ";": Nudge("dream more: fewer frames a second", "fps_target", -1, repeats=True),
    "x": Nudge("mix in more of the source", "mix", 1, repeats=True),
    "z": Nudge("mix in less of the source", "mix", -1, repeats=True),
    "space": Nudge("freeze the picture, and go on", "freeze"),
    "backspace": Nudge("begin again from the source", "restart"),
    "n": Nudge("next source", "next_source"),
    **{f"shift+{digit}": Command("recall a preset", f"preset {digit}") for digit in "1234567890"},
    "page down": Command("next preset", "next preset"),
    "page up": Command("previous preset", "previous preset"),
    "return": Command("keep what is played as a preset of your own", "save preset"),
    "r": Command("start and stop a recording", "record"),
    "shift+r": Command("save the last seconds (--keep)", "save replay"),
    "s": Command("take a snapshot (PNG)", "snapshot"),
    "f": Nudge("fullscreen, and back", "fullscreen"),
    "l": Nudge("fill the screen, or letterbox", "fill"),
    "tab": Nudge("show the state of things", "hud"),
    "h": Nudge("show this help", "show_help"),
    "escape": Command("quit (in fullscreen: hold it, or press twice)", "quit"),
}


def key_help() -> list[tuple[str, str]]:
    """Return (key as printed, what it does) in the table's order; a row of keys with one help is one."""
    entries = []
    for help, run in groupby(KEYS, lambda key: KEYS[key].help):
        keys = [key.capitalize() for key in run]
        entries.append((keys[0] if len(keys) == 1 else f"{keys[0]} … {keys[-1]}", help))
    return entries
