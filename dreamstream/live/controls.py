"""The controls of a show, and what they do: those that its flags ask for, and those that are simply there.

    flags -> controls, on a board
    a person's routes, and the maps of controllers for what those leave alone -> the routes of a show

A show without a `window` has no pads: they come with it, as the keyboard does.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from dreamstream.controls import Board, Control, Route, read_routes
from dreamstream.controls.routefile import with_map
from dreamstream.controls.tempo import Tempo
from dreamstream.tell import Tell

Clock = Callable[[], float]


def open_controls(
    board: Board, tempo: Tempo, clock: Clock, tell: Tell, window: bool, link: tuple[str, int] | None = None
) -> list[Control]:
    """Return the controls of a show; `link` is the host and port of a Carabiner."""
    controls: list[Control] = []
    if window:
        from dreamstream.controls.gamepad import Gamepads

        controls.append(Gamepads(board, tell))
    if link is not None:
        from dreamstream.controls.link import Link

        controls.append(Link(*link, tempo, tell, clock))
    return controls


def show_routes(path: Path | None, window: bool, actions: Collection[str]) -> tuple[list[Route], list[str]]:
    """Return the routes of a show, and what is wrong in a person's own file of them, a line each."""
    routes, problems = read_routes(path, actions)
    if window:
        from dreamstream.controls.gamepad import PAD_MAP

        routes = with_map(routes, PAD_MAP, actions)
    return routes, problems
