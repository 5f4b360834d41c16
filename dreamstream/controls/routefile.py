"""The file of a person's routes: `routes.toml`, one record a route, which a show reads and writes.

    [[route]]
    signal = "lfo:sine:4beats"
    to = "zoom"
    low = -0.02
    high = 0.04

Each record is TOML by itself, so that what is wrong in one is told with its line, and the others hold. What
is written leaves all else in the file as it is, to the byte.
"""

import tomllib
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from dreamstream.controls.keyfile import lines_of
from dreamstream.controls.routes import Route, route_of
from dreamstream.controls.signals import control_of
from dreamstream.errors import ControlError, reason
from dreamstream.knobs import toml_value
from dreamstream.places import config_folder, write_whole

_HEAD = "[[route]]"


def own_routes() -> Path:
    """Return the file of the user's own routes, there or not."""
    return config_folder() / "routes.toml"


def read_routes(path: Path | None, actions: Collection[str]) -> tuple[list[Route], list[str]]:
    """Return a file's routes, and what is wrong in it, a line each.

    Without a path it is the user's own file, if there is one; a file that cannot be read is a ControlError.
    """
    if path is None and not own_routes().exists():
        return [], []
    path = path or own_routes()
    lines = lines_of(path)
    routes, problems = [], []
    for first, end in _records(lines):
        record = "\n".join(lines[first:end])
        try:
            if not _is_head(lines[first]):
                if _toml(record):
                    raise ControlError(f"a record begins with {_HEAD}")
            else:
                routes.append(route_of(_toml(record)["route"][0], actions))
        except ControlError as error:
            problems.append(f"{path}, line {first + 1}: {error}")
    return routes, problems


def with_map(routes: Sequence[Route], path: Path, actions: Collection[str]) -> list[Route]:
    """Return a person's routes, and those of a controller's map for the controls that they leave alone."""
    own = {control_of(route.signal) for route in routes}
    brought, _ = read_routes(path, actions)
    return [*routes, *(route for route in brought if control_of(route.signal) not in own)]


def add_route(path: Path, route: Route) -> None:
    """Write a route behind the last of a file, and make that where there is none. Raises ControlError."""

    def added(lines: list[str]) -> list[str]:
        text = "".join(lines)
        end = "\r\n" if "\r\n" in text else "\n"
        gap = "" if not text else end if text.endswith("\n") else 2 * end
        fields = route.model_dump(exclude_defaults=True)
        record = [_HEAD, *(f"{name} = {toml_value(value)}" for name, value in fields.items())]
        return [text, gap, *(line + end for line in record)]

    _rewrite(path, added)


def drop_routes(path: Path, unwanted: Callable[[str, str], bool]) -> int:
    """Take the records out of a file whose signal and target are `unwanted`; return how many these were.

    Comments behind one stay. Raises ControlError.
    """
    count = 0

    def dropped(lines: list[str]) -> list[str]:
        nonlocal count
        kept: list[str] = []
        for first, end in _records(lines):
            record, last = lines[first:end], first
            if _is_head(lines[first]) and unwanted(*_ends_of("".join(record))):
                count += 1
                last = max(n for n in range(first, end) if lines[n].strip() and not _is_comment(lines[n])) + 1
                while last < end and not lines[last].strip() and not (kept and kept[-1].strip()):
                    last += 1  # not twice as much room as was between the others
            kept += lines[last:end]
        return kept

    if path.exists():
        _rewrite(path, dropped)
    return count


class RouteFile:
    """A file of routes that a show goes by, there or not; `read` reads it, given the names of all actions."""

    def __init__(self, path: Path, read: Callable[[Collection[str]], tuple[list[Route], list[str]]]) -> None:
        self.path, self.read = path, read
        self._state = self._look()

    def changed(self) -> bool:
        """Return whether it is another than at the last look; one that is not there now is as it was."""
        before, self._state = self._state, self._look() or self._state
        return self._state != before

    def _look(self) -> tuple[int, int] | None:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size


def _rewrite(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Have a file's lines, with their ends, changed, and written whole."""
    try:
        text = path.read_bytes().decode("utf-8") if path.exists() else ""
        content = "".join(change(text.splitlines(keepends=True))).encode("utf-8")
        write_whole(path, content)
    except OSError as error:
        raise ControlError(f"{path}: {reason(error)}") from error
    except UnicodeError as error:
        raise ControlError(f"{path}: not a text in UTF-8") from error


def _records(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each record begins and ends; before the first head stands another."""
    starts = [number for number, line in enumerate(lines) if number == 0 or _is_head(line)]
    return list(pairwise([*starts, len(lines)]))


def _is_head(line: str) -> bool:
    return line.removeprefix("\ufeff").split("#")[0].strip() == _HEAD


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _ends_of(record: str) -> tuple[str, str]:
    """Return the signal and the target that a record names; empty where it is wrong."""
    try:
        fields = _toml(record)["route"][0]
    except ControlError:
        return "", ""
    return str(fields.get("signal", "")), str(fields.get("to", ""))


def _toml(record: str) -> dict[str, Any]:
    try:
        return tomllib.loads(record.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ControlError(f"not TOML: {error}") from None
