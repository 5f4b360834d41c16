"""The board: where everything that comes in stands, by the names that routes have for it.

MIDI, OSC, gamepads, sound, the dream's measures (each on its own thread) -> inlets -> router (main thread)

What comes faster than it is read is not lost: an inlet counts its strokes and its steps, and the newest value
stays.
"""

import math
import threading
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

_PRESSED, _LET_GO = 0.5, 0.4
_MOST = 4096
"""Names that a board has room for, beside those of routes: no sender of ever new ones fills the memory."""


@dataclass(slots=True)
class Inlet:
    """One control or measure. One thread puts; any may read.

    `value` is from 0 to 1. It is `pressed` from a half on until it is below 0.4; a `key` says itself that it
    is. `strokes` counts how often it was, `turned` the steps of an encoder, `puts` whatever came; `when` is
    the time of the newest, in the board's seconds.
    """

    value: float = 0.0
    pressed: bool = False
    key: bool = False
    strokes: int = 0
    turned: float = 0.0
    puts: int = 0
    when: float = 0.0

    def put(self, value: float, pressed: bool | None = None) -> None:
        """Take a value; what is not from 0 to 1 is cut."""
        self.value = min(max(value, 0.0), 1.0)
        self.key = pressed is not None
        if pressed is None:
            pressed = value >= (_LET_GO if self.pressed else _PRESSED)
        if pressed and not self.pressed:
            self.strokes += 1
        self.pressed = pressed
        self.puts += 1


class Move(NamedTuple):
    """What a hand did to a control: where it put it, or the steps it turned it; whether it is a key."""

    name: str
    value: float
    key: bool = False
    steps: float = 0.0


class Board:
    """All inlets by name. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = lambda: 0.0) -> None:
        self._clock = clock
        self._inlets: dict[str, Inlet] = {}
        self._wanted: set[str] = set()
        self._lock = threading.Lock()
        self.moved = ""
        """The control that a hand moved last."""
        self.moves: deque[Move] | None = None
        """What hands do, in order, for whoever learns from it; None while nobody does."""

    def inlet(self, name: str) -> Inlet:
        """Return the inlet of a name for a route to read, at rest until something comes."""
        self._wanted.add(name)
        with self._lock:
            return self._inlets.setdefault(name, Inlet())

    def peek(self, name: str) -> Inlet | None:
        """Return the inlet of a name as it stands, without a wish for it; None where nothing has come."""
        inlet = self._inlets.get(name)
        return inlet if inlet is not None and inlet.puts else None

    @property
    def wanted(self) -> Collection[str]:
        """The names that routes read; there are ever more."""
        return self._wanted

    def wants(self, name: str) -> bool:
        """Return whether a route reads a name: what takes time to compute may be left out else."""
        return name in self._wanted

    def put(self, name: str, value: float, pressed: bool | None = None, by_hand: bool = False) -> None:
        """Take where a control or measure stands now, 0 to 1; NaN counts for nothing. For any thread.

        `pressed` says whether it is down, where it is a key or button; `by_hand` that a person moved it.
        """
        inlet = self._inlet(name)
        if inlet is None or value != value:
            return
        inlet.put(value, pressed)
        self._came(inlet, Move(name, inlet.value, inlet.key) if by_hand else None)

    def turn(self, name: str, steps: float) -> None:
        """Take steps of an encoder that has no end, below 0 backwards. For any thread."""
        inlet = self._inlet(name)
        if inlet is None or not math.isfinite(steps):
            return
        inlet.turned += steps
        inlet.puts += 1
        self._came(inlet, Move(name, inlet.value, steps=steps))

    def snapshot(self) -> dict[str, Inlet]:
        """Return all that has come so far, by name."""
        with self._lock:
            return {name: inlet for name, inlet in self._inlets.items() if inlet.puts}

    def _came(self, inlet: Inlet, move: Move | None) -> None:
        inlet.when = self._clock()
        if move is not None:
            self.moved, moves = move.name, self.moves
            if moves is not None:
                moves.append(move)

    def _inlet(self, name: str) -> Inlet | None:
        inlet = self._inlets.get(name)
        if inlet is None:
            with self._lock:
                if name not in self._inlets and len(self._inlets) >= _MOST:
                    return None
                inlet = self._inlets.setdefault(name, Inlet())
        return inlet
