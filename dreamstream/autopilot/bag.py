"""The bag: which preset comes next. All come once before any comes again; what failed stays out of it.

names -> without those in quarantine -> those that have not come in this round -> the next
"""

import random
from collections.abc import Callable, Collection, Sequence

_LIKED = 3.0  # weight of what is liked: it comes early in a round


class Bag:
    """Draws names in a shuffled order; `rng` is its chance."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._come: set[str] = set()  # in this round
        self._again: set[str] = set()  # liked ones, for the second time
        self._last = ""
        self._out: dict[str, None] = {}  # in quarantine, the oldest first

    @property
    def quarantined(self) -> tuple[str, ...]:
        """What is not played again, the oldest first."""
        return tuple(self._out)

    def put_out(self, name: str) -> None:
        """Play a name no more, until all others are out, too."""
        self._out.pop(name, None)
        self._out[name] = None

    def draw(
        self,
        names: Sequence[str],
        liked: Collection[str] = (),
        rest: Callable[[str], float] = lambda name: 1.0,
    ) -> str:
        """Return the next of the names, of which there is one at least.

        In a round each comes once, those early that are liked, or have a long `rest` (0..1) behind them; at
        its end those that are liked come once more. Where all are in quarantine, the oldest comes back.
        """
        free = [name for name in names if name not in self._out]
        if not free:
            back = next(name for name in self._out if name in names)
            del self._out[back]
            free = [back]
        self._last = self._next(free, liked, rest)
        return self._last

    def _next(self, free: Sequence[str], liked: Collection[str], rest: Callable[[str], float]) -> str:
        first = [name for name in free if name not in self._come]
        again = [name for name in free if name in liked and name not in self._again]
        if not first and not again:
            self._come, self._again = set(), set()
            first = list(free)
        left = first or again
        others = [name for name in left if name != self._last]
        if not others and len(free) > 1 and not first:  # an encore of what has just been: leave it out
            self._again.update(left)
            return self._next(free, liked, rest)
        name = max(others or left, key=lambda each: self._draw(each, liked, rest))
        (self._come if first else self._again).add(name)
        return name

    def _draw(self, name: str, liked: Collection[str], rest: Callable[[str], float]) -> float:
        weight = (_LIKED if name in liked else 1.0) * (0.1 + rest(name))
        return float(self._rng.random() ** (1 / weight))
