"""What the commands' tables share."""

from collections.abc import Iterable
from typing import Any

from rich.table import Table

from dreamstream.params import TABLE

KNOBS = "its knobs (default, range, unit)"


def new_table(*columns: str) -> Table:
    """Return a table without rows; the first column has names, which are there to be copied."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    table.columns[0].no_wrap = True
    return table


def knob_lines(params: Iterable[str]) -> str:
    """Return a line for each of the params: flag, default, range, unit."""
    infos = [TABLE[param] for param in params]
    lines = [(info.flag, default_text(info.default), info.range, info.unit) for info in infos]
    return "\n".join(" ".join(filter(None, line)) for line in lines)


def default_text(value: Any) -> str:
    """Return a param's default as a person reads it."""
    if isinstance(value, tuple):
        return ",".join(f"{each:g}" for each in value)
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
