"""What is heard: samples -> level, bands, onsets, tempo, hop by hop.

It has no clock: time is what it has heard. The same samples give the same, whenever they come.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BANDS = 24
"""Bands that are heard: the critical bands of hearing."""
RATE, HOP = 48_000, 512
"""Samples a second, and samples of a hop, that are asked of whoever brings sound."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What was heard up to the end of one hop; all but `time` and `bpm` are from 0 to 1.

    `bands` and `onsets` are read-only, one number a band. An onset is as strong as it is, then falls.
    `beat` is the phase, 0 on the beat; `bpm` is 0, and so is the phase, where no beat is claimed.
    """

    time: float
    level: float
    bands: Floats
    low: float
    mid: float
    high: float
    onsets: Floats
    onset: float
    flux: float
    bright: float
    silent: bool
    bpm: float
    beat: float
    confidence: float


class Analyser:
    """Hears one hop after the other, of so many samples at so many a second."""

    def __init__(self, rate: int = RATE, hop: int = HOP) -> None:
        self.rate, self.hop = rate, hop
        self._hops = 0

    def hear(self, samples: Floats) -> Heard:
        """Hear one hop: mono samples, -1..1. What is no number counts as 0."""
        assert samples.shape == (self.hop,)
        self._hops += 1
        time, none = self._hops * self.hop / self.rate, np.zeros(BANDS, np.float32)
        return Heard(time, 0, none, 0, 0, 0, none, 0, 0, 0, True, 0, 0, 0)
