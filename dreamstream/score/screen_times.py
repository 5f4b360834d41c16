"""What a score's screen showed at any second: its params, and when a beat was.

lines that were read -> checked
records -> of each param its times and values -> straight lines between numbers; all else stays until the next
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.errors import ParamError, nearest
from dreamstream.params import TABLE, ParamStore, of_today
from dreamstream.score.records import Event, Screen
from dreamstream.score.screen import NUMBERS, PARAMS

MOST = 1e12
"""What no number in a score is above."""

Values = NDArray[np.float64]


def checked_screen(record: Screen, number: int, problems: list[str]) -> Screen:
    """Return a record of line `number` without the params that cannot be taken, which are told in `problems`.

    ValueError where the rest of it is damaged.
    """
    beats = [0.0 if value is None else value for value in record.beat]  # None: nobody counts
    for name, values in (("shown", record.shown), ("beat", beats)):
        if not (_are_pairs(values) and _are_numbers(values)):
            raise ValueError(f"{name} should be pairs of numbers")
    store, known = ParamStore(), {}
    for name, values in of_today(record.screen).items():
        try:
            known[name] = _known(store, name, values)
        except ParamError as error:
            problems.append(f"line {number}: {error}; left out")
    return replace(record, screen=known)


def _known(store: ParamStore, name: str, values: list[Any]) -> list[Any]:
    """Return a param's times and values as they can be taken; ParamError says why they cannot."""
    if name not in PARAMS:
        raise ParamError(f"no param '{name}' of the screen here ({nearest(name, PARAMS)})")
    if not _are_pairs(values) or (name in NUMBERS and not _are_numbers(values)):
        raise ParamError(f"{name} should be pairs of milliseconds and numbers")
    if name in NUMBERS:
        return values
    return [
        getattr(store.change(**{name: value}), name) if place % 2 else value
        for place, value in enumerate(values)
    ]


def _are_pairs(values: list[Any]) -> bool:
    """Return whether there are times and values by turns."""
    return len(values) % 2 == 0 and _are_numbers(values[::2])


def _are_numbers(values: Iterable[Any]) -> bool:
    return all(type(value) in (int, float) and abs(value) < MOST for value in values)  # no NaN is


class ScreenTimes:
    """What a screen showed at any second of a score, which began with `params` and has these events."""

    def __init__(self, params: Mapping[str, Any], events: Iterable[Event]) -> None:
        notes = sorted((event for event in events if isinstance(event, Screen)), key=lambda note: note.at)
        tracks: defaultdict[str, list[tuple[float, Any]]] = defaultdict(list)
        for note in notes:
            for name, values in note.screen.items():
                tracks[name] += note.corners(values)
        self._beat = _Steps(None, [pair for note in notes for pair in note.corners(note.beat)])
        self._steps: dict[str, _Steps] = {}
        self._lines: dict[str, tuple[Values, Values]] = {}
        for name, track in tracks.items():
            if name in NUMBERS:
                times, values = np.array([(0.0, params[name]), *track], np.float64).T
                self._lines[name] = times, values
            else:
                self._steps[name] = _Steps(params[name], track)

    @property
    def numbers(self) -> Collection[str]:
        """The params among them that go along straight lines."""
        return self._lines.keys()

    def params(self, seconds: float) -> dict[str, Any]:
        """Return the params that changed on it, as they were; the others are as the dreamed frames say."""
        numbers = {
            name: float(np.clip(np.interp(seconds, *line), TABLE[name].low, TABLE[name].high))
            for name, line in self._lines.items()  # a corner may lie beyond: between two it is not cut
        }
        return {**numbers, **{name: steps.at(seconds) for name, steps in self._steps.items()}}

    def beat(self, seconds: float) -> float | None:
        """Return when a beat was, as far as it was known then; None where nobody counted."""
        when: float | None = self._beat.at(seconds)
        return when


class _Steps:
    def __init__(self, first: Any, track: list[tuple[float, Any]]) -> None:
        self._times, self._values = [time for time, _ in track], [first, *(value for _, value in track)]

    def at(self, seconds: float) -> Any:
        return self._values[bisect_right(self._times, seconds)]
