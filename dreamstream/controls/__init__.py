"""Controls: what the hand does, as actions on the params and the show."""

from dreamstream.controls.actions import Action, action_table
from dreamstream.controls.board import Board
from dreamstream.controls.control import Control
from dreamstream.controls.inbox import Inbox
from dreamstream.controls.keyfile import read_keys
from dreamstream.controls.keymap import KEYS, MAPPING_KEYS, key_help, key_of, key_text, keys_hint
from dreamstream.controls.routefile import read_routes
from dreamstream.controls.routes import Route, route_of

__all__ = [
    "KEYS",
    "MAPPING_KEYS",
    "Action",
    "Board",
    "Control",
    "Inbox",
    "Route",
    "action_table",
    "key_help",
    "key_of",
    "key_text",
    "keys_hint",
    "read_keys",
    "read_routes",
    "route_of",
]
