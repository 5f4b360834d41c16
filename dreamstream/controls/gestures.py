"""Gestures: which control a hand has moved, and what kind of one that is, by what came from it.

moves of all controls -> halves of one joined, what only goes with another left out -> the one moved most
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from dreamstream.controls.board import Move
from dreamstream.controls.signals import control_of, encoding_of

_LEAST = 0.1  # of its way that a fader must go: less is a trembling hand
_KEY, _STEP = 0.3, 0.1  # of a fader's way that a stroke, and a step, count as
_FINE = 15  # steps at most that an encoder tells of at once
_MIDDLE, _NEAR = 0.5, 0.02
_SPRINGS, _STICKS = ("pad:axis:", "midi:bend:"), ("_x", "_y")
_NRPN = (6, 38, 96, 97, 98, 99, 100, 101)  # the controls that such a one is made of


class Kind(Enum):
    """A control that is pressed, that stands somewhere, that has steps, or that springs back."""

    KEY = "key"
    FADER = "fader"
    ENCODER = "encoder"
    SPRING = "spring"


@dataclass(frozen=True)
class Gesture:
    """A control by its signal's name, its kind, and how far it was moved, 1 being all of a fader's way."""

    signal: str
    kind: Kind
    extent: float


def gesture(moves: Sequence[Move], before: Mapping[str, float] | None = None) -> Gesture | None:
    """Return which control was moved most, of several as far the last; None where none was really.

    `before` says where controls stood, 0 to 1, for those that had come before the moves.
    """
    by_name: dict[str, list[Move]] = {}
    for move in _joined(moves):
        by_name[move.name] = by_name.pop(move.name, [])  # the last moved is the last
        by_name[move.name].append(move)
    found = [
        _gesture(name, each, (before or {}).get(name))
        for name, each in by_name.items()
        if not _goes_with_another(name, by_name)
    ]
    return max(reversed([each for each in found if each]), key=lambda each: each.extent, default=None)


def encoding(values: Sequence[int]) -> str:
    """Return how an encoder says its steps that sent these values of a MIDI control; empty for no encoder.

    A control that stands somewhere is told from it in that it sends only what has changed. `twos` is 1, 2, ..
    forwards and 127, 126, .. backwards; `offset` 65, .. and 63, ..; `sign` 1, .. and 65, .. Turned one way
    alone they may look alike: then it is `twos`, or `offset`.
    """
    if all(value != after for value, after in pairwise(values)):
        return ""
    up, down = range(1, _FINE + 1), range(128 - _FINE, 128)
    above, below = range(65, 65 + _FINE), range(64 - _FINE, 64)
    pairs = {"twos": (up, down), "offset": (above, below), "sign": (up, above)}
    fitting = (name for name, (more, less) in pairs.items() if all(v in more or v in less for v in values))
    return next(fitting, "")


def _gesture(name: str, moves: Sequence[Move], before: float | None) -> Gesture | None:
    steps = sum(abs(move.steps) for move in moves)
    if steps:
        return Gesture(name, Kind.ENCODER, steps * _STEP)
    values = [move.value for move in moves]
    if moves[-1].key and not name.startswith(_SPRINGS):
        return Gesture(name, Kind.KEY, _KEY) if any(values) else None
    if name.startswith("midi:cc:"):
        raw = [round(127 * value) for value in values]
        if set(raw) <= {0, 127}:
            return Gesture(name, Kind.KEY, _KEY) if any(raw) else None
        if how := encoding(raw):
            signal, at, port = name.partition("@")
            return Gesture(f"{signal}:{how}{at}{port}", Kind.ENCODER, len(values) * _STEP)
    reached = values if before is None else [before, *values]
    extent = max(reached) - min(reached)
    if extent < _LEAST:
        return None
    sprang = name.startswith(_SPRINGS) and abs(values[-1] - _MIDDLE) < _NEAR
    springs = sprang or (name.startswith("pad:axis:") and name.partition("@")[0].endswith(_STICKS))
    return Gesture(name, Kind.SPRING if springs else Kind.FADER, extent)


def _joined(moves: Sequence[Move]) -> list[Move]:
    """Return the moves with each pair of a control and its finer half made one, as `midi:cc14`."""
    by_name: dict[str, list[str]] = {}
    for move in moves:
        if half := _half(move.name):
            by_name.setdefault(half[0], []).append(half[1])
    fine = {name for name, halves in by_name.items() if len(halves) > 2 and _alternate(halves)}
    joined, coarse = [], dict[str, float]()
    for move in moves:
        whole, which = _half(move.name) or ("", "")
        if whole not in fine:
            joined.append(move)
        elif which == "coarse":
            coarse[whole] = move.value
        else:
            value = (128 * round(127 * coarse.get(whole, 0.0)) + round(127 * move.value)) / 16383
            joined.append(Move(whole, value))
    return joined


def _alternate(halves: Sequence[str]) -> bool:
    return all(half != after for half, after in pairwise(halves)) and "fine" in halves


@lru_cache(1024)
def _half(name: str) -> tuple[str, str] | None:
    """Return the 14-bit control that a 7-bit one may be a half of, and which."""
    plain, at, port = name.partition("@")
    parts = plain.split(":")
    if parts[:2] != ["midi", "cc"] or len(parts) != 4 or (number := int(parts[3])) >= 64:
        return None
    return f"midi:cc14:{parts[2]}:{number % 32}{at}{port}", "coarse" if number < 32 else "fine"


def _goes_with_another(name: str, names: Collection[str]) -> bool:
    """Return whether a name is only another for what has one already, or comes along with it."""
    plain = name.partition("@")[0]
    if (plain != name and plain in names) or (encoding_of(name) and control_of(name) in names):
        return True
    kind, channel, number = [*plain.removeprefix("midi:").split(":"), "", ""][:3]
    if kind == "pressure":
        return any(each.startswith(f"midi:note:{channel}:") for each in names)
    if kind != "cc":
        return False
    half = _half(plain)
    of_nrpn = int(number) in _NRPN and any(each.startswith(f"midi:nrpn:{channel}:") for each in names)
    return of_nrpn or (half is not None and half[0] in names)
