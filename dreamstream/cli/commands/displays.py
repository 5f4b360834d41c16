"""`dreamstream displays`: those that `--display` chooses from."""

import argparse
from typing import TYPE_CHECKING

from dreamstream.cli.command import Command

if TYPE_CHECKING:
    from rich.console import Console


def run(options: argparse.Namespace, console: "Console") -> int:
    """Print the displays."""
    from dreamstream.cli.tables import new_table
    from dreamstream.display import monitors

    table = new_table("display", "size", "rate", "name")
    for monitor in monitors():
        rate = f"{monitor.rate} Hz" if monitor.rate else "?"
        table.add_row(str(monitor.number), str(monitor.size), rate, monitor.name)
    console.print(table)
    return 0


COMMAND = Command("displays", "list the displays that a show can be on", run)
