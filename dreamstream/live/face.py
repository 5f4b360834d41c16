"""The face of a live show: how the operator meets it, as the command line asks for it.

arguments, the keys' file, the terminal -> Face
"""

import argparse
import contextlib
import logging
from collections.abc import Iterator
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue
from typing import Any

from rich.console import Console

from dreamstream.controls import action_table, read_keys
from dreamstream.controls.keyfile import FILE
from dreamstream.live.run import Face
from dreamstream.live.show import Show
from dreamstream.live.terminal import Status
from dreamstream.places import config_folder


@contextlib.contextmanager
def open_face(options: argparse.Namespace, show: Show, console: Console) -> Iterator[Face]:
    """Return how the operator meets the show, the terminal's status among it where there is a terminal."""
    actions = action_table(show.stage.transforms, show.stage.effects.names)
    path = options.keys or config_folder() / FILE
    keys, problems = read_keys(path, actions, needed=options.keys is not None)
    for problem in problems:
        logging.getLogger(__name__).warning("%s", problem)
    if options.status and console.is_terminal and not console.is_dumb_terminal:
        with Status(console) as status:
            yield Face(keys, options.operator, status.offer)
    else:
        with _lines_behind():
            yield Face(keys, options.operator)


@contextlib.contextmanager
def _lines_behind() -> Iterator[None]:
    """Have log lines written by a thread of their own: a terminal that is held must not hold the show."""
    before, waiting = logging.root.handlers[:], SimpleQueue[Any]()
    listener = QueueListener(waiting, *before)
    logging.root.handlers[:] = [QueueHandler(waiting)]
    listener.start()
    try:
        yield
    finally:
        logging.root.handlers[:] = before
        listener.stop()
