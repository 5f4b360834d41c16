"""What the commands' tables share."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

KNOBS = "its knobs (default, range, unit)"
"""The column of what `knob_lines` returns."""


def new_table(*columns: str, numbers: Collection[str] = ()) -> "Table":
    """Return a table without rows; the first column has names, which are there to be copied.

    Columns of `numbers` are aligned to the right.
    """
    from rich.table import Table

    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column in numbers else "left")
    table.columns[0].no_wrap = True
    return table


def knob_lines(params: Iterable[str]) -> str:
    """Return a line for each of the params: flag, default, range, unit."""
    from dreamstream.knobs import value_text
    from dreamstream.params import TABLE

    infos = [TABLE[param] for param in params]
    lines = [(info.flag, value_text(info.default), info.range, info.unit) for info in infos]
    return "\n".join(" ".join(filter(None, line)) for line in lines)
