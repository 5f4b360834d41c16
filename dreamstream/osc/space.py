"""The address space: what there is by OSC, and what values mean to it.

/dreamstream/param/NAME value    /dreamstream/action/NAME 1    /dreamstream/subscribe port
/dreamstream/tempo bpm beats
"""

import math
from collections.abc import Sequence
from typing import Any

from dreamstream.controls.tempo import FASTEST
from dreamstream.errors import ControlError
from dreamstream.knobs import ParamInfo, value_text
from dreamstream.osc.packets import shortest
from dreamstream.params import FORMER, Chosen

ROOT = "/dreamstream"
PARAM, ACTION = f"{ROOT}/param/", f"{ROOT}/action/"
TEMPO = f"{ROOT}/tempo"
SUBSCRIBE, UNSUBSCRIBE = f"{ROOT}/subscribe", f"{ROOT}/unsubscribe"

OTHERS: dict[str, tuple[str, str]] = {
    TEMPO: ("ff", "leads the tempo: beats a minute, and how many have passed"),
    SUBSCRIBE: ("i", "tells you all that changes, at your port, which may be another than you send from"),
    UNSUBSCRIBE: ("N", "tells you no more"),
}
"""The type tags of what is neither a param nor an action, and what it does."""

PARAMS = Chosen(lambda info: info.group != "wish")
"""The params that can be set, by name; the wishes are actions."""


def param_called(name: str) -> str | None:
    """Return the name of today of a param; None where there is none."""
    name = FORMER.get(name, name)
    return name if name in PARAMS else None


def value_of(info: ParamInfo, values: Sequence[Any]) -> Any:
    """Return what a message's values set a param to, in the param's own kind; its range is not looked at.

    Faders send fractions for whole numbers, and any number for a switch. ControlError says what is wrong.
    """
    if not all(isinstance(each, float | int | str) for each in values):
        raise ControlError("numbers, texts, true or false are needed")
    if any(isinstance(each, float) and not math.isfinite(each) for each in values):
        raise ControlError("a number that has an end is needed")
    if isinstance(info.default, tuple):
        return values[0] if len(values) == 1 and isinstance(values[0], str) else tuple(values)
    if len(values) != 1:
        raise ControlError("one value is needed")
    (value,) = values
    if isinstance(value, str):
        return value
    match info.default:
        case str():
            raise ControlError("a text is needed")
        case bool():
            return value >= 0.5
        case int():
            return round(value)
    return shortest(float(value))


def is_within(info: ParamInfo, value: Any) -> bool:
    """Return whether a value is a number in the range of a param: then it needs no further check."""
    number = isinstance(value, float | int) and not isinstance(value, bool)
    return number and info.low is not None and info.high is not None and info.low <= value <= info.high


def is_down(values: Sequence[Any]) -> bool | None:
    """Return whether a message presses a button (from a half on) or lets it go; None where it is a stroke."""
    if not values or values[0] is None:
        return None
    if len(values) > 1 or not isinstance(values[0], float | int) or math.isnan(values[0]):
        raise ControlError("1 (pressed), 0 (let go) or nothing (a stroke) is needed")
    return values[0] >= 0.5


def tempo_of(values: Sequence[Any]) -> tuple[float, float]:
    """Return the beats a minute, and how many have been counted, that a message tells."""
    match values:
        case [float() | int() as bpm, float() | int() as beats] if 1 <= bpm <= FASTEST and math.isfinite(
            beats
        ):
            return float(bpm), float(beats)
    raise ControlError(
        f"beats a minute, 1 to {FASTEST:g}, and how many have passed are needed, as in 120.0 32.5"
    )


def message_value(value: Any) -> Any:
    """Return a param's value as a message has it: a list is one text."""
    return value_text(value) if isinstance(value, tuple) else value
