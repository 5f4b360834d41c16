"""What is heard: samples -> level, bands, onsets, tempo, hop by hop.

hop -> bands -> shares of the loudest of late -> loudness, onsets, beats

It has no clock: time is what it has heard. The same samples give the same, whenever they come.
"""

from dataclasses import dataclass, field
from math import log2

import numpy as np

from dreamstream.sound.beats import Beats
from dreamstream.sound.gain import Gain
from dreamstream.sound.onsets import Onsets
from dreamstream.sound.spectrum import EDGES, Floats, Spectrum

__all__ = ["BANDS", "HOP", "RATE", "Analyser", "Floats", "Heard", "hop_of"]

BANDS = len(EDGES) - 1
"""Bands that are heard: the 24 critical bands of hearing."""
RATE, HOP = 48_000, 512
"""Samples a second for which the analysis is made, and samples of a hop then: 11 ms."""

_PARTS = ((0, 2), (2, 16), (16, BANDS))  # bands of low, mid and high: they meet at 200 and 3150 Hz
_GATE = 0.001  # level (RMS) below which it is quiet: -60 dB of full
_PAUSE = 2.0  # seconds of quiet that make silence: clicks may be a second apart
_OF_LATE = 6.0  # seconds after which the loudest counts 37 %
_FAINT = 0.01  # of the level: a part that is never louder stays low
_REST = np.zeros(BANDS, np.float32)
_REST.flags.writeable = False
_LOUDNESS = 0.6  # how loud an amplitude seems: its power (Stevens 1955)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What was heard up to the end of one hop, at `time` (s); all but `time` and `bpm` are from 0 to 1.

    `bands` and `onsets` are read-only, one number a band. An onset comes as strong as it is, then falls.
    `beat` is the phase, 0 on the beat; `bpm` is 0, and so is the phase, where no beat is claimed.
    """

    time: float
    level: float = 0.0
    bands: Floats = field(default_factory=lambda: _REST)
    low: float = 0.0
    mid: float = 0.0
    high: float = 0.0
    onsets: Floats = field(default_factory=lambda: _REST)
    onset: float = 0.0
    flux: float = 0.0
    bright: float = 0.0
    silent: bool = True
    bpm: float = 0.0
    beat: float = 0.0
    confidence: float = 0.0


def hop_of(rate: int) -> int:
    """Return the samples of a hop at a rate: a power of two of them, that take 8 to 15 ms."""
    return round(HOP * 2.0 ** round(log2(rate / RATE)))


class Analyser:
    """Hears one hop after the other: `hop` samples, `rate` a second."""

    def __init__(self, rate: int = RATE) -> None:
        self.rate, self.hop = rate, hop_of(rate)
        self._seconds = self.hop / rate
        self._spectrum = Spectrum(rate, self.hop)
        self._gain = Gain(BANDS + len(_PARTS) + 1, _OF_LATE, self._seconds)
        self._onsets = Onsets(BANDS, self._seconds)
        self._beats = Beats(BANDS, self._seconds)
        self._hops = 0
        self._quiet = self._pause = round(_PAUSE / self._seconds)

    def hear(self, samples: Floats) -> Heard:
        """Hear one hop: mono samples, -1..1. What is no number counts as 0."""
        bands = self._spectrum.take(samples)
        self._hops += 1
        time = self._hops * self._seconds
        parts = _amplitudes(bands)
        self._quiet = 0 if parts[-1] > _GATE else self._quiet + 1
        if self._quiet > self._pause:
            if self._quiet == self._pause + 1:  # what comes then is another piece
                self._beats = Beats(BANDS, self._seconds)
            return Heard(time)
        return self._heard(time, bands, parts)

    def _heard(self, time: float, bands: Floats, parts: Floats) -> Heard:
        rows = np.concatenate([bands, parts])
        full = self._gain.take(rows, _GATE, _FAINT)
        flux, onsets = self._onsets.take(bands, full[:BANDS])
        self._beats.take(bands, full[:BANDS])
        loud = np.asarray((rows / full) ** _LOUDNESS, np.float32)
        loud.flags.writeable = onsets.flags.writeable = False
        low, mid, high, level = loud[BANDS:].tolist()
        return Heard(
            time,
            level=level,
            bands=loud[:BANDS],
            low=low,
            mid=mid,
            high=high,
            onsets=onsets[:BANDS],
            onset=float(onsets[BANDS]),
            flux=flux,
            bright=_centre(bands),
            silent=False,
            bpm=self._beats.bpm,
            beat=self._beats.phase,
            confidence=self._beats.confidence,
        )


def _amplitudes(bands: Floats) -> Floats:
    """Return the amplitudes (RMS) of low, mid, high and all."""
    power = bands**2
    return np.sqrt([*(power[start:stop].sum() for start, stop in _PARTS), power.sum()]).astype(np.float32)


def _centre(bands: Floats) -> float:
    """Return the spectral centroid on the scale of the bands: 0 in the lowest, 1 in the highest."""
    total = float(bands.sum())
    return float(bands @ np.arange(BANDS, dtype=np.float32)) / total / (BANDS - 1) if total else 0.0
