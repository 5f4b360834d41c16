"""The inbox: what other threads want done, carried out by the thread that turns the show.

OSC, MIDI, a remote: params to set, actions to press and let go -> Inbox -> hand and store (main thread)

Of a param only the newest value counts, so that no sender can make a queue.
"""

import threading
from collections.abc import Callable
from typing import Any

_MOST = 256
"""Strokes that wait at most, but for what lets go: of one turn of the show nobody means more."""


class Inbox:
    """Keeps wishes until `turn`; the others are for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._params: dict[str, Any] = {}
        self._strokes: list[tuple[str, bool]] = []

    def set(self, name: str, value: Any) -> None:
        """Have a param set: its name and value are checked when it is."""
        with self._lock:
            self._params[name] = value

    def press(self, name: str) -> None:
        """Have an action pressed."""
        self._stroke(name, True)

    def release(self, name: str) -> None:
        """Have an action let go."""
        self._stroke(name, False)

    def turn(
        self,
        change: Callable[[str, Any], object],
        press: Callable[[str], object],
        release: Callable[[str], object],
    ) -> None:
        """Do what has come since the last turn: params first, then strokes in their order."""
        if not self._params and not self._strokes:
            return
        with self._lock:
            params, self._params = self._params, {}
            strokes, self._strokes = self._strokes, []
        for name, value in params.items():
            change(name, value)
        for name, pressed in strokes:
            (press if pressed else release)(name)

    def _stroke(self, name: str, pressed: bool) -> None:
        with self._lock:
            if len(self._strokes) < _MOST or (not pressed and dict(self._strokes).get(name, True)):
                self._strokes.append((name, pressed))
