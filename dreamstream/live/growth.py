"""Growth: how a show whose size nobody has said comes to the largest canvas that keeps its rate here.

    seconds of dreaming, the pace -> is there room for a larger one, and since when? -> steps to grow by

It only grows, and each time there must have been room for twice as long as the last time: so it comes back
when the machine gets free, but never goes to and fro. What is then too slow, the pace answers.
"""

from dreamstream.dreamer.pace import Pace
from dreamstream.every import Every
from dreamstream.size import Size, neighbour

_WAIT = 2.0  # seconds that there must have been room for the first time, twice that for each time after it
_LOOK = 0.5  # seconds from one look to the next
_MOST_STEPS = 6  # from one canvas to one of 64 times the pixels


class Growth:
    """Ask `steps` with each frame; the canvas grows to the size of `room`, the window's, at most."""

    def __init__(self, room: Size) -> None:
        self._room = room
        self._look = Every(_LOOK)
        self._since: float | None = None  # when there was room at a look, and at each one after it
        self._wait = _WAIT

    def steps(self, now: float, pace: Pace, canvas: Size, busy: bool) -> int:
        """Return by how many steps the canvas is to grow now, mostly 0; `now` is in seconds of dreaming.

        While the show is `busy`, say recording, it does not grow.
        """
        if busy:
            self._since = None
        if busy or not self._look.due(now):
            return 0
        sizes = [neighbour(canvas, steps, canvas) for steps in range(1, _MOST_STEPS + 1)]
        within = [s for s in sizes if s.width <= self._room.width and s.height <= self._room.height]
        largest = pace.largest(within) if within else None
        if largest is None:
            self._since = None
        elif self._since is None:
            self._since = now
        elif now - self._since >= self._wait:
            self._since, self._wait = None, 2 * self._wait
            return sizes.index(largest) + 1
        return 0
