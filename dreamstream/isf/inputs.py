"""The inputs of an ISF file: what a person can turn, and what pictures and sounds it takes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Value = float | int | bool | tuple[float, ...]
"""What a uniform is set to."""

_SAMPLES = 256  # of a sound, where the file does not say
_MOST_SAMPLES = 4096


class Kind(Enum):
    """The types of inputs, by the format's own words, with GLSL's."""

    EVENT = "event", "bool"
    BOOL = "bool", "bool"
    LONG = "long", "int"
    FLOAT = "float", "float"
    POINT = "point2D", "vec2"
    COLOUR = "color", "vec4"
    IMAGE = "image", "sampler2D"
    AUDIO = "audio", "sampler2D"
    FFT = "audioFFT", "sampler2D"

    @property
    def glsl(self) -> str:
        """The type of its uniform."""
        return self.value[1]


_KINDS = {kind.value[0]: kind for kind in Kind}
_PARTS = {Kind.POINT: ("x", "y"), Kind.COLOUR: ("red", "green", "blue", "alpha")}


@dataclass(frozen=True)
class Dial:
    """One number or switch of an input: `part` is `red` of a colour, `x` of a point; whole: an int."""

    part: str
    default: float | int | bool
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Input:
    """One input. `dials` are what a person turns, `values` what those of a list stand for, by their place.

    `samples` is how wide a sound's picture is.
    """

    name: str
    kind: Kind
    label: str = ""
    dials: tuple[Dial, ...] = ()
    values: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    samples: int = 0

    @property
    def default(self) -> Value:
        """What its uniform is where nobody has turned it; of a picture nothing is meant."""
        return self.value_of([dial.default for dial in self.dials])

    def value_of(self, turned: Sequence[Any]) -> Value:
        """Return what its uniform is set to for the numbers that its dials stand at."""
        if self.kind in _PARTS:
            return tuple(map(float, turned))
        if not turned:
            return 0
        match self.kind:
            case Kind.LONG if self.values:
                return self.values[min(max(int(turned[0]), 0), len(self.values) - 1)]
            case Kind.LONG:
                return int(turned[0])
            case Kind.FLOAT:
                return float(turned[0])
        return bool(turned[0])


def input_of(record: Mapping[str, Any]) -> Input:
    """Return the input that a record tells of; ValueError says what is wrong with it."""
    name, kind = record.get("NAME"), _KINDS.get(str(record.get("TYPE")))
    if not isinstance(name, str) or not name:
        raise ValueError("an input needs a NAME")
    if kind is None:
        raise ValueError(f"no TYPE '{record.get('TYPE')}'; {', '.join(_KINDS)} are known")
    label = " ".join(str(record.get("LABEL") or "").split())
    match kind:
        case Kind.EVENT:
            return Input(name, kind, label, (Dial("", False),))
        case Kind.BOOL:
            return Input(name, kind, label, (Dial("", bool(record.get("DEFAULT"))),))
        case Kind.LONG:
            return _long(name, label, record)
        case Kind.AUDIO | Kind.FFT:
            most = _number(record.get("MAX") or _SAMPLES)
            return Input(name, kind, label, samples=int(min(max(most, 1), _MOST_SAMPLES)))
        case Kind.IMAGE:
            return Input(name, kind, label)
    parts = _PARTS.get(kind, ("",))
    lists = [_numbers(record.get(key), len(parts)) for key in ("DEFAULT", "MIN", "MAX")]
    return Input(name, kind, label, tuple(map(_dial, parts, *lists, [kind] * len(parts))))


def _long(name: str, label: str, record: Mapping[str, Any]) -> Input:
    """Return an input of whole numbers: of a list its dial is the place in that, else the number."""
    values = record.get("VALUES") or []
    if type(values) is not list:
        raise ValueError("VALUES: a list of whole numbers is needed")
    if not values:
        (low,), (high,), (default,) = (_numbers(record.get(key), 1) for key in ("MIN", "MAX", "DEFAULT"))
        dial = _dial("", default, low, 10.0 if high is None and low is None else high, Kind.LONG)
        return Input(
            name, Kind.LONG, label, (Dial("", round(dial.default), round(dial.low), round(dial.high)),)
        )
    whole = tuple(int(_number(each)) for each in values)
    default = record.get("DEFAULT")
    place = whole.index(int(default)) if isinstance(default, int | float) and int(default) in whole else 0
    given = record.get("LABELS")
    labels = tuple(map(str, given)) if isinstance(given, list) else ()
    return Input(name, Kind.LONG, label, (Dial("", place, 0, max(len(whole) - 1, 1)),), whole, labels)


def _dial(part: str, default: float | None, low: float | None, high: float | None, kind: Kind) -> Dial:
    """Return a dial whose range has an extent, and has its default in it."""
    if kind is Kind.COLOUR:  # 1 for the alpha of a colour without a default
        default = (1.0 if part == "alpha" else 0.0) if default is None else default
    first = 0.0 if low is None else low
    last = max(1.0, first + 1.0) if high is None else high
    first, last = min(first, last), max(first, last)
    start = min(max(0.0, first), last) if default is None else default
    first, last = min(first, start), max(last, start)
    return Dial(part, start, first, last if last > first else first + 1.0)


def _numbers(value: Any, count: int) -> list[float | None]:
    """Return as many numbers as there are parts; None for those that are not said."""
    given = value if isinstance(value, list) else [value] * (value is not None)
    numbers: list[float | None] = [_number(each) for each in given[:count]]
    return [*numbers, *[None] * (count - len(numbers))]


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= 1e9:
        raise ValueError(f"a number is needed, not {str(value)[:40]!r}")
    return number
