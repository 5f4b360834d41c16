"""Gain by itself: what is quiet and what is loud move from 0 to 1 all the same."""

import numpy as np

from dreamstream.sound.spectrum import Floats


class Gain:
    """Remembers the largest of each row, which falls to 37 % within `seconds`: numbers are set against it."""

    def __init__(self, rows: int, seconds: float, hop_seconds: float) -> None:
        self._keep = np.float32(np.exp(-hop_seconds / seconds))
        self._largest = np.zeros(rows, np.float32)

    def take(self, rows: Floats, least: float, faint: float = 1.0) -> Floats:
        """Take the numbers of a hop; return the largest of each row of late, those among them.

        The last row's counts at least `least`, the others' at least `faint` of that.
        """
        self._largest = np.maximum(rows, self._largest * self._keep)
        floor = faint * max(least, float(self._largest[-1]))
        return np.maximum(self._largest, np.float32(floor))
