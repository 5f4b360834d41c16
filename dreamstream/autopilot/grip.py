"""The grip: whether a hand has played, seen by what it did to the params, whatever it came by.

keys, MIDI, OSC, pads, dropped files -> store; what changes it by itself is let through -> taken, or not
"""

from collections.abc import Callable

from dreamstream.params import Chosen, ParamStore
from dreamstream.params.presets import PRESET_PARAMS

_OTHERS = ("freeze", "blackout", "restart", "next_source")
_PLAYED = Chosen(lambda info: info.name in PRESET_PARAMS or info.name in _OTHERS)
"""What is played; all else (the HUD, a recording, the tempo) leaves the autopilot at the helm."""


class Grip:
    """Notices what a hand does to a store, for the thread that turns the show."""

    def __init__(self, store: ParamStore) -> None:
        self._store = store
        self._known, self._taken = store.hand, False

    def let(self, do: Callable[[], object]) -> None:
        """Do something that is no hand's, unless it returns True."""
        self._look()
        if do() is not True:
            self._known = self._store.hand

    def taken(self) -> bool:
        """Return whether a hand has changed anything since this was asked last."""
        self._look()
        taken, self._taken = self._taken, False
        return taken

    def _look(self) -> None:
        known, hand = self._known, self._store.hand
        self._known = hand
        if hand is not known and any(hand[name] != known[name] for name in _PLAYED):
            self._taken = True
