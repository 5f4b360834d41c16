"""Tempo and beat: from how the sound rose in the last seconds.

rises of four groups of bands -> autocorrelation -> how well a beat, two and four of each tempo fit
-> tempo -> the last beats laid on each other -> where the beat is -> a phase that is drawn there
"""

import numpy as np
from numpy.typing import NDArray

from dreamstream.sound.spectrum import Floats

Doubles = NDArray[np.float64]

SLOWEST, FASTEST = 52.0, 208.0
"""Beats a minute that are heard."""
_GROUPS = (0, 2, 9, 16)  # where groups of bands begin: kicks, basses, voices, hats
_KEPT, _FADE = 8.0, 5.0  # seconds that are kept, and after which they count 37 %
_FIRST = 3.0  # seconds before the first look
_EVERY = 0.08  # seconds between two looks
_STEP = 1.005  # from one tempo that is tried to the next
_COMB = {1: 0.5, 2: 0.25, 4: 0.25}  # beats after which it should sound alike, and what that counts
_USUAL, _WIDE = 120.0, 1.0  # the likeliest tempo, and octaves to those that are 61 % as likely
_LEAST_OVERLAP = 0.15  # of rises of long ago with those of now: there are too few to tell by
_FINE = 2  # steps of a hop in which it is known: a peak between two hops is found, too
_STAY = 1.15  # what the tempo that is followed counts more
_NEAR, _GLIDE = 0.04, 0.2  # of a tempo: what is so near it is followed, by such a share each look
_DOUBT = 1.0  # seconds that another tempo must stand
_SURE, _UNSURE = 0.3, 0.15  # confidence from which a beat is claimed, and below which no more
_FOLDED, _OLDER = 8, 0.85  # beats laid on each other, and what each counts of the one after it
_LATE = 1.2  # hops from an onset until its rise is seen


