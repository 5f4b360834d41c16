"""Signals: numbers from 0 to 1 that move by themselves, as routes name them.

    lfo:sine:0.25hz   lfo:smooth:8beats   seq:1,0,0.5,0:1beat    ->    Moment -> 0..1

What counts beats stands still while there is no tempo.
"""

import math
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from dreamstream.errors import ControlError, nearest
from dreamstream.maths import smoothstep

BAR = 4
"""Beats of a bar."""


@dataclass(frozen=True)
class Moment:
    """When it is: in seconds, and in beats of the tempo."""

    seconds: float
    beats: float


Signal = Callable[[Moment], float]

_RATE = re.compile(r"(\d+(?:\.\d+)?)(hz|s|beats?|bars?)")
_PARTS = {
    "lfo": "lfo:SHAPE:RATE, as in lfo:sine:0.25hz",
    "seq": "seq:NUMBERS:RATE, as in seq:1,0,0.5,0:1beat",
}


def signal_of(text: str) -> Signal:
    """Return the signal that a text names; ControlError says what is wrong with it."""
    kind, *parts = text.split(":")
    if kind not in _PARTS:
        raise ControlError(f"no signal '{text}'; {nearest(kind, _PARTS)}")
    if len(parts) != 2:
        raise ControlError(f"signal '{text}': {_PARTS[kind]} is needed")
    cycles = _cycles(text, parts[1])
    if kind == "seq":
        steps = _steps(text, parts[0])
        return lambda moment: steps[math.floor(cycles(moment)) % len(steps)]
    if parts[0] not in SHAPES:
        raise ControlError(f"signal '{text}': no shape '{parts[0]}'; {nearest(parts[0], SHAPES)}")
    shape = SHAPES[parts[0]]
    return lambda moment: shape(cycles(moment))


def _cycles(text: str, rate: str) -> Callable[[Moment], float]:
    """Return how many times it has gone round, at a rate or a time for one round."""
    found = _RATE.fullmatch(rate)
    number = float(found[1]) if found else 0.0
    if found is None or not 0.001 <= number <= 1000:
        raise ControlError(
            f"signal '{text}': a rate cannot be '{rate}'; 0.25hz, 4s, 2beats or 1bar is needed, 0.001 to 1000"
        )
    match found[2]:
        case "hz":
            return lambda moment: moment.seconds * number
        case "s":
            return lambda moment: moment.seconds / number
    beats = number * (BAR if found[2].startswith("bar") else 1)
    return lambda moment: moment.beats / beats


def _steps(text: str, numbers: str) -> list[float]:
    try:
        steps = [float(number) for number in numbers.split(",")]
    except ValueError:
        steps = [math.nan]
    if not all(0 <= step <= 1 for step in steps):
        raise ControlError(f"signal '{text}': steps are numbers from 0 to 1, as in 1,0,0.5,0")
    return steps


def _triangle(cycles: float) -> float:
    return 1 - abs(2 * (cycles % 1) - 1)


def _random(cycles: float) -> float:
    """Return a number that is as good as drawn for each round, and the same each time."""
    return zlib.crc32(math.floor(cycles).to_bytes(8, "big", signed=True)) / 2**32


def _smooth(cycles: float) -> float:
    before, after = _random(cycles), _random(cycles + 1)
    return before + (after - before) * smoothstep(cycles % 1)


SHAPES: dict[str, Callable[[float], float]] = {
    "sine": lambda cycles: 0.5 - 0.5 * math.cos(2 * math.pi * cycles),
    "triangle": _triangle,
    "square": lambda cycles: float(cycles % 1 < 0.5),
    "saw": lambda cycles: cycles % 1,
    "steps": _random,
    "smooth": _smooth,
}
"""What a signal does in one round; `steps` and `smooth` are random, another number each round."""
