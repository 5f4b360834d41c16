"""Controls: what the hand does, as actions on the params and the show."""

from dreamstream.controls.keymap import KEYS, key_help

__all__ = ["KEYS", "key_help"]
