"""The pulse: whether a stream of frames is alive, felt every so often on a window in the middle of them.

    frames -> the newest, and one long before -> Vitals

A window is looked at, and no smaller copy: vitals go by pixels, and noise is none once it is shrunk.
"""

from collections import deque

import numpy as np

from dreamstream.frame import Pixels
from dreamstream.pictures.vitals import LONG, RECENT, Vitals
from dreamstream.size import Size

_WINDOW = Size(240, 135)
_EACH = 100  # frames from one feeling of it to the next


class Pulse:
    """Feels the pulse of frames, told of each; keeps a dozen windows of 100 kB."""

    def __init__(self) -> None:
        self._count = 0
        self._newest: deque[Pixels] = deque(maxlen=RECENT + 1)
        self._before: deque[Pixels] = deque(maxlen=LONG // _EACH)  # one each time, the oldest LONG ago

    def feel(self, pixels: Pixels) -> Vitals | None:
        """Take a frame (H×W×3, uint8), and return the vitals where it is time."""
        self._count = self._count % _EACH + 1
        if self._count < _EACH - RECENT:
            return None
        window = _middle(pixels)
        if self._newest and self._newest[-1].shape != window.shape:  # another canvas
            self._newest.clear()
            self._before.clear()
        self._newest.append(window)
        if self._count < _EACH:
            return None
        long_before = self._before[0] if len(self._before) == self._before.maxlen else None
        self._before.append(window)
        return Vitals.of(self._newest, long_before)


def _middle(pixels: Pixels) -> Pixels:
    """Return a copy of the middle of a picture: what is kept does not hold on to all of it."""
    top, left = (max(side - most, 0) // 2 for side, most in zip(pixels.shape[:2], _WINDOW.shape, strict=True))
    return np.array(pixels[top : top + _WINDOW.height, left : left + _WINDOW.width])
