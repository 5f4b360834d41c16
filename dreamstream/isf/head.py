"""The head of an ISF file: the JSON in its first comment, checked, as records.

    text -> /*{ JSON }*/ -> Head: inputs, passes, pictures to import, what it is for

What is wrong is one ShaderError with the line of the player's file. Version 1's PERSISTENT_BUFFERS, and its
list of IMPORTED, are understood as well.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from dreamstream.errors import ShaderError, reason
from dreamstream.isf.inputs import Input, input_of
from dreamstream.isf.sizes import Expression

_COMMENT = re.compile(r"\A[\s\ufeff]*/\*(.*?)\*/", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_MOST_INPUTS, _MOST_PASSES, _MOST_PICTURES = 128, 64, 9
_LARGEST = 1_000_000  # bytes of a file

T = TypeVar("T")


class Role(Enum):
    """What a file is for, by the pictures that it takes."""

    FILTER = "filter"
    GENERATOR = "generator"
    TRANSITION = "transition"


@dataclass(frozen=True)
class Pass:
    """One run of the shader; `target` is empty where it draws what is seen. None: as large as that."""

    target: str = ""
    persistent: bool = False
    floating: bool = False
    width: Expression | None = None
    height: Expression | None = None


@dataclass(frozen=True)
class Head:
    """All that a file says of itself. `text` is the file as it is, `imported` maps samplers to files."""

    path: Path
    text: str
    description: str = ""
    credit: str = ""
    inputs: tuple[Input, ...] = ()
    passes: tuple[Pass, ...] = (Pass(),)
    imported: tuple[tuple[str, Path], ...] = ()

    @property
    def role(self) -> Role:
        """What it is for."""
        names = {each.name for each in self.inputs}
        if {"startImage", "endImage", "progress"} <= names:
            return Role.TRANSITION
        return Role.FILTER if "inputImage" in names else Role.GENERATOR

    @property
    def turned(self) -> tuple[Input, ...]:
        """The inputs that a person turns: of a transition all but its progress."""
        way = "progress" if self.role is Role.TRANSITION else None
        return tuple(each for each in self.inputs if each.dials and each.name != way)

    @property
    def targets(self) -> dict[str, Pass]:
        """The buffers that passes draw into, by name."""
        return {each.target: each for each in self.passes if each.target}


def read_isf(path: Path) -> Head:
    """Read a file's head; ShaderError says in which line what is wrong."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ShaderError(f"{path}: more than {_LARGEST:,} bytes; a shader is a short text")
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ShaderError(f"{path}: {reason(error)}") from error
    found = _COMMENT.match(text)
    if found is None or not found[1].lstrip().startswith("{"):
        raise ShaderError(
            f'{path}: line 1: a comment with JSON is needed first, as in /*{{ "INPUTS": [] }}*/'
        )
    try:
        record = json.loads(found[1], strict=False, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        line = text[: found.start(1)].count("\n") + getattr(error, "lineno", 1)
        said = error.msg if isinstance(error, json.JSONDecodeError) else error
        raise ShaderError(f"{path}: line {line}: the JSON is damaged: {said}") from error
    try:
        return _head_of(path, text, record)
    except _RecordError as fault:
        raise ShaderError(f"{path}: line {line_of(fault.name, text[: found.end()])}: {fault}") from fault
    except ValueError as error:
        raise ShaderError(f"{path}: {error}") from error


class _RecordError(ValueError):
    """What is wrong with the record of a name."""

    def __init__(self, name: str, text: object) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name


def _head_of(path: Path, text: str, record: Any) -> Head:
    inputs = _each(record, "INPUTS", input_of, _MOST_INPUTS)
    old = record.get("PERSISTENT_BUFFERS") or {}
    kept: Mapping[str, Any] = (
        {str(name): {} for name in old} if isinstance(old, list) else _table(record, "PERSISTENT_BUFFERS")
    )
    passes = _each(record, "PASSES", lambda each: _pass_of(each, kept), _MOST_PASSES)
    imported = tuple(_pictures(path.parent, record.get("IMPORTED") or {}))
    names = [*(each.name for each in inputs), *{each.target for each in passes if each.target}]
    names += [name for name, _ in imported]
    for name in names:
        if not _NAME.fullmatch(name) or name.startswith("gl_"):
            raise _RecordError(name, "no name of a variable; letters, digits and _ are needed")
        if names.count(name) > 1:
            raise _RecordError(name, "this name is taken twice")
    return Head(
        path,
        text,
        " ".join(str(record.get("DESCRIPTION", "")).split()),
        " ".join(str(record.get("CREDIT", "")).split()),
        inputs,
        passes or (Pass(),),
        imported,
    )


def _each(record: Any, key: str, made: Callable[[dict[str, Any]], T], most: int) -> tuple[T, ...]:
    """Return what is made of each record of a list."""
    records = record.get(key) or []
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise _RecordError(key, "a list of records is needed")
    if len(records) > most:
        raise _RecordError(key, f"{most} at most, not {len(records)}")
    result = []
    for each in records:
        try:
            result.append(made(each))
        except ValueError as error:
            raise _RecordError(str(each.get("NAME") or each.get("TARGET") or key), error) from error
    return tuple(result)


def _table(record: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = record.get(key) or {}
    if not isinstance(table, dict) or not all(isinstance(each, dict) for each in table.values()):
        raise _RecordError(key, "a record for each name is needed")
    return table


def _pass_of(record: Mapping[str, Any], kept: Mapping[str, Mapping[str, Any]]) -> Pass:
    target = str(record.get("TARGET") or "")
    record = {**kept.get(target, {}), **record}
    sizes = [_expression(record.get(side)) for side in ("WIDTH", "HEIGHT")]
    return Pass(
        target,
        _is_on(record.get("PERSISTENT", record.get("persistent"))) or target in kept,
        _is_on(record.get("FLOAT")),
        *sizes,
    )


def _expression(value: Any) -> Expression | None:
    return None if value in (None, "") else Expression(str(value))


def _is_on(value: Any) -> bool:
    """Return whether a switch is on, which files write as true, 1 or "1"."""
    return value not in (None, False, 0, "", "0", "false", "NO")


def _pictures(folder: Path, record: Any) -> Iterable[tuple[str, Path]]:
    """Give each imported picture's name and file, relative to the shader's folder."""
    if isinstance(record, list):
        record = {str(each.get("NAME")): each for each in record if isinstance(each, dict)}
    if not isinstance(record, dict) or len(record) > _MOST_PICTURES:
        raise _RecordError(
            "IMPORTED", f"a record with a PATH for each name is needed, {_MOST_PICTURES} at most"
        )
    for name, each in record.items():
        path = each.get("PATH") if isinstance(each, dict) else None
        if not isinstance(path, str) or not path:
            raise _RecordError(name, 'a PATH is needed, as in {"PATH": "noise.png"}')
        yield name, folder / path


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def line_of(name: str, text: str) -> int:
    """Return the line in which a name stands for the first time, in quotes; 1 where it does not."""
    return text[: max(text.find(f'"{name}"'), 0)].count("\n") + 1
