"""A table that grows: params that come while the program runs, as shaders bring them.

    fields -> add_params -> TABLE, and a class of snapshots that has them, too -> Chosen: those of a kind

Snapshots from before have what came later at its default.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import create_model

from dreamstream.knobs import ParamInfo
from dreamstream.params.table import TABLE, Params, info_of

_newest: list[type[Params]] = [Params]


def newest_params() -> type[Params]:
    """Return the class of snapshots that has all params that there are by now."""
    return _newest[0]


def add_params(fields: Mapping[str, tuple[type, Any]]) -> bool:
    """Add params, as fields of a model; return whether there are new ones. One that is there stays as it is.

    For the thread that turns the show; all others may go on reading.
    """
    fresh: dict[str, Any] = {name: field for name, field in fields.items() if name not in TABLE}
    if fresh:
        grown = _with(fresh)
        TABLE.update({name: info_of(name, grown) for name in fresh})
        _newest[0] = grown
    return bool(fresh)


def _with(fields: dict[str, Any]) -> type[Params]:
    return create_model("Params", __base__=newest_params(), **fields)


class Chosen(Mapping[str, ParamInfo]):
    """The params of a kind by name, in the table's order, as that grows."""

    def __init__(self, belongs: Callable[[ParamInfo], bool]) -> None:
        self._belongs = belongs
        self._of: type[Params] | None = None
        self._kept: dict[str, ParamInfo] = {}

    def __getitem__(self, name: str) -> ParamInfo:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> dict[str, ParamInfo]:
        newest = newest_params()
        if self._of is not newest:
            self._kept = {name: info for name, info in tuple(TABLE.items()) if self._belongs(info)}
            self._of = newest
        return self._kept
