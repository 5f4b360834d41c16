"""Values: what programs and pages say of params, in the params' own kinds.

message's values -> value_of -> checked where they may be wrong -> the inbox
the hand's params -> message_value -> a message
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dreamstream.errors import ControlError
from dreamstream.knobs import ParamInfo, value_text
from dreamstream.params import FORMER, Chosen

_LARGEST_FLOAT, _LARGEST_WHOLE = 3e38, 2**63  # of 32 and of 64 bits

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
    if any(isinstance(each, int) and abs(each) > _LARGEST_WHOLE for each in values):
        raise ControlError("a smaller number is needed")
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


def message_value(value: Any) -> Any:
    """Return a param's value as a message has it: a list is one text."""
    return value_text(value) if isinstance(value, tuple) else value


def shortest(value: float) -> float:
    """Return the shortest number that is this one as OSC's float of 32 bits: 0.05 for 0.05000000074505806."""
    if not abs(value) < _LARGEST_FLOAT:
        return value
    single = np.float32(value)
    return float(str(single)) if float(single) == value else value
