"""What it costs to hear, and how well tempo and onsets are heard: python -m benchmarks.sound [BPM ...]

Clicks of known tempo with pink noise below; tempo and beat are those after the first eight seconds.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from dreamstream.controls.board import Inlet
from dreamstream.sound import Analyser, Heard
from dreamstream.sound.analysis import HOP
from dreamstream.sound.spectrum import Floats

Times = NDArray[np.float64]

RATE = 48_000
SETTLED = 8.0
"""Seconds after which a tempo must have been found."""
NEAR = 0.05
"""Seconds after a click within which what is heard is its onset."""
_SECONDS = 24.0
_BPMS = (60, 66, 75, 82.5, 90, 100, 107, 120, 124, 133, 140, 150, 160, 174, 180)


def pink(seconds: float, rate: int = RATE, seed: int = 1) -> Floats:
    """Return pink noise, about -12 dB."""
    count = round(seconds * rate)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), count)
    return np.asarray(0.25 * noise / noise.std(), np.float32)


def clicks(times: Times, seconds: float, rate: int = RATE, noise: float = 0.0) -> Floats:
    """Return clicks, 5 ms of noise each, that begin at these times; with pink noise, `noise` RMS."""
    fall = np.exp(-np.arange(round(0.03 * rate)) / (0.005 * rate))
    click = 0.8 * fall * np.random.default_rng(2).uniform(-1, 1, len(fall))
    samples = noise * pink(seconds, rate).astype(np.float64) * 4
    for at in times:
        start = round(at * rate)
        part = samples[start : start + len(click)]
        part += click[: len(part)]
    return samples.astype(np.float32)


def hear(samples: Floats, rate: int = RATE) -> list[Heard]:
    """Return what is heard in samples, hop by hop; what does not fill a hop is left out."""
    analyser = Analyser(rate)
    hop = analyser.hop
    return [analyser.hear(part) for part in samples[: len(samples) // hop * hop].reshape(-1, hop)]


def strokes(values: Iterable[float]) -> list[int]:
    """Return the hops in which a signal was pressed, as routes have it."""
    inlet, hops = Inlet(), list[int]()
    for hop, value in enumerate(values):
        before = inlet.strokes
        inlet.put(value)
        hops += [hop] * (inlet.strokes - before)
    return hops


@dataclass(frozen=True)
class Score:
    """How well clicks were heard: shares of onsets `found` and `false`, seconds that each was heard `late`.

    Once settled, how far the tempo (bpm) and the beat (seconds) are `off` at the most; infinite without.
    """

    found: float
    false: float
    late: list[float]
    bpm_off: float
    beat_off: float


def score(heard: Sequence[Heard], times: Times, bpm: float, settled: float = SETTLED) -> Score:
    """Return how well clicks at these times, of this tempo, were heard."""
    hits = np.array([heard[hop].time for hop in strokes(each.onset for each in heard)])
    hits = hits[hits > times[0]]  # noise that begins before is an onset, too
    waits = [hits[hits >= at].min(initial=np.inf) - at for at in times]
    late = [float(wait) for wait in waits if wait < NEAR]
    later = [each for each in heard if each.time > settled]
    bpm_off = beat_off = np.inf
    if all(each.bpm for each in later):
        bpm_off = max(abs(each.bpm - bpm) for each in later)
        beats = [each.time - each.beat * 60 / each.bpm for each in later]
        beat_off = max(np.abs(times - beat).min() for beat in beats if beat <= times[-1] + 0.1)
    return Score(len(late) / len(times), 1 - len(late) / max(len(hits), 1), late, bpm_off, float(beat_off))


def milliseconds(samples: Floats) -> list[float]:
    """Return what each hop cost, in milliseconds of this thread: others on the machine do not count."""
    analyser, costs = Analyser(), list[float]()
    for hop in samples[: len(samples) // HOP * HOP].reshape(-1, HOP):
        started = time.thread_time()
        analyser.hear(hop)
        costs.append(1000 * (time.thread_time() - started))
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bpms", nargs="*", type=float, default=_BPMS, metavar="BPM")
    bpms = parser.parse_args().bpms
    costs = milliseconds(clicks(np.arange(0, 20, 0.5), 20, noise=0.1))
    print(f"a hop of {HOP}: median {median(costs):.3f} ms, 99 % {np.percentile(costs, 99):.3f} ms")
    print("   bpm  off by   found   false     heard after   beat off by")
    for bpm in bpms:
        times = np.arange(0.31, _SECONDS - 0.1, 60 / bpm)
        got = score(hear(clicks(times, _SECONDS, noise=0.03)), times, bpm)
        late = f"{1000 * median(got.late):.0f} to {1000 * max(got.late):.0f} ms"
        print(
            f"{bpm:6.1f} {got.bpm_off:7.2f} {got.found:7.1%} {got.false:7.1%} {late:>15s}"
            f" {1000 * got.beat_off:10.0f} ms"
        )


if __name__ == "__main__":
    main()
