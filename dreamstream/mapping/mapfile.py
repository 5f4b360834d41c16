"""The file of the windows' mappings: `mapping.toml`, one record a window, in the order of their displays.

    [[window]]
    corners = [[0.02, 0.0], [0.98, 0.05], [1.0, 1.0], [0.0, 0.97]]
    edges = [0.0, 0.0, 0.2, 0.0]

A show reads it when it starts, and writes what is mapped on the stage.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dreamstream.errors import DisplayError, nearest, reason
from dreamstream.mapping.mapping import Mapping
from dreamstream.places import config_folder, write_whole

_HEAD = "# How dreamstream's windows are mapped, in the order of --display: docs/mapping.md"


def own_mapping() -> Path:
    """Return the file of the user's own mappings, there or not."""
    return config_folder() / "mapping.toml"


def read_mappings(path: Path) -> tuple[Mapping, ...]:
    """Return a file's mappings, none where it is not there. DisplayError says in one line what is wrong."""
    try:
        records = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise DisplayError(f"{path}: {reason(error)}") from error
    except UnicodeDecodeError as error:
        raise DisplayError(f"{path}: not a text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise DisplayError(f"{path}: not TOML: {error}") from error
    windows = records.pop("window", [])
    if records or not isinstance(windows, list):
        names = ", ".join(records) or "window"
        raise DisplayError(f"{path}: {names}: records that begin with [[window]] are needed")
    return tuple(_mapping_of(record, f"{path}, window {n}") for n, record in enumerate(windows, 1))


def write_mappings(path: Path, mappings: Sequence[Mapping]) -> None:
    """Write all mappings into a file, in place of what was there; DisplayError where that cannot be."""
    records = [f"[[window]]\n{''.join(_lines_of(mapping))}" for mapping in mappings]
    try:
        write_whole(path, "\n".join([f"{_HEAD}\n", *records]).encode("utf-8"))
    except OSError as error:
        raise DisplayError(f"{path}: {reason(error)}") from error


def _mapping_of(record: Any, where: str) -> Mapping:
    try:
        return Mapping.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        if first["type"] == "extra_forbidden":
            hint = nearest(name, Mapping.model_fields)
            raise DisplayError(f"{where}: no field '{name}'; {hint}") from error
        said = first["msg"].removeprefix("Value error, ")
        raise DisplayError(f"{where}: {name}{': ' if name else ''}{said}") from error


def _lines_of(mapping: Mapping) -> list[str]:
    """Return the fields of a mapping that it says, as lines of TOML; TOML writes lists as Python does."""
    fields = mapping.model_dump(mode="json", exclude_defaults=True)
    return [f"{name} = {_written(value)}\n" for name, value in fields.items()]


def _written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, str):
        return "'" + value + "'"  # chains of effects have no quotes
    return repr(round(float(value), 6))
