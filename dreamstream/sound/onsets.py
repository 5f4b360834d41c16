"""Onsets: where bands get louder all at once.

loudness of bands -> how much each rose (half-wave rectified flux) -> over a threshold that follows -> strokes
"""

import numpy as np

from dreamstream.sound.gain import Gain
from dreamstream.sound.spectrum import Floats

_STEEP = 30.0  # of the compression of amplitudes: 30 dB below the loudest still count
_FOLLOW = 1.0  # seconds in which the threshold follows
_OVER, _OVER_ALL = 3.0, 1.5  # mean deviations over the mean rise, of a band and of all: they waver less
_LEAST = 0.04  # a rise below is none, of the whole range
_STRONGEST = 4.0  # seconds after which the strongest rise counts 37 %
_HELD, _FALL = 0.02, 0.05  # seconds that a stroke is down, and that it takes to fall to 37 %


class Onsets:
    """Onsets of each band, and of all together as the last row."""

    def __init__(self, bands: int, hop_seconds: float) -> None:
        rows = bands + 1
        self._bands = np.zeros((3, bands), np.float32)  # the newest is the last
        self._mean, self._off = np.zeros((2, rows), np.float32)
        self._follow = np.float32(1 - np.exp(-hop_seconds / _FOLLOW))
        self._gain = Gain(rows, _STRONGEST, hop_seconds)
        self._fall = np.float32(np.exp(-hop_seconds / _FALL))
        self._hold = max(1, round(_HELD / hop_seconds))
        self._over = np.array([_OVER] * bands + [_OVER_ALL], np.float32)
        self._age = np.zeros(rows, np.int64)
        self._strokes = np.zeros(rows, np.float32)

    def take(self, bands: Floats, full: Floats) -> tuple[float, Floats]:
        """Take amplitudes of one hop, and what is full now; return the flux, and the strokes of all rows.

        Those of before are set against the same: another gain is no onset.
        """
        self._bands = np.vstack([self._bands[1:], bands])
        loud = np.log1p(_STEEP / full * self._bands) / np.float32(np.log1p(_STEEP))
        rose = loud[2] - loud.min(axis=0)  # over two hops: most rise in both
        rises = np.append(rose, rose.mean())
        over = rises - self._mean
        onset = over > self._over * self._off + _LEAST
        self._mean += self._follow * over
        self._off += self._follow * (np.abs(over) - self._off)
        strength = np.sqrt(rises / self._gain.take(rises, _LEAST))
        return float(strength[-1]), self._stroke(np.where(onset, strength, 0))

    def _stroke(self, strength: Floats) -> Floats:
        """Return strokes: each comes at once, is held, and falls; a stronger one goes over it."""
        self._age += 1
        falling = np.where(self._age > self._hold, self._strokes * self._fall, self._strokes)
        self._age[strength > falling] = 0
        self._strokes = np.maximum(strength, falling)
        return self._strokes
