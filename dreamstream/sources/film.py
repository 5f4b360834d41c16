"""A film as a source: its shots in turn, round and round, one each time or by the time that passes."""

from collections import deque
from collections.abc import Iterator

from dreamstream.errors import SourceError
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.shot import Footage, Shot
from dreamstream.sources.source import Source

_INSTANT = 1e-3  # seconds that a shot takes at least, and that files round its time by


class Film(Source):
    """Footage of several shots; `only_one` is True where it is of one, and stands still."""

    moving = True

    def __init__(self, name: str, size: Size, footage: Footage) -> None:
        self._name, self._size, self._footage = name, size, footage
        self.place = -1
        self._shots: Iterator[Shot] = iter(())
        self._upcoming: deque[Shot] = deque()  # empty where the film is at its end
        self._shown: Shot
        self._moment = 0.0  # of the film's own time
        self._passed: float | None = None
        self._step()
        self.only_one = not self._upcoming
        self.seek(0)

    def read(self) -> Canvas:
        """See `Source`."""
        before, seconds, self._passed = self.place, self._passed, None
        steps = self._go_on(seconds) if seconds is not None and before >= 0 else self._step()
        self.jumped = steps != 1
        return self._shown.covering(self._size)

    def elapse(self, seconds: float) -> None:
        """See `Source`."""
        self._passed = seconds

    def resized(self, size: Size) -> Source:
        """Return itself: its next picture has the size."""
        self._size = size
        return self

    def seek(self, place: int) -> None:
        """Go forward to the shot of this number, from 0, or back by way of the beginning."""
        if place == self.place:
            self._upcoming.appendleft(self._shown)
            self.place -= 1
        elif place < self.place:
            self._upcoming.clear()
            self._begin()
        while self.place < place - 1 and self._upcoming:
            self._step()

    def close(self) -> None:
        """Let go of the file."""
        self._shots = iter(())
        self._upcoming.clear()

    def _go_on(self, seconds: float) -> int:
        """Go on to the shot that is shown so many seconds later; return how many shots that is."""
        self._moment += seconds
        moment, steps = self._moment, 0
        while (end := self._end()) <= moment + _INSTANT:
            if not self._upcoming:
                moment -= end
            steps += self._step()
        self._moment = moment
        return steps

    def _end(self) -> float:
        """Return until when the shot is shown."""
        if self._upcoming:
            return self._upcoming[0].time
        return self._shown.time + max(self._shown.seconds, _INSTANT)

    def _step(self) -> int:
        """Go on to the next shot, at the end to the first; return 1."""
        if not self._upcoming:
            self._begin()
        if not self._upcoming:
            raise SourceError(f"{self._name}: no picture comes from it any more")
        self._shown = self._upcoming.popleft()
        self._moment = self._shown.time
        self.place += 1
        if not self._upcoming:
            self._look_ahead()
        return 1

    def _begin(self) -> None:
        self._shots, self.place = self._footage.shots(), -1
        self._look_ahead()

    def _look_ahead(self) -> None:
        self._upcoming.extend(shot for shot in [next(self._shots, None)] if shot)
