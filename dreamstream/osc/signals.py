"""Signals: addresses of a sender's own, as inlets of the board.

/1/fader3 0.5 -> osc:/1/fader3    /1/xy 0.2 0.7 -> osc:/1/xy and osc:/1/xy.2
"""

import math
from typing import Any

from dreamstream.controls import Board
from dreamstream.controls.signals import FAMILIES
from dreamstream.errors import ControlError

_MOST = 512  # names that no route reads: the board is not OSC's alone
_AXES = 8  # numbers of one message that are taken


class Signals:
    """Puts what comes on a board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._names: set[str] = set()

    def put(self, address: str, values: tuple[Any, ...]) -> None:
        """Put a message's numbers on the board; without any it is a stroke, as of a button."""
        for value in values:
            if value is not None and not (isinstance(value, float | int) and math.isfinite(value)):
                raise ControlError("numbers from 0 to 1 are needed where the address is your own")
        for place, value in enumerate(values[:_AXES] or (None,), 1):
            name = f"osc:{address}" if place == 1 else f"osc:{address}.{place}"
            if not self._has_room(name):
                raise ControlError(f"signals have names of up to 200 plain letters, and {_MOST} at the most")
            strokes = (True, False) if value is None else (value,)
            for stroke in strokes:
                pressed = stroke if isinstance(stroke, bool) else None
                self._board.put(name, float(stroke), pressed, by_hand=True)

    def _has_room(self, name: str) -> bool:
        """Return whether a signal may be called so, and there is room for it, or a route that reads it."""
        if name in self._names or self._board.wants(name):
            return True
        if len(self._names) >= _MOST or not FAMILIES["osc"].spelling.fullmatch(name):
            return False
        self._names.add(name)
        return True
