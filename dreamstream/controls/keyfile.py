"""A person's own keys: `keys.toml`, over the program's.

    [keys]
    "f5" = "preset.next"
    "1" = ""               # takes the key away

Each line is TOML by itself, so that what is wrong in one is told with its number, and the others hold.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dreamstream.controls.actions import Action, action_of_today
from dreamstream.controls.keymap import KEYS, key_named
from dreamstream.errors import ControlError, nearest, reason
from dreamstream.places import config_folder

_EXAMPLE = '"shift+f5" = "preset.next"'


def own_file() -> Path:
    """Return the file of the user's own keys, there or not."""
    return config_folder() / "keys.toml"


def read_keys(path: Path | None, actions: Mapping[str, Action]) -> tuple[dict[str, str], list[str]]:
    """Return every key's action, the file's over the program's, and what is wrong in it, a line each.

    Without a path it is the user's own file, if there is one; a file that cannot be read is a ControlError.
    """
    if path is None and not own_file().exists():
        return dict(KEYS), []
    path = path or own_file()
    keys, problems = dict(KEYS), []
    given: dict[str, int] = {}
    part: str | None = None  # that a line is in; None before any
    for number, line in enumerate(lines_of(path), 1):
        try:
            if line.lstrip().startswith("["):
                part = next(iter(_toml(line)))
                if part != "keys":
                    raise ControlError(f"no part [{part}] here; [keys] is needed")
            elif part is None and _toml(line):
                raise ControlError("keys belong under [keys]")
            elif part == "keys":
                for text, action in _toml(line).items():
                    key, name = _key(text), _action(action, actions)
                    if key in given:
                        raise ControlError(f"{key} is given already in line {given[key]}")
                    given[key] = number
                    keys.pop(key, None)
                    keys |= {key: name} if name else {}
        except ControlError as error:
            problems.append(f"{path}, line {number}: {error}")
    return keys, problems


def lines_of(path: Path) -> list[str]:
    """Return a file's lines; a file that cannot be read is a ControlError."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()  # some editors begin it with a mark
    except OSError as error:
        raise ControlError(f"{path}: {reason(error)}") from error
    except UnicodeDecodeError as error:
        raise ControlError(f"{path}: not a text in UTF-8") from error


def _toml(line: str) -> dict[str, Any]:
    try:
        return tomllib.loads(line)
    except (ValueError, RecursionError):
        raise ControlError(f"not TOML: a key and an action are needed, as in {_EXAMPLE}") from None


def _key(text: str) -> str:
    key = key_named(text)
    if not key:
        raise ControlError(f"no key '{text}'; `dreamstream keys` lists those in use, docs/keys.md all names")
    return key


def _action(name: Any, actions: Mapping[str, Action]) -> str:
    if not isinstance(name, str):
        raise ControlError(f'an action cannot be {name!r}: a name is needed, as in "preset.next"')
    today = action_of_today(name)
    if name and today not in actions:
        raise ControlError(f"no action '{name}'; {nearest(name, actions)}")
    return today
