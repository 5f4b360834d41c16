"""The pace: how much is done in each frame, so that dreaming keeps the rate that `fps_target` asks for.

    seconds of the newest frames -> too slow, or room? -> what each effort would take -> the next effort

It gives way within about half a second of slow frames, and takes back after some seconds in which a greater
effort would have fitted with room to spare. If that proves too much, the next try comes later, and later.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from statistics import median_low

from dreamstream.dreamer.effort import Effort, ladder
from dreamstream.params import Params
from dreamstream.size import Size

_LATE = 1.04  # of the time that a frame may take: above it, the rate is missed,
_MUCH_TOO_LATE = 1.2  # and above this there is no need to look for long
_AIM = 0.95  # the effort that is gone down to fits in this share of it,
_ROOM = 0.85  # and one that is gone up to in this share: what lies between keeps it from going to and fro
_NOTICE = 0.5  # seconds of frames that are looked at to find them too slow,
_FEW = 5  # and as many frames at least, so that one or two slow ones are none
_ENDLESS = 2.0  # seconds of one frame after which no other is waited for
_WAIT = 2.0  # seconds of work at one effort before a greater one is tried; twice that after a try in vain,
_LONGEST_WAIT = 60.0  # and so on up to this
_PROOF = 5.0  # seconds that an effort must last not to have been tried in vain
_GROWTH = 2.0  # at most so many times the work at once, as a guess at far more is a poor one:
_SURELY = 0.45  # unless there is room for twice as much as guessed
_REMEMBERED = 240  # frames

Reaches = Callable[[Params, Size, Size], bool]

_ladder_params = attrgetter("octaves", "octave_scale", "iterations", "tile_memory")


@dataclass
class _Tries:
    """Tries of greater efforts, which are told by their place on the ladder."""

    start: int | None = None  # where the present effort was tried from, until it has lasted
    vain: int = -1  # the last that was tried in vain,
    since: float = 0.0  # the seconds of work since then,
    wait: float = _WAIT  # and how many to wait before it is tried again


@dataclass(frozen=True)
class _Cost:
    """What a frame of one effort takes: seconds in all, those of them in the ascent, and its work."""

    seconds: float
    climbing: float
    work: int

    def of(self, work: int) -> float:
        """Return the seconds of a frame with other work: the ascent's go with it, the rest are fixed."""
        return self.seconds - self.climbing + self.climbing * work / self.work