class Beats:
    """Follows the beat; it needs some seconds to find it. `confidence` is from 0 to 1."""

    def __init__(self, bands: int, hop_seconds: float) -> None:
        self._hop = hop_seconds
        size = round(_KEPT / hop_seconds)
        self._before = np.zeros(bands, np.float32)
        self._counts = np.diff([*_GROUPS, bands])
        self._rises = np.zeros((len(_GROUPS) + 1, size))  # the last row is 1 where something was heard
        self._weights = np.exp(np.arange(1 - size, 1) * hop_seconds / _FADE)
        self._points = 1 << (2 * size - 1).bit_length()
        self._smooth = np.cos(np.pi * np.arange(self._points // 2 + 1) / self._points) ** 4  # 1 4 6 4 1
        self._tempos = SLOWEST * _STEP ** np.arange(int(np.log(FASTEST / SLOWEST) / np.log(_STEP)) + 1)
        self._likely = np.exp(-0.5 * (np.log2(self._tempos / _USUAL) / _WIDE) ** 2)
        self._lags = 60 / self._tempos / hop_seconds
        self._every = max(1, round(_EVERY / hop_seconds))
        self._hops = 0
        self._period = 0.0  # hops
        self._phase = self._behind = 0.0  # beats
        self._doubts = 0
        self._claimed = False
        self.confidence = 0.0

    @property
    def bpm(self) -> float:
        """Beats a minute; 0 where none is claimed."""
        return 60 / (self._period * self._hop) if self._claimed else 0.0

    @property
    def phase(self) -> float:
        """How much of the beat has passed, 0 to 1."""
        return self._phase % 1 if self._claimed else 0.0

    def take(self, bands: Floats, full: Floats) -> None:
        """Take amplitudes of one hop, and what counts as full now."""
        rose = np.maximum(bands - self._before, 0) / full
        self._before = bands
        self._rises[:, :-1] = self._rises[:, 1:]
        self._rises[:-1, -1] = np.add.reduceat(rose, _GROUPS) / self._counts
        self._rises[-1, -1] = 1
        self._hops += 1
        if self._period:
            step = 1 / self._period
            more = min(max(0.1 * self._behind, -0.5 * step), 0.5 * step)  # the phase never goes back
            self._behind -= more
            self._phase += step + more
        if self._hops % self._every == 0 and self._hops * self._hop >= _FIRST:
            self._look()

    def _look(self) -> None:
        """Find the tempo, and where its beats are."""
        alike = self._autocorrelation()
        after = {beats: _at(alike, _FINE * beats * self._lags) for beats in (0.5, 1, 2, 4)}
        fits = sum((share * after[beats] for beats, share in _COMB.items()), np.zeros(len(self._lags)))
        faster = np.clip(after[0.5] / np.maximum(after[1], 1e-3), 0, 1) ** 4  # as alike after half a beat
        scores = fits * self._likely * (1 - 0.5 * faster)
        if self._period:
            scores[np.abs(np.log(self._lags / self._period)) < _NEAR] *= _STAY
        best = int(np.argmax(scores[1:-1])) + 1
        self.confidence += _EVERY * (float(np.clip(fits[best], 0, 1)) - self.confidence)  # in a second, about
        self._claimed = self.confidence > (_UNSURE if self._claimed else _SURE)
        self._follow(float(self._lags[best] * _STEP ** -_peak(*fits[best - 1 : best + 2])))
        self._find_beat()

    def _autocorrelation(self) -> Doubles:
        """Return how alike the rises are after so many halves of a hop: 1 for the same."""
        weighted = self._rises * self._weights
        means = weighted[:-1].sum(axis=1) / weighted[-1].sum()
        weighted[:-1] -= means[:, None] * weighted[-1]
        lines = np.fft.rfft(weighted, self._points)
        power = lines.real**2 + lines.imag**2
        both = [power[:-1].sum(axis=0) * self._smooth, power[-1]]
        rises, overlap = np.fft.irfft(both, _FINE * self._points)[:, : _FINE * weighted.shape[1]]
        alike: Doubles = rises / np.maximum(overlap, _LEAST_OVERLAP * overlap[0])
        alike /= max(alike[0], 1e-12)
        return alike

    def _follow(self, period: float) -> None:
        """Go over to a period: by and by if it is near, and if it stands for a while."""
        if self._period and abs(np.log(period / self._period)) < _NEAR:
            self._period += _GLIDE * (period - self._period)
            self._doubts = 0
            return
        self._doubts += 1
        if not self._period or self._doubts * _EVERY > _DOUBT:
            self._period, self._doubts = period, 0

    def _find_beat(self) -> None:
        """See how far the phase is behind the beat of the last rises."""
        rises = self._rises[:-1].sum(axis=0)
        last, period = len(rises) - 1, self._period
        ages = np.arange(int(np.ceil(period)))
        places = last - ages - period * np.arange(_FOLDED)[:, None]
        folded = _OLDER ** np.arange(_FOLDED) @ _at(rises, places)
        folded += 0.5 * (np.roll(folded, 1) + np.roll(folded, -1))
        folded *= 1 + 0.2 * np.cos(2 * np.pi * ((ages + _LATE) / period - self._phase))  # rather where it is
        best = int(np.argmax(folded))
        age = best + _peak(folded[best - 1], folded[best], folded[(best + 1) % len(folded)]) + _LATE
        self._behind = (age / period - self._phase + 0.5) % 1 - 0.5


def _at(values: Doubles, places: Doubles) -> Doubles:
    """Return what stands at places between values; 0 beyond them."""
    inside = np.clip(places, 0, len(values) - 1.001)
    whole = inside.astype(np.int64)
    share = inside - whole
    found: Doubles = values[whole] * (1 - share) + values[whole + 1] * share
    found[np.abs(inside - places) >= 1] = 0
    return found


def _peak(before: float, top: float, after: float) -> float:
    """Return how far behind the middle one the top of a parabola through three is, -1 to 1."""
    bend = before - 2 * top + after
    return float(np.clip(0.5 * (before - after) / bend, -1, 1)) if bend < 0 else 0.0
