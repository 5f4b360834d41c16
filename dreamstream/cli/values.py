"""The kinds of values that arguments have: text -> value, or one line of what would be right."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dreamstream.errors import OutputError, UsageError
from dreamstream.size import Size

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from dreamstream.offline.scaling import Change
    from dreamstream.outputs import Target
    from dreamstream.record import Alpha

_SIZES = 32, 8192
_Number = TypeVar("_Number", int, float)


def size(text: str) -> Size:
    """Return the size that `448x252` says."""
    width, _, height = text.lower().partition("x")
    low, high = _SIZES
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"'{text}' is no size; WxH is needed, as in 448x252")
    if not (low <= int(width) <= high and low <= int(height) <= high):
        raise argparse.ArgumentTypeError(f"{text}: both sides must be {low} to {high}, as in 448x252")
    return Size(int(width), int(height))


def displays(text: str) -> tuple[int, ...]:
    """Return the numbers of displays that `0,2` says, one or more."""
    numbers = text.split(",")
    if not all(number.strip().isdecimal() for number in numbers):
        raise argparse.ArgumentTypeError(f"'{text}': numbers of displays are needed, as in 0 or 0,1,2")
    return tuple(map(int, numbers))


def _number(
    kind: Callable[[str], _Number], needed: str, low: float, high: float = 2**63 - 1
) -> Callable[[str], _Number]:
    """Return what reads a number within bounds; `needed` says in an error what would be right."""

    def read(text: str) -> _Number:
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise argparse.ArgumentTypeError(f"'{text}': {needed} is needed")
        return value

    return read


from_zero = _number(int, "a whole number from 0", 0)
count = _number(int, "a whole number from 1", 1)
threads = _number(int, "a whole number from 1 to 256", 1, 256)
tile = _number(int, "a whole number of pixels from 96", 96, _SIZES[1])
percent = _number(int, "a whole number from 1 to 100", 1, 100)
delay = _number(int, "2 to 6000 hundredths of a second", 2, 6000)
side = _number(int, "a whole number of pixels from 2 to 8192", 2, _SIZES[1])
seconds = _number(float, "a number of seconds from 0", 0.0)
positive = _number(float, "a number from 0.001", 1e-3)


tempo = _number(float, "1 to 300 beats a minute", 1, 300)


def bars(text: str) -> float:
    """Return how many bars, in whole beats, of four a bar."""
    number = _number(float, "a number of bars in quarters, as in 8 or 1.25,", 0.25, 10_000)(text)
    if number * 4 % 1:
        raise argparse.ArgumentTypeError(f"'{text}': a beat is 0.25 of a bar; whole ones are needed")
    return number


def path(text: str) -> Path:
    """Return a path that is not empty."""
    if not text:
        raise argparse.ArgumentTypeError("a file's or folder's name is needed")
    return Path(text)


def recorded(text: str) -> tuple[str, Path]:
    """Return what is recorded, `dream` or `screen`, and to where: `screen:show.mp4`, or just `show.mp4`."""
    picture, colon, rest = text.partition(":")
    return (picture, path(rest)) if colon and picture in ("dream", "screen") else ("dream", path(text))


def target(text: str) -> "Target":
    """Return what `screen:ndi:stage` says: which picture, to what kind of output, and where."""
    from dreamstream.outputs import target_of

    try:
        return target_of(text)
    except OutputError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("--out ")) from None


def endpoint(text: str) -> tuple[str, int]:
    """Return the host and the port of `0.0.0.0:9000`; a port alone is this computer's own."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"'{text}': [HOST:]PORT is needed, as in 9000 or 0.0.0.0:9000")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


def networks(text: str) -> "tuple[IPv4Network | IPv6Network, ...]":
    """Return the networks of `192.168.1.20,10.0.0.0/8`; an address alone is one, too."""
    from ipaddress import ip_network

    try:
        return tuple(ip_network(each.strip(), strict=False) for each in text.split(","))
    except ValueError:
        needed = "addresses are needed, as in 192.168.1.20,10.0.0.0/8"
        raise argparse.ArgumentTypeError(f"'{text}': {needed}") from None


def alpha(text: str) -> "Alpha":
    """Return what `luma`, `change` or `key:#00ff00` makes transparent."""
    from dreamstream.record import alpha_of

    try:
        return alpha_of(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


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
