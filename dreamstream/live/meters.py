"""Meters: how signals and routes stand, a line each, for whatever shows a show to its operator.

███████░░░ midi:cc:1:7 → zoom 0.013
██░░░░░┃░░ midi:cc:1:8 → amount 1.4 waits: move it up      (┃ is where it must go)
"""

from collections.abc import Sequence

from dreamstream.controls import Board
from dreamstream.controls.ways import Way
from dreamstream.knobs import value_text
from dreamstream.params import Params
from dreamstream.tell import bar

_MOST = 12  # routes that are shown
_RECENT = 5.0  # seconds for which a control without a route is shown


def route_lines(ways: Sequence[Way], params: Params, hand: Params) -> tuple[str, ...]:
    """Return a line on each route whose signal has come, and how many more there are.

    If there are so many, those that wait stand first.
    """
    ways = [way for way in ways if not way.silent]
    if not hand.routes:
        return ("routes are off",) if ways else ()
    if len(ways) > _MOST:
        ways.sort(key=lambda way: not way.waits)
    lines = tuple(_line(way, params, hand) for way in ways[:_MOST])
    return (*lines, f"and {len(ways) - _MOST} more") if len(ways) > _MOST else lines


def moved_line(board: Board, now: float) -> str:
    """Return a line on the control that was moved last, if no route has it and it was a moment ago."""
    inlet = board.peek(board.moved)
    if inlet is None or board.wants(board.moved) or now - inlet.when > _RECENT:
        return ""
    return f"{bar(inlet.value)} {board.moved}: no route"


def _line(way: Way, params: Params, hand: Params) -> str:
    route, info, inlet = way.route, way.route.param, way.signal.inlet
    if info is None:
        return f"{bar(inlet.value)} {route.signal} → {route.to}" + (" pressed" if way.pressed else "")
    goal = route.place(float(hand[route.to])) if way.waits else None
    stands = 0.0 if way.signal.turns else inlet.value
    if way.signal.turns and info.low is not None and info.high is not None:
        stands = (params[route.to] - info.low) / (info.high - info.low)
    value = f"{value_text(params[route.to])} {info.unit}".strip()
    waits = "" if goal is None else f" waits: move it {'up' if goal > inlet.value else 'down'}"
    return f"{bar(stands, goal)} {route.signal} → {route.to} {value}{waits}"
