"""A person's own keys: `keys.toml`, over the program's.

    [keys]
    "f5" = "preset.next"
    "1" = ""               # takes the key away

Read line by line, so that what is wrong in one line is told with its number, and the others hold.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dreamstream.controls.actions import Action
from dreamstream.controls.keymap import KEYS, key_named
from dreamstream.errors import ControlError, nearest

FILE = "keys.toml"
_EXAMPLE = '"shift+f5" = "preset.next"'


def read_keys(
    path: Path, actions: Mapping[str, Action], needed: bool = False
) -> tuple[dict[str, str], list[str]]:
    """Return every key's action, the file's over the program's, and what is wrong in it, a line each.

    A file that is not there changes nothing, unless it is `needed`; that is a ControlError, as is no text.
    """
    if not needed and not path.exists():
        return dict(KEYS), []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()  # some editors begin it with a mark
    except OSError as error:
        raise ControlError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ControlError(f"{path}: not a text in UTF-8") from error
    keys, problems = dict(KEYS), []
    given: dict[str, int] = {}
    part: str | None = None
    for number, line in enumerate(lines, 1):
        try:
            if header := re.match(r"\s*\[([^\]]*)\]\s*(#.*)?$", line):
                part = _section(header[1].strip())
            elif part != "":  # of a part that is not known nothing is
                for key, name in _entry(line, part, actions).items():
                    _note(key, number, given)
                    keys.pop(key, None)
                    keys |= {key: name} if name else {}
        except ControlError as error:
            problems.append(f"{path}, line {number}: {error}")
            part = "" if header else part
    return keys, problems


def _section(name: str) -> str:
    if name != "keys":
        raise ControlError(f"no part [{name}] here; [keys] is needed")
    return name


def _note(key: str, number: int, given: dict[str, int]) -> None:
    """Note the line that gives a key; it must be the only one."""
    if key in given:
        raise ControlError(f"{key} is given already in line {given[key]}")
    given[key] = number


def _entry(line: str, part: str | None, actions: Mapping[str, Action]) -> dict[str, str]:
    """Return the key and the action's name that a line holds, or nothing."""
    try:
        found: dict[str, Any] = tomllib.loads(line)
    except (ValueError, RecursionError):
        raise ControlError(f"not TOML: a key and an action are needed, as in {_EXAMPLE}") from None
    if found and part is None:
        raise ControlError("keys belong under [keys]")
    return {_key(text): _action(name, actions) for text, name in found.items()}


def _key(text: str) -> str:
    key = key_named(text)
    if not key:
        raise ControlError(f"no key '{text}'; `dreamstream keys` lists those in use, docs/keys.md all names")
    return key


def _action(name: Any, actions: Mapping[str, Action]) -> str:
    if not isinstance(name, str):
        raise ControlError(f'an action cannot be {name!r}: a name is needed, as in "preset.next"')
    if name and name not in actions:
        raise ControlError(f"no action '{name}'; {nearest(name, actions)}")
    return name
