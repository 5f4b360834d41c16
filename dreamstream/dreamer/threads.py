"""Threads: how many compute the gradient, found by trying while the show runs.

    frames with the present number -> now and then some with a neighbour, in turns -> the faster one stays

On a machine that has nothing else to do, more threads are faster. Beside a screen, a recorder or any other
program they wait for each other, and one fewer may be several times as fast; that changes while a show runs.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from statistics import median

_LADDER = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
_TURNS = 6  # frames of either number that are held against each other, fewer where they are slow,
_LONG = 6.0  # so that a try takes about as many seconds at the most,
_WARM = 2  # after some of the new one that are not: the engine makes itself ready in them
_BETTER = 0.95  # of the present number's time: what a neighbour must stay below to be taken
_FIRST = 2.0  # seconds of frames alike before a try; longer after each one in vain,
_LONGEST = 30.0  # and so on up to this
_SLOWER = 1.25  # times as long as after the last try: something else takes a core now, so try soon
_NEWEST = 9  # frames by whose median that is told
_HOPELESS = 2.0  # times the present number's time: no more frames are spent on it


def thread_counts(most: int) -> list[int]:
    """Return the numbers of threads that are worth trying, up to `most`."""
    return sorted({n for n in (*_LADDER, most - 1, most) if 1 <= n <= most})


class Threads:
    """Ask `begin` before each frame, tell `note` after it; `use` is called with each new number.

    `counts` are the numbers to choose from, rising; it begins with the one at `at`. Time is counted in the
    seconds that `note` is told.
    """

    def __init__(self, counts: Sequence[int], at: int, use: Callable[[int], None]) -> None:
        self._counts, self._at, self._use = list(counts), at, use
        self._up = True
        self._turns: deque[int] = deque()
        self._taken: dict[int, list[float]] = defaultdict(list)
        self._what: object = None
        self._known = {at}  # the numbers that were the best since it began on `what`
        self._new = True
        self._recent: deque[float] = deque(maxlen=_NEWEST)
        self._usual = 0.0
        self._waited, self._wait = 0.0, _FIRST
        self._now = self._at
        use(self.count)

    @property
    def count(self) -> int:
        """The number of threads that frames are dreamt with, but for those of a try."""
        return self._counts[self._at]

    @property
    def used(self) -> int:
        """The number of threads set now."""
        return self._counts[self._now]

    def use(self, use: Callable[[int], None]) -> None:
        """Set the numbers by another function from now on: another net's."""
        self._use = use
        use(self.used)

    def begin(self, what: object) -> bool:
        """Set the threads of the next frame, and return whether they are others than `count`.

        Only frames of equal `what` (layer, size, steps ...) are held against each other.
        """
        if what != self._what:
            self._what, self._known, self._new = what, {self._at}, True
            self._settle(_FIRST)
        if not self._turns and len(self._counts) > 1 and self._is_due():
            other, turns = self._neighbour(), int(_LONG / median(self._recent) - _WARM) // 2
            self._turns.extend([other] * _WARM + [self._at, other] * min(max(turns, 2), _TURNS))
        at = self._turns[0] if self._turns else self._at
        self._set(at)
        return at != self._at

    def note(self, seconds: float) -> None:
        """Take in what the gradients of the frame took; the first of a kind is left out."""
        if self._new:
            self._new = False
            return
        if not self._turns:
            self._waited += seconds
            self._recent.append(seconds)
            if not self._usual and len(self._recent) == _NEWEST:
                self._usual = median(self._recent)
            return
        at = self._turns.popleft()
        self._taken[at].append(seconds)
        warmed = at != self._at and len(self._taken[at]) == _WARM
        if warmed and self._recent and seconds > _HOPELESS * median(self._recent):
            self._up = not self._up
            self._stay()
        elif not self._turns:
            self._decide()

    def _is_due(self) -> bool:
        if len(self._recent) < _NEWEST:  # who keeps the rate looks at as many first
            return False
        slower = self._usual > 0 and median(self._recent) > _SLOWER * self._usual
        return self._waited >= (_FIRST if slower else self._wait)

    def _neighbour(self) -> int:
        """Return the number above or below, in turns; at an end the only one."""
        if not 0 <= self._at + (1 if self._up else -1) < len(self._counts):
            self._up = not self._up
        return self._at + (1 if self._up else -1)

    def _decide(self) -> None:
        other = next(at for at in self._taken if at != self._at)
        if median(self._taken[other][_WARM:]) < _BETTER * median(self._taken[self._at]):
            self._at = other
            if other not in self._known:  # else it goes to and fro, and there is no hurry to go on
                self._known.add(other)
                self._settle(_FIRST)
                return
        else:
            self._up = not self._up
        self._stay()

    def _stay(self) -> None:
        self._settle(min(2 * self._wait, _LONGEST))

    def _settle(self, wait: float) -> None:
        """Begin anew to count frames that are alike; a try that was under way is given up."""
        self._turns.clear()
        self._taken.clear()
        self._recent.clear()
        self._usual = self._waited = 0.0
        self._wait = wait

    def _set(self, at: int) -> None:
        if at != self._now:
            self._now = at
            self._use(self._counts[at])
