"""`dreamstream effects`: what `--effects` chooses from."""

from dreamstream.cli.command import Command, Console, Options


def _run(options: Options, console: Console) -> None:
    from dreamstream.cli.tables import KNOBS, knob_lines, new_table
    from dreamstream.effects import EFFECTS, PALETTES, EffectShelf, effects_folder

    table = new_table("effect", "what it does", KNOBS)
    for name, effect in EFFECTS.items():
        where = "" if effect.plain else " (needs OpenGL)"
        table.add_row(name, effect.help + where, knob_lines(effect.knobs))
    for name, file in EffectShelf().users.items():
        table.add_row(name, f"yours: {file.path}", "")
    console.print(table)
    console.print(f"palettes: {', '.join(PALETTES)}")
    console.print(f"yours are in {effects_folder()}")


COMMAND = Command("effects", "list the effects and their knobs", _run)