class Pace:
    """Chooses the effort of each frame for a canvas: ask `effort`, dream, tell `note`.

    `reaches` says whether all that the params want of the canvas can be dreamt at a smaller size, too; it is
    asked before such a size is chosen, and when the params change while it is. Time is counted in the seconds
    of work that `note` is told: freezing, waiting and failing are none.
    """

    def __init__(
        self,
        canvas: Size,
        reaches: Reaches = lambda params, size, canvas: True,
        params: Params | None = None,
        effort: Effort | None = None,
        cost: _Cost | None = None,
    ) -> None:
        """Start with the most that keeps the rate by a known `cost`, else with an `effort`, else with all."""
        self._canvas, self._reaches, self._params = canvas, reaches, params or Params()
        self._frames: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)  # newest first
        self._last = cost  # what frames took before the effort changed
        self._first, self._lasted = True, 0.0  # whether this effort's first frame is to come; its seconds
        self._tries, self._at = _Tries(), 0
        self._set_ladder()
        if cost is not None:
            self._go(self._fitting(cost, _ROOM / self._params.fps_target))
        elif self._params.fps_target and effort in self._rungs:
            self._go(self._rungs.index(effort))

    def moved(self, canvas: Size, params: Params, reaches: Reaches, alike: bool) -> "Pace":
        """Return the pace for another canvas or net; it starts with what keeps the rate, as far as is known.

        `alike` says that the net is the same: a pixel then costs what it did.
        """
        cost = self._known_cost() if alike and params.fps_target else None
        return Pace(canvas, reaches, params, self._rungs[self._at], cost)

    def largest(self, canvases: Iterable[Size]) -> Size | None:
        """Return the largest canvas that surely keeps the rate at all octaves, with fine tiles at the least.

        None where none does, and while too little is known. What is outside the ascent goes with the area.
        """
        cost, params = self._known_cost(), self._params
        if cost is None or not params.fps_target:
            return None
        return max(
            (canvas for canvas in canvases if self._seconds_on(canvas, cost) <= _ROOM / params.fps_target),
            key=lambda canvas: canvas.area,
            default=None,
        )

    def _seconds_on(self, canvas: Size, cost: _Cost) -> float:
        """Return what a frame on another canvas takes that is hardly told from all that is asked."""
        around = (cost.seconds - cost.climbing) * canvas.area / self._canvas.area
        works = [rung.work(self._params, canvas) for rung in self._ladder(canvas) if rung.fine(self._params)]
        return around + cost.climbing * works[-1] / cost.work

    def effort(self, params: Params) -> Effort:
        """Return the effort of the next frame: all that is asked for at `fps_target` 0, and never more."""
        if params is not self._params:
            self._adapt(params)
        if params.fps_target:
            budget = 1 / params.fps_target  # seconds
            recent, lately = self._cost(_NOTICE), self._cost(_WAIT) if self._lasted >= _WAIT else None
            if recent is not None and recent.seconds > _MUCH_TOO_LATE * budget:
                self._fall(recent, budget)
            elif lately is not None and lately.seconds > _LATE * budget:
                self._fall(lately, budget)
            elif lately is not None and self._at > 0:
                self._rise(lately, budget)
        return self._rungs[self._at]

    def note(self, seconds: float, climbing: float) -> None:
        """Note what the frame took: seconds of work in all, and those of them in the ascent.

        The first frame of an effort or a layer is left out: the net gets ready in it.
        """
        if self._first:
            self._first = False
            return
        self._frames.appendleft((seconds, climbing))
        self._lasted += seconds
        self._tries.since += seconds
        if self._lasted >= _PROOF:
            self._tries.start = None
            if self._at <= self._tries.vain:
                self._tries = _Tries()

    def _adapt(self, params: Params) -> None:
        """Answer a change of the params at once, where it bears on the effort."""
        before, self._params = self._params, params
        if _ladder_params(params) != _ladder_params(before):
            self._change_ladder(params, before)
        elif params.fps_target != before.fps_target:
            self._tries = _Tries()
            if not params.fps_target:
                self._go(0)
            elif cost := self._known_cost():
                self._go(min(self._at, self._fitting(cost, _ROOM / params.fps_target)))
        if _dreamt(params) != _dreamt(before):
            self._tries = _Tries()
            self._start_over()
            self._last = None
            work = self._works[self._at]
            self._set_ladder()
            self._at = sum(each >= work for each in self._works) - 1  # the same, or the next greater

    def _change_ladder(self, params: Params, before: Params) -> None:
        """Go to the ladder of other octaves or iterations, to about the present effort.

        That is less where less is asked for, and more where more is asked for and has room.
        """
        now, limit, whole = self._rungs[self._at], self._works[self._at], self._at == 0
        self._tries = _Tries()
        self._start_over()
        cost = self._last
        self._set_ladder()
        octaves, iterations = min(now.octaves, params.octaves), min(now.iterations, params.iterations)
        less = [Effort(octaves, iterations, now.scale, n) for n in (params.tile_memory, now.tiles)]
        works = dict(zip(self._rungs, self._works, strict=True))
        fitting = [effort for effort in less if works.get(effort, limit + 1) <= limit]
        grown = params.octaves > before.octaves or params.iterations > before.iterations
        if not params.fps_target or not before.fps_target or (cost is None and whole):
            self._at = 0
        elif not grown and fitting:
            self._at = self._rungs.index(fitting[0])
        else:
            self._at = self._most_within(cost.work if cost else less[-1].work(params, self._canvas))
            if cost:
                self._at = min(self._at, self._fitting(cost, _ROOM / params.fps_target))

    def _fall(self, cost: _Cost, budget: float) -> None:
        """Go to an effort that keeps the budget: after a try in vain to where it was tried from."""
        below = self._tries.start
        if below is None:
            below = min(max(self._fitting(cost, _AIM * budget), self._at + 1), len(self._rungs) - 1)
        else:
            self._tries = _Tries(vain=self._at, wait=min(2 * self._tries.wait, _LONGEST_WAIT))
        self._go(below)

    def _rise(self, cost: _Cost, budget: float) -> None:
        """Try a greater effort if it has room; for one that was tried in vain only after a while."""
        above = self._most_within(max(_GROWTH * cost.work, self._works[self._at - 1]))
        above = max(above, self._fitting(cost, _ROOM * budget))
        above = min(above, self._fitting(cost, _SURELY * budget))
        if self._tries.since < self._tries.wait:
            above = max(above, self._tries.vain + 1)
        start = self._at
        if above < start:
            self._go(above)
            self._tries.start = start

    def _fitting(self, cost: _Cost, budget: float) -> int:
        """Return the greatest effort whose frames take no longer than the budget, or the last."""
        fitting = (i for i, work in enumerate(self._works) if cost.of(work) <= budget)
        return next(fitting, len(self._works) - 1)

    def _most_within(self, limit: float) -> int:
        """Return the greatest effort of no more work, or the last."""
        return next((i for i, work in enumerate(self._works) if work <= limit), len(self._works) - 1)

    def _go(self, at: int) -> None:
        """Go to an effort."""
        if at != self._at:
            self._start_over()
            self._at = at

    def _start_over(self) -> None:
        """Forget the frames of another effort, but what they took."""
        self._last = self._known_cost()
        self._frames.clear()
        self._first, self._lasted = True, 0.0

    def _set_ladder(self) -> None:
        """List all efforts for the params, the most first, and the work of each."""
        self._rungs = self._ladder(self._canvas)
        self._works = [rung.work(self._params, self._canvas) for rung in self._rungs]

    def _ladder(self, canvas: Size) -> list[Effort]:
        return ladder(self._params, canvas, lambda size: self._reaches(self._params, size, canvas))

    def _known_cost(self) -> _Cost | None:
        """Return what frames take at this effort, or took at the one before."""
        return self._cost(_WAIT) or self._last

    def _cost(self, seconds: float) -> _Cost | None:
        """Return what the frames of the newest seconds took, slow ones apart; None where they are too few."""
        count, covered = 0, 0.0
        for each, _ in self._frames:
            if covered >= seconds and count >= _FEW:
                break
            count, covered = count + 1, covered + each
        if covered < (_NOTICE if count > 1 else _ENDLESS) and count < _REMEMBERED:
            return None
        whole, climbing = zip(*islice(self._frames, count), strict=True)
        return _Cost(median_low(whole), median_low(climbing), self._works[self._at])


def _dreamt(params: Params) -> tuple[object, ...]:
    """Return what decides on how long a gradient takes, beside the size."""
    return params.layer, params.second, params.walk, params.guide_on, bool(params.class_name)
