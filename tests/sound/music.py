"""Two pieces of music, made from notes: drums, a bass and chords by simple synthesis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]

RATE = 48_000


@dataclass(frozen=True)
class Note:
    """What plays from when, in beats; pitches as in MIDI."""

    beat: float
    plays: str
    pitch: int = 0
    beats: float = 0.25
    velocity: float = 1.0


def _hertz(pitch: float) -> float:
    return 440 * 2 ** ((pitch - 69) / 12)


def _kick(t: Wave, note: Note, noise: Wave) -> Wave:
    sweep = 2 * np.pi * (50 * t + 120 * 0.03 * (1 - np.exp(-t / 0.03)))
    return np.sin(sweep) * np.exp(-t / 0.12) + 0.2 * noise * np.exp(-t / 0.004)


def _snare(t: Wave, note: Note, noise: Wave) -> Wave:
    return 0.5 * np.sin(2 * np.pi * 185 * t) * np.exp(-t / 0.06) + 0.5 * noise * np.exp(-t / 0.08)


def _hat(t: Wave, note: Note, noise: Wave) -> Wave:
    return 0.35 * np.diff(noise, prepend=0) * np.exp(-t / 0.03)


def _bass(t: Wave, note: Note, noise: Wave) -> Wave:
    tones = [np.sin(2 * np.pi * k * _hertz(note.pitch) * t) / k**1.5 for k in range(1, 8)]
    return 0.4 * np.sum(tones, axis=0) * np.minimum(t / 0.005, 1) * np.exp(-t / 0.4)


def _chord(t: Wave, note: Note, noise: Wave) -> Wave:
    tones = [
        np.sin(2 * np.pi * k * _hertz(note.pitch + step) * t) / k
        for step in (0, 3, 7, 10)
        for k in range(1, 6)
    ]
    return 0.05 * np.sum(tones, axis=0) * np.minimum(t / 0.02, 1) * np.exp(-t / 0.8)


INSTRUMENTS: dict[str, Callable[[Wave, Note, Wave], Wave]] = {
    "kick": _kick,
    "snare": _snare,
    "hat": _hat,
    "bass": _bass,
    "chord": _chord,
}
_LENGTHS = {"kick": 0.4, "snare": 0.35, "hat": 0.12}  # seconds; the others play as long as their note


def played(notes: Sequence[Note], bpm: float, bars: int) -> NDArray[np.float32]:
    """Return bars of four beats, each with these notes, from the first beat on at 0 s."""
    beat = 60 / bpm
    samples = np.zeros(round(bars * 4 * beat * RATE))
    noise = np.random.default_rng(3).uniform(-1, 1, 2 * RATE)
    for bar in range(bars):
        for note in notes:
            seconds = _LENGTHS.get(note.plays, note.beats * beat)
            t = np.arange(round(seconds * RATE)) / RATE
            wave = note.velocity * INSTRUMENTS[note.plays](t, note, np.roll(noise, 997 * bar)[: len(t)])
            wave *= np.minimum((seconds - t) / 0.01, 1)
            start = round((4 * bar + note.beat) * beat * RATE)
            part = samples[start : start + len(wave)]
            part += wave[: len(part)]
    return (0.5 * samples / np.abs(samples).max()).astype(np.float32)


HOUSE = [
    *(Note(beat, "kick") for beat in range(4)),
    *(Note(beat, "snare", velocity=0.7) for beat in (1, 3)),
    *(Note(beat + 0.5, "hat", velocity=0.8) for beat in range(4)),
    *(Note(beat / 4, "hat", velocity=0.25) for beat in range(16)),
    *(Note(beat + 0.5, "bass", pitch, 0.4) for beat, pitch in enumerate((33, 33, 36, 31))),
    *(Note(beat, "chord", 57, 0.9, 0.8) for beat in (0, 1.5, 2.75)),
]
"""Four to the floor: the bass and an open hat between the beats, chords that come early."""

FUNK = [
    *(Note(beat, "kick", velocity=v) for beat, v in ((0, 1), (0.75, 0.7), (2.5, 0.9), (3.25, 0.5))),
    *(Note(beat, "snare") for beat in (1, 3)),
    *(Note(beat, "snare", velocity=0.25) for beat in (1.75, 2.25, 3.75)),
    *(Note(beat / 2, "hat", velocity=0.6 if beat % 2 == 0 else 0.4) for beat in range(8)),
    *(
        Note(beat, "bass", pitch, 0.4)
        for beat, pitch in ((0, 28), (0.75, 28), (1.5, 35), (2.5, 31), (3.5, 33))
    ),
    *(Note(beat, "chord", 52, 0.5, 0.8) for beat in (0.5, 1.5, 2.25, 3.5)),
]
"""Syncopated: most of the kicks, the bass and the chords are off the beat."""
