"""`dreamstream outputs`: what `--out` can send to, and what is missing for it here."""

from dreamstream.cli.command import Command, Console, Options
from dreamstream.cli.tables import new_table


def _run(options: Options, console: Console) -> None:
    from dreamstream.outputs import KINDS

    table = new_table("--out", "where the picture goes", "pictures", "here", "what it needs")
    for name, kind in KINDS.items():
        missing = kind.missing()
        size = str(kind.size or "as they are")
        here, needs = "no" if missing else "yes", missing or kind.needs
        table.add_row(f"{name}:{kind.where}", kind.help, size, here, needs)
    console.print(table)
    console.print("that is the dream; in front stand screen: for what the screen shows, and a size:")
    console.print(
        "--out shm:dream, --out screen:shm:dream, --out screen@1280x720:shm:dream (docs/outputs.md)"
    )


COMMAND = Command("outputs", "list what --out can send the picture to", _run)
