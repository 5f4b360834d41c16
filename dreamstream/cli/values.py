"""The kinds of values that arguments have: text -> value, or one line of what would be right."""

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dreamstream.size import Size

if TYPE_CHECKING:
    from dreamstream.offline.scaling import Change

_SIZES = 32, 8192


def size(text: str) -> Size:
    """Return the size that `448x252` says."""
    width, _, height = text.lower().partition("x")
    low, high = _SIZES
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"'{text}' is no size; WxH is needed, as in 448x252")
    if not (low <= int(width) <= high and low <= int(height) <= high):
        raise argparse.ArgumentTypeError(f"{text}: both sides must be {low} to {high}, as in 448x252")
    return Size(int(width), int(height))


def _number(text: str, kind: type[Any], low: float, what: str) -> Any:
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not low <= value < 2**63:
        raise argparse.ArgumentTypeError(f"'{text}': {what} is needed")
    return value


def count(text: str) -> int:
    """Return a whole number from 1."""
    return int(_number(text, int, 1, "a whole number from 1"))


def threads(text: str) -> int:
    """Return a number of threads."""
    if count(text) > 256:
        raise argparse.ArgumentTypeError(f"{text}: at most 256 threads")
    return int(text)


def path(text: str) -> Path:
    """Return a path that is not empty."""
    if not text:
        raise argparse.ArgumentTypeError("a file's or folder's name is needed")
    return Path(text)


def recorded(text: str) -> tuple[str, Path]:
    """Return what is recorded, `dream` or `screen`, and to where: `screen:show.mp4`, or just `show.mp4`."""
    what, colon, rest = text.partition(":")
    return (what, path(rest)) if colon and what in ("dream", "screen") else ("dream", path(text))


def from_zero(text: str) -> int:
    """Return a whole number from 0."""
    return int(_number(text, int, 0, "a whole number from 0"))


def names(text: str) -> tuple[str, ...]:
    """Return the names in `hue,zoom+blur`, each once."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def relative(text: str) -> "Change":
    """Read `x2`, `+2`, `-1` or a plain number as what becomes of a number."""
    word = text.strip().lower().replace("×", "x")
    try:
        number = float(word.removeprefix("x"))
    except ValueError:
        number = math.nan
    if word.startswith("x") and 0 < number < math.inf:
        return lambda value: value * number
    if word.startswith(("+", "-")) and math.isfinite(number):
        return lambda value: value + number
    if word[:1].isdigit() and 0 < number < math.inf:
        return lambda value: number
    raise argparse.ArgumentTypeError(f"'{text}': x2, +2, -1 or a plain number is needed")


def delay(text: str) -> int:
    """Return hundredths of a second, as GIFs count them."""
    if not 2 <= from_zero(text) <= 6000:
        raise argparse.ArgumentTypeError(f"{text}: 2 to 6000 hundredths of a second are needed")
    return int(text)


def percent(text: str) -> int:
    """Return a whole number from 1 to 100."""
    if count(text) > 100:
        raise argparse.ArgumentTypeError(f"{text}: 1 to 100 is needed")
    return int(text)


def seconds(text: str) -> float:
    """Return a number of seconds from 0."""
    return float(_number(text, float, 0.0, "a number of seconds from 0"))


def side(text: str) -> int:
    """Return a width in pixels."""
    low, high = 2, _SIZES[1]
    if not low <= count(text) <= high:
        raise argparse.ArgumentTypeError(f"{text}: {low} to {high} pixels are needed")
    return int(text)


def positive(text: str) -> float:
    """Return a number above 0."""
    return float(_number(text, float, 1e-3, "a positive number"))
