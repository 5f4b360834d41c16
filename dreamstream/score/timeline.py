"""When each frame of a score was: when it was done, or when the screen had come to it.

times, about one a second -> straight lines between them -> the time of every frame, the place at every time
"""

import numpy as np

from dreamstream.score.reader import Score
from dreamstream.score.records import Frozen, Screen, Time

_RATE = 20.0  # frames a second where a score has no times


class Timeline:
    """The times of a score's frames, in seconds from its start; never back.

    A frame is where it was done, and stands there as long as the show was frozen; or, `as_shown`, where the
    screen came to it, a little later, if the score tells of a screen.
    """

    def __init__(self, score: Score, as_shown: bool = False) -> None:
        times = {event.frame: event.time for event in score.events if isinstance(event, Time)}
        points = [(times[frame], float(frame)) for frame in sorted(times)]
        span = points[-1][1] - points[0][1] if points else 0.0
        seconds = max(times.values()) - points[0][0] if points else 0.0
        self._interval = seconds / span if span and seconds > 0 else 1 / _RATE
        self._take(points or [(0.0, 0.0)])
        for event in score.events:
            if isinstance(event, Frozen) and event.frozen:
                begun, ended = self.time(event.frame - 1), self.time(event.frame)
                stood = min(begun + event.frozen, ended)
                points += [(begun, event.frame - 1), (stood, event.frame - 1), (ended, event.frame)]
        screens = [event for event in score.events if isinstance(event, Screen)] if as_shown else []
        shown = [corner for event in screens for corner in event.corners(event.shown)]
        self._take(sorted(shown or points) or [(0.0, 0.0)])

    def time(self, frame: float) -> float:
        """Return when the show came to a frame, or to a place between two."""
        at = int(np.searchsorted(self._places, frame))
        if 0 < at < len(self._places):
            begun, ended = self._places[at - 1 : at + 1]
            share = (frame - begun) / (ended - begun)
            return float(self._times[at - 1] + share * (self._times[at] - self._times[at - 1]))
        end = min(at, len(self._places) - 1)
        return float(self._times[end] + (frame - self._places[end]) * self._interval)

    def place(self, seconds: float) -> float:
        """Return where the show was: 11.5 is half-way from frame 11 to 12."""
        first, last = self._times[0], self._times[-1]
        beyond = min(seconds - first, 0) + max(seconds - last, 0)
        return float(np.interp(seconds, self._times, self._places) + beyond / self._interval)

    def _take(self, points: list[tuple[float, float]]) -> None:
        self._times, self._places = np.maximum.accumulate(np.array(points, np.float64)).T
