"""The command that lists the effects: the program's, the user's, and what is wrong with one of those."""

from typing import TYPE_CHECKING

from dreamstream.cli.command import Command, Console, Options
from dreamstream.cli.tables import KNOBS, knob_lines, new_table
from dreamstream.errors import ShaderError

if TYPE_CHECKING:
    from dreamstream.effects import ShaderFile


def _effects(options: Options, console: Console) -> None:
    from dreamstream.effects import EFFECTS, PALETTES, EffectShelf, effects_folder

    table = new_table("effect", "what it does", KNOBS)
    for name, effect in EFFECTS.items():
        where = "" if effect.plain else " (needs OpenGL)"
        table.add_row(name, effect.help + where, knob_lines(effect.knobs))
    problems = []
    for name, file in EffectShelf().users.items():
        try:
            table.add_row(name, *_own_effect(name, file))
        except ShaderError as error:
            problems.append(str(error))
    console.print(table)
    for problem in problems:
        console.print(problem)
    console.print(f"palettes: {', '.join(PALETTES)}")
    console.print(f"yours are in {effects_folder()}")


def _own_effect(name: str, file: "ShaderFile") -> tuple[str, str]:
    """Return what an effect of the user's does, and its knobs; raises ShaderError."""
    from dreamstream.effects import knob_names
    from dreamstream.params import TABLE

    if not file.is_isf:
        return f"yours: {file.path}", ""
    from rich.markup import escape

    head = file.head()
    said = f"yours, ISF {head.role.value} (needs OpenGL): {escape(head.description or file.path.name)}"
    knobs = [knob for each in head.inputs for knob in knob_names(name, each)]
    return said, knob_lines(knob for knob in knobs if knob in TABLE)


COMMAND = Command("effects", "list the effects and their knobs", _effects)
