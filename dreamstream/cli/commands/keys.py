"""`dreamstream keys`: the keys of a live show, or all actions that a key may have."""

from typing import TYPE_CHECKING

from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_keys

if TYPE_CHECKING:
    from dreamstream.controls import Action


def add_arguments(parser: Parser) -> None:
    """Add what is listed, and the keys' file."""
    help = "list all actions instead, with a key or without"
    parser.add_argument("--actions", action="store_true", help=help)
    add_keys(parser)


def run(options: Options, console: Console) -> None:
    """Print each key, its action and what that does; with `--actions` all actions, and the keys of each."""
    from dreamstream.cli.tables import new_table
    from dreamstream.controls import action_table, key_text, read_keys
    from dreamstream.controls.keyfile import FILE
    from dreamstream.display.hud import STEPS
    from dreamstream.effects import EffectShelf
    from dreamstream.places import config_folder
    from dreamstream.transforms import TRANSFORMS

    path = options.keys or config_folder() / FILE
    actions = action_table(TRANSFORMS, EffectShelf().names)
    keys, problems = read_keys(path, actions, needed=options.keys is not None)
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
    console.print(f"{STEPS}; yours are in {path} (docs/keys.md)")


def _help(action: "Action") -> str:
    """Return what the action does, and when its key must be held for it."""
    from dreamstream.controls.actions import Guard

    notes = {Guard.NONE: "", Guard.ALWAYS: " (hold the key)"}
    return action.help + notes.get(action.guard, " (in fullscreen hold the key)")


COMMAND = Command("keys", "list the keys of the show", run, add_arguments)
