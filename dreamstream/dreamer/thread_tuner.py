"""The thread tuner: finds by trying how many threads compute the gradient fastest, while the show runs.

    frames with the present number -> now and then some with a neighbour, in turns -> the faster one stays

On a machine that has nothing else to do, more threads are faster. Beside a screen, a recorder or any other
program they wait for each other, and one fewer may be several times as fast; that changes while a show runs.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from statistics import median

_LADDER = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
_TURNS = 6  # frames of each number that are compared, fewer where they are slow,
_LONG = 6.0  # so that a try takes about as many seconds at the most,
_WARM_UP = 2  # after frames with the new number that do not count: the engine gets ready in them
_BETTER = 0.95  # of the present number's time: what a neighbour must stay below to be taken
_FIRST_WAIT = 2.0  # seconds of frames alike before a try; twice that after each one in vain,
_LONGEST_WAIT = 30.0  # and so on up to this
_SLOWER = 1.25  # times as long as after the last try: something else takes a core now, so try soon
_RECENT = 9  # frames whose median says how long one takes
_HOPELESS = 2.0  # times the present number's time: no more frames are spent on it


def thread_counts(most: int) -> list[int]:
    """Return the numbers of threads that are worth trying, up to `most`."""
    return sorted({n for n in (*_LADDER, most - 1, most) if 1 <= n <= most})


class ThreadTuner:
    """Call `start_frame` before each frame, `end_frame` after it; `use` is called with each frame's number.

    `counts` are the numbers to choose from, rising; it starts with the one at `at`. Time is counted in the
    seconds that `end_frame` is given.
    """

    def __init__(self, counts: Sequence[int], at: int, use: Callable[[int], None]) -> None:
        self._counts, self._use = list(counts), use
        self._best = self._now = at  # places in `counts`: the best as far as is known, and the one set now
        self._step = 1  # to the neighbour that is tried next: 1 or -1
        self._turns: deque[int] = deque()  # of the try that is under way: the place of each frame to come,
        self._seconds: dict[int, list[float]] = defaultdict(list)  # and what the frames of each took
        self._kind: object = None
        self._tried = {at}  # the numbers that were the best since frames are of this kind
        self._first = True  # whether the frame is the first of its kind
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._usual = 0.0  # seconds of a frame after the last try
        self._waited, self._wait = 0.0, _FIRST_WAIT
        use(self.count)

    @property
    def count(self) -> int:
        """The number of threads that frames are dreamt with, but for those of a try."""
        return self._counts[self._best]

    @property
    def used(self) -> int:
        """The number of threads set now."""
        return self._counts[self._now]

    def apply_to(self, use: Callable[[int], None]) -> None:
        """Set the number by another function from now on: another net's."""
        self._use = use
        use(self.used)

    def start_frame(self, kind: object) -> bool:
        """Set the threads of the next frame, and return whether it is one of a try, with another number.

        Only frames of an equal `kind` (layer, size, steps ...) are compared.
        """
        if kind != self._kind:
            self._kind, self._tried, self._first = kind, {self._best}, True
            self._start_over(_FIRST_WAIT)
        looked = len(self._recent) == _RECENT  # the pace looks at as many first
        slower = looked and self._usual > 0 and median(self._recent) > _SLOWER * self._usual
        due = looked and self._waited >= (_FIRST_WAIT if slower else self._wait)
        if due and not self._turns and len(self._counts) > 1:
            if not 0 <= self._best + self._step < len(self._counts):
                self._step = -self._step
            other, turns = self._best + self._step, int(_LONG / median(self._recent) - _WARM_UP) // 2
            self._turns.extend([other] * _WARM_UP + [self._best, other] * min(max(turns, 2), _TURNS))
        at = self._turns[0] if self._turns else self._best
        self._now = at
        self._use(self._counts[at])  # also where it is the same: the frame may be on another thread
        return at != self._best

    def end_frame(self, seconds: float) -> None:
        """Note the seconds that the frame's gradients took; the first frame of a kind is left out."""
        if self._first:
            self._first = False
        elif self._turns:
            self._judge(seconds)
        else:
            self._waited += seconds
            self._recent.append(seconds)
            if not self._usual and len(self._recent) == _RECENT:
                self._usual = median(self._recent)

    def _judge(self, seconds: float) -> None:
        """Note a frame of a try, and end the try after its last one, or where the number is hopeless.

        The faster number is taken; else the other neighbour is tried next, later than the last time.
        """
        at = self._turns.popleft()
        times = self._seconds[at]
        times.append(seconds)
        warm = at != self._best and len(times) == _WARM_UP
        hopeless = warm and seconds > _HOPELESS * median(self._recent)
        if self._turns and not hopeless:
            return
        # the last frame is the neighbour's
        faster = not hopeless and median(times[_WARM_UP:]) < _BETTER * median(self._seconds[self._best])
        hurry = faster and at not in self._tried  # else it goes to and fro, or nowhere
        if faster:
            self._best = at
            self._tried.add(at)
        else:
            self._step = -self._step
        self._start_over(_FIRST_WAIT if hurry else min(2 * self._wait, _LONGEST_WAIT))

    def _start_over(self, wait: float) -> None:
        """Start anew to count frames that are alike; a try that is under way is given up."""
        self._turns.clear()
        self._seconds.clear()
        self._recent.clear()
        self._usual = self._waited = 0.0
        self._wait = wait
