"""The face of a live show: the keys' file and the terminal -> Face."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from dreamstream.controls import action_table, read_keys
from dreamstream.controls.keyfile import FILE
from dreamstream.live.run import Face
from dreamstream.live.show import Show
from dreamstream.live.terminal import Status, log_behind
from dreamstream.places import config_folder


@contextlib.contextmanager
def open_face(
    show: Show, console: Console, keys_file: Path | None = None, operator: bool = False, status: bool = True
) -> Iterator[Face]:
    """Return how the operator meets the show.

    `keys_file` takes the place of the user's own, `operator` asks for a second window, `status` for the
    show's state in the terminal, where there is one.
    """
    actions = action_table(show.stage.transforms, show.stage.effects.names)
    path = keys_file or config_folder() / FILE
    keys, problems = read_keys(path, actions, needed=keys_file is not None)
    for problem in problems:
        show.messages.tell(problem)
    if status and console.is_terminal and not console.is_dumb_terminal:
        with Status(console) as terminal:
            yield Face(keys, operator, terminal.offer)
    else:
        with log_behind():
            yield Face(keys, operator)
