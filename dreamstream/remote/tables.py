"""The tables: what a page is made of, from the same params and actions as keys, OSC and MIDI.

PARAMS, actions, the store's choices -> tables_of -> JSON -> the page
"""

from collections.abc import Mapping
from typing import Any

from dreamstream.controls import Action
from dreamstream.controls.actions import Guard, Kind
from dreamstream.controls.values import PARAMS, message_value
from dreamstream.knobs import Chain, ParamInfo
from dreamstream.params import ParamStore

Table = dict[str, Any]


def tables_of(store: ParamStore, actions: Mapping[str, Action]) -> Table:
    """Return all params and actions, each with what a person should know of it.

    What a key must be held for is left out: a finger on a screen slips.
    """
    return {
        "params": [_param(info, store) for info in PARAMS.values()],
        "actions": [
            {"name": name, "label": _label(action), "help": action.help, "hold": action.kind is Kind.HOLD}
            for name, action in dict(actions).items()
            if action.guard is Guard.NONE
        ],
    }


def _param(info: ParamInfo, store: ParamStore) -> Table:
    choices = () if isinstance(info.stepped, Chain) else tuple(store.choices(info.name))
    return {
        "name": info.name,
        "label": info.name.replace("_", " "),
        "group": info.group,
        "help": info.help,
        "unit": info.unit,
        "kind": _kind(info, choices),
        "whole": isinstance(info.default, int),
        "low": info.low,
        "high": info.high,
        "step": info.step,
        "choices": choices,
        "default": message_value(info.default),
    }


def _kind(info: ParamInfo, choices: tuple[str, ...]) -> str:
    if isinstance(info.default, bool):
        return "switch"
    if isinstance(info.default, int | float):
        return "number" if info.low is not None and info.high is not None else "text"
    return "choice" if choices else "text"


def _label(action: Action) -> str:
    return f"{action.label} {action.sign}".strip()
