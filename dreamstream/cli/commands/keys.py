"""`dreamstream keys`: the keys of a live show, or all actions that a key may have."""

from typing import TYPE_CHECKING

from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_keys

if TYPE_CHECKING:
    from dreamstream.controls import Action


def _add_arguments(parser: Parser) -> None:
    help = "list all actions instead, with a key or without"
    parser.add_argument("--actions", action="store_true", help=help)
    add_keys(parser)


def _run(options: Options, console: Console) -> None:
    from dreamstream.cli.tables import new_table
    from dreamstream.controls import action_table, key_text, read_keys
    from dreamstream.controls.keyfile import own_file
    from dreamstream.display.hud import STEPS
    from dreamstream.effects import EffectShelf
    from dreamstream.transforms import TRANSFORMS

    actions = action_table(TRANSFORMS, EffectShelf().names)
    keys, problems = read_keys(options.keys, actions)
    if options.actions:
        table = new_table("action", "keys", "what it does")
        for name, action in actions.items():
            bound = ", ".join(key_text(key) for key, other in keys.items() if other == name)
            table.add_row(name, bound, _help(action))
    else:
        table = new_table("key", "action", "what it does")
        for key, name in keys.items():
            table.add_row(key_text(key), name, _help(actions[name]))
    console.print(table)
    for problem in problems:
        console.print(problem)
    console.print(f"{STEPS}; yours are in {options.keys or own_file()} (docs/keys.md)")


def _help(action: "Action") -> str:
    """Return what the action does, and when its key must be held for it."""
    from dreamstream.controls.actions import Guard

    notes = {Guard.NONE: "", Guard.ALWAYS: " (hold the key)"}
    return action.help + notes.get(action.guard, " (in fullscreen hold the key)")


COMMAND = Command("keys", "list the keys of the show", _run, _add_arguments)
