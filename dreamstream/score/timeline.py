"""When each frame of a score was seen: its times, and the seconds that the show stood still.

times, about one a second -> straight lines between them -> the time of every frame
"""

import numpy as np

from dreamstream.score.reader import Score
from dreamstream.score.records import Frozen, Time

_RATE = 20.0  # frames a second where a score has no times


class Timeline:
    """The times of a score's frames, in seconds from its start."""

    def __init__(self, score: Score) -> None:
        known = {event.frame: event.time for event in score.events if isinstance(event, Time)}
        frames = sorted(known)
        times = np.maximum.accumulate([known[frame] for frame in frames]) if frames else np.zeros(0)
        self._frames, self._times = np.array(frames, np.float64), times
        span = frames[-1] - frames[0] if frames else 0
        seconds = float(times[-1] - times[0]) if frames else 0.0
        self._interval = seconds / span if span and seconds > 0 else 1 / _RATE
        self._frozen = {event.frame: event.frozen for event in score.events if isinstance(event, Frozen)}

    def time(self, frame: int) -> float:
        """Return when a frame was done."""
        if not len(self._frames):
            return frame * self._interval
        first, last = self._frames[0], self._frames[-1]
        beyond = min(frame - first, 0) + max(frame - last, 0)
        return float(np.interp(frame, self._frames, self._times) + beyond * self._interval)

    def frozen(self, frame: int) -> float:
        """Return how long the frame before this one stood still."""
        gap = max(self.time(frame) - self.time(frame - 1), 0.0)
        return float(min(self._frozen.get(frame, 0.0), gap))
