"""`dreamstream displays`: those that `--display` chooses from."""

from dreamstream.cli.command import Command, Console, Options


def _run(options: Options, console: Console) -> None:
    from dreamstream.cli.tables import new_table
    from dreamstream.display import monitors

    table = new_table("display", "size", "rate", "name")
    for monitor in monitors():
        rate = f"{monitor.rate} Hz" if monitor.rate else "?"
        table.add_row(str(monitor.number), str(monitor.size), rate, monitor.name)
    console.print(table)


COMMAND = Command("displays", "list the displays that a show can be on", _run)
