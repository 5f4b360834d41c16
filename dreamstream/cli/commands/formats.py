"""`dreamstream formats`: the files that can be written, and their codecs."""

from dreamstream.cli.command import Command, Console, Options
from dreamstream.cli.tables import new_table


def _run(options: Options, console: Console) -> None:
    from dreamstream.record import CONTAINERS, PURPOSES, carries_alpha

    table = new_table("codec", "in", "alpha", "what for")
    for codec, purpose in PURPOSES.items():
        files = [suffix for suffix, container in CONTAINERS.items() if codec in container.codecs]
        table.add_row(codec, " ".join(files) or "a folder", "yes" if carries_alpha(codec) else "", purpose)
    table.add_row("", ".gif", "", "a palette for each picture, dithered")
    table.add_row("", ".webp", "yes", "the web; a quarter of a GIF")
    console.print(table)
    console.print("--codec NAME picks one; else it is a file's first (docs/recording.md)")


COMMAND = Command("formats", "list the files that can be written, their codecs, which carry an alpha", _run)
