"""Lately: an account of what was seen in the last half hour, so that something else is picked.

(kind, name) -> when it was used last -> rest, 0 (now) to 1 (half an hour ago, or never) -> a pick
"""

import random
from collections.abc import Hashable, Sequence
from typing import TypeVar

MEMORY = 1800.0
"""Seconds after which what was used counts as new again."""
_LEAST = 1e-3  # weight of what is used now: it is picked where there is nothing else

_Name = TypeVar("_Name", bound=Hashable)


class Lately:
    """Keeps when each thing was used last, in seconds, as far as it matters."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, Hashable], float] = {}

    def use(self, kind: str, name: Hashable, now: float) -> None:
        """Take note that something is seen now."""
        self._used[kind, name] = now
        if len(self._used) > 4096:
            self._used = {key: when for key, when in self._used.items() if now - when < MEMORY}

    def rest(self, kind: str, name: Hashable, now: float) -> float:
        """Return how long something was not seen, as a share of what counts: 1 is as good as new."""
        used = self._used.get((kind, name))
        return 1.0 if used is None else min(max((now - used) / MEMORY, 0.0), 1.0)

    def pick(self, kind: str, names: Sequence[_Name], now: float, rng: random.Random) -> _Name:
        """Return one of the names, most likely one that has rested for long."""
        return self.some(kind, names, 1, now, rng)[0]

    def some(
        self, kind: str, names: Sequence[_Name], count: int, now: float, rng: random.Random
    ) -> list[_Name]:
        """Return so many of the names, or all, each once, most likely those that have rested for long.

        Weighted sampling without replacement after Efraimidis and Spirakis (2006): the largest of u^(1/w).
        """
        draws = {
            name: rng.random() ** (1 / (_LEAST + self.rest(kind, name, now) ** 2))
            for name in dict.fromkeys(names)
        }
        return sorted(draws, key=draws.__getitem__, reverse=True)[:count]
