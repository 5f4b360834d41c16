"""`dreamstream presets`: what `--preset` chooses from."""

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser


def _add_arguments(parser: Parser) -> None:
    help = "with the transforms of these files"
    parser.add_argument("files", nargs="*", type=values.path, metavar="FILE", help=help)


def _run(options: Options, console: Console) -> None:
    from dreamstream.cli.tables import new_table
    from dreamstream.params.presets import load_presets, users_folder
    from dreamstream.transforms import with_own

    shelf = load_presets(list(with_own(options.files)))
    keys = {preset.name: key for key, preset in shelf.keys().items()}
    table = new_table("preset", "key", "what it is")
    for preset in shelf.presets:
        key = f"Shift+{keys[preset.name]}" if preset.name in keys else ""
        table.add_row(preset.name, key, f"{preset.help}{' (yours)' if preset.users else ''}".strip())
    console.print(table)
    for problem in shelf.problems.values():
        console.print(f"not a preset: {problem}")
    console.print(f"yours are in {users_folder()}")


COMMAND = Command("presets", "list the presets, the program's and yours", _run, _add_arguments)
