"""What is heard, held against sounds of which it is known."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from benchmarks.sound import Times, clicks, hear, milliseconds, pink, score, strokes
from dreamstream.sound import Analyser, Heard
from dreamstream.sound.analysis import BANDS, HOP, RATE
from dreamstream.sound.spectrum import EDGES, Floats
from tests.sound.music import FUNK, HOUSE, Note, played

SECONDS = 16.0


def beats(bpm: float, seconds: float = SECONDS, first: float = 0.31) -> Times:
    """Return when a metronome clicks, up to a moment before the end."""
    return np.arange(first, seconds - 0.1, 60 / bpm)


def tone(hertz: float, seconds: float = 1, loud: float = 0.5) -> Floats:
    return (loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def signals(heard: Heard) -> list[float]:
    """Return all that is from 0 to 1."""
    values = {field.name: getattr(heard, field.name) for field in fields(heard)}
    bands, hits = values.pop("bands"), values.pop("onsets")
    assert bands.shape == hits.shape == (BANDS,)
    del values["time"], values["silent"], values["bpm"]
    return [*values.values(), *bands.tolist(), *hits.tolist()]


def at_rest(heard: Heard) -> bool:
    return heard.silent and heard.bpm == 0 and not any(signals(heard))


@pytest.mark.parametrize("noise", [0.0, 0.03], ids=["alone", "in noise"])
@pytest.mark.parametrize("bpm", [60, 72, 82.5, 90, 100, 107.3, 120, 133, 150, 174, 180])
def test_clicks_are_heard_with_their_tempo_and_their_beat(bpm: float, noise: float) -> None:
    times = beats(bpm)
    got = score(hear(clicks(times, SECONDS, noise=noise)), times, bpm)
    assert got.found >= 0.95
    assert got.false <= 0.02
    assert max(got.late) <= 0.025  # what devices add comes on top, up to 30 ms
    assert got.bpm_off <= 0.5
    assert got.beat_off <= 0.03


@pytest.mark.parametrize("rate", [8000, 16_000, 32_000, 44_100, 192_000])
def test_other_rates_are_heard_alike(rate: int) -> None:
    times = beats(128)
    got = score(hear(clicks(times, SECONDS, rate, noise=0.02), rate), times, 128)
    assert got.found >= 0.95
    assert got.bpm_off <= 0.5
    assert got.beat_off <= 0.03


def test_another_tempo_is_followed() -> None:
    before, after = beats(100, 12), beats(140, 24, first=12)
    heard = hear(clicks(np.concatenate([before, after]), 24))
    got = score(heard, after, 140, settled=20)
    assert abs(heard[round(11 * RATE / HOP)].bpm - 100) <= 0.5
    assert got.bpm_off <= 0.5
    assert got.beat_off <= 0.03


def test_a_tempo_that_drifts_is_followed() -> None:
    times, bpm = [0.2], 118.0
    while times[-1] < 29:
        bpm = 118 + 8 * times[-1] / 30
        times.append(times[-1] + 60 / bpm)
    heard = hear(clicks(np.array(times), 30))
    for each in heard[round(8 * RATE / HOP) :]:
        assert abs(each.bpm - (118 + 8 * each.time / 30)) < 1.5
        near = np.abs(np.array(times) - (each.time - each.beat * 60 / each.bpm)).min()
        assert near <= 0.03 or each.time > times[-1]


@pytest.mark.parametrize(("notes", "bpm", "bars"), [(HOUSE, 124, 9), (FUNK, 92, 7)], ids=["house", "funk"])
def test_the_beat_of_music_is_heard(notes: list[Note], bpm: float, bars: int) -> None:
    heard = hear(played(notes, bpm, bars))
    got = score(heard, np.arange(4 * bars) * 60 / bpm, bpm)
    assert got.bpm_off <= 0.5
    assert got.beat_off <= 0.03
    assert next(each.time for each in heard if each.bpm) < 5
    late = heard[round(8 * RATE / HOP) :]
    assert min(each.confidence for each in late) > 0.4
    for name in ("level", "low", "mid", "high", "flux", "bright", "onset"):
        values = [getattr(each, name) for each in late]
        assert max(values) - min(values) > 0.4, name


@pytest.mark.parametrize(("notes", "bpm", "bars"), [(HOUSE, 124, 5), (FUNK, 92, 4)], ids=["house", "funk"])
def test_onsets_of_music_are_those_of_its_notes(notes: list[Note], bpm: float, bars: int) -> None:
    heard = hear(played(notes, bpm, bars))
    hits = np.array([heard[hop].time for hop in strokes(each.onset for each in heard)])
    begun = np.array([(4 * bar + note.beat) * 60 / bpm for bar in range(bars) for note in notes])
    loud = [(4 * bar + beat) * 60 / bpm for bar in range(bars) for beat in (1, 3)]  # the snares
    assert np.mean([np.any((hits >= at) & (hits < at + 0.05)) for at in loud]) >= 0.95
    assert np.mean([np.abs(begun + 0.02 - hit).min() < 0.03 for hit in hits]) >= 0.98


@pytest.mark.parametrize("seed", range(4))
def test_in_noise_no_beat_is_claimed(seed: int) -> None:
    heard = hear(pink(30, seed=seed))
    assert not any(each.bpm for each in heard)
    assert max(each.confidence for each in heard) < 0.2
    assert len(strokes(each.onset for each in heard)) <= 2  # its beginning is one


def test_a_beat_is_claimed_no_more_when_only_noise_is_left() -> None:
    heard = hear(np.concatenate([played(HOUSE, 124, 5), pink(12)]))
    assert heard[round(9 * RATE / HOP)].bpm
    assert not any(each.bpm for each in heard if each.time > 20)


def test_clicks_at_random_have_no_beat() -> None:
    times = np.cumsum(np.random.default_rng(5).exponential(0.5, 50))
    heard = hear(clicks(times, 25))
    assert np.mean([each.bpm > 0 for each in heard]) < 0.05


@pytest.mark.parametrize(
    "samples",
    [np.zeros(RATE), np.full(RATE, 1e-4), np.random.default_rng(1).normal(0, 5e-4, RATE), tone(440, 1, 1e-3)],
    ids=["nothing", "offset", "hiss", "hum"],
)
def test_in_silence_all_is_at_rest(samples: NDArray[Any]) -> None:
    assert all(at_rest(each) for each in hear(np.asarray(samples, np.float32)))


def test_all_comes_to_rest_when_the_music_stops_and_is_heard_again() -> None:
    music, rest = clicks(beats(120, 10), 10), np.zeros(4 * RATE, np.float32)
    heard = hear(np.concatenate([music, rest, music]))
    during = [each for each in heard if 10 < each.time < 11.5]
    assert all(abs(each.bpm - 120) <= 0.5 and each.level < 0.01 for each in during)  # it may be a break
    assert all(at_rest(each) for each in heard if 12.5 < each.time < 14)
    again = [each for each in heard if each.time > 20]
    assert all(abs(each.bpm - 120) <= 0.5 for each in again)


def test_a_steady_offset_is_not_heard() -> None:
    noise = pink(2)
    plain, off = hear(noise), hear(noise + np.float32(0.1))
    for one, other in zip(plain[RATE // HOP :], off[RATE // HOP :], strict=True):
        np.testing.assert_allclose(one.bands, other.bands, atol=0.05)
    assert at_rest(hear(np.full(4 * RATE, 0.5, np.float32))[-1])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_costs_nothing(bad: float) -> None:
    times = beats(120)
    samples = clicks(times, SECONDS, noise=0.01)
    holes = samples.copy()
    holes[np.random.default_rng(1).integers(0, len(holes), 300)] = bad
    holes[: 4 * HOP] = bad
    got = score(hear(holes), times, 120)
    assert got.found >= 0.95
    assert got.bpm_off <= 0.5


def test_clipped_music_keeps_its_beat() -> None:
    heard = hear(np.clip(20 * played(HOUSE, 124, 7), -1, 1))
    assert all(abs(each.bpm - 124) <= 0.5 for each in heard if each.time > 8)


@pytest.mark.parametrize("band", range(BANDS))
def test_a_tone_is_loudest_in_its_band(band: int) -> None:
    heard = hear(tone(np.sqrt(EDGES[band] * EDGES[band + 1])))[-1]
    assert int(np.argmax(heard.bands)) == band
    assert heard.bright == pytest.approx(band / (BANDS - 1), abs=0.06)
    part = "low" if band < 2 else "mid" if band < 16 else "high"
    assert max(("low", "mid", "high"), key=lambda name: getattr(heard, name)) == part


def test_an_onset_is_that_of_its_band() -> None:
    samples = tone(150, 3) * 0.5
    samples[RATE * 2 :] += tone(5000, 1)
    hits = [strokes(each.onsets[band] for each in hear(samples)) for band in range(BANDS)]
    begun = [band for band in range(BANDS) if any(abs(hop * HOP / RATE - 2) < 0.05 for hop in hits[band])]
    assert 18 in begun  # 4400 to 5300 Hz
    assert 1 not in begun
    assert hits[1]
    assert hits[1][0] * HOP / RATE < 0.05


@settings(deadline=None)
@given(st.lists(arrays(np.float32, HOP, elements=st.floats(width=32)), max_size=12))
def test_whatever_comes_all_is_finite_and_from_0_to_1(hops: list[Floats]) -> None:
    analyser = Analyser()
    for hop in [*hops, np.ones(HOP, np.float32), *hops]:
        assert all(0 <= value <= 1 for value in signals(analyser.hear(hop)))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000), st.floats(-30, 0), st.floats(70, 160))
def test_quiet_and_loud_are_heard_alike(seed: int, decibels: float, bpm: float) -> None:
    noise = pink(4, seed=seed)
    swell = np.abs(np.cos(np.pi * bpm / 60 * np.arange(len(noise)) / RATE)) + 0.25
    samples = (noise * swell).astype(np.float32)
    quiet = samples * np.float32(10 ** (decibels / 20))
    for one, other in zip(hear(samples), hear(quiet), strict=True):
        np.testing.assert_allclose(signals(one), signals(other), atol=0.02)
        assert one.bpm == pytest.approx(other.bpm, rel=0.02)


def test_music_30_decibels_below_is_heard_alike() -> None:
    music = played(HOUSE, 124, 4)
    for one, other in zip(hear(music), hear(music * np.float32(10**-1.5)), strict=True):
        np.testing.assert_allclose(signals(one), signals(other), atol=0.02)


def test_music_that_gets_quieter_comes_up_again_within_seconds() -> None:
    music = played(HOUSE, 124, 11)
    music[3 * RATE :] *= np.float32(0.1)
    heard = hear(music)
    peaks = [max(each.level for each in heard if at < each.time < at + 2) for at in (1, 3.1, 10, 19)]
    assert peaks[0] == 1
    assert peaks[1] < 0.5  # a quiet part is quiet
    assert 0.5 < peaks[2] < 0.9
    assert peaks[3] > 0.95


def test_the_same_is_heard_in_the_same() -> None:
    music = played(FUNK, 92, 2)
    first, again = hear(music), hear(music)
    assert [signals(each) for each in first] == [signals(each) for each in again]
    assert [each.time for each in first] == pytest.approx([HOP / RATE * n for n in range(1, len(first) + 1)])


def test_what_is_heard_stays_as_it_was_heard() -> None:
    analyser = Analyser()
    first = analyser.hear(tone(1000)[:HOP])
    kept = signals(first)
    analyser.hear(np.zeros(HOP, np.float32))
    assert signals(first) == kept
    with pytest.raises(ValueError, match="read-only"):
        first.bands[0] = 1


def test_a_hop_costs_less_than_a_millisecond() -> None:
    assert np.mean(milliseconds(played(HOUSE, 124, 6))) <= 1
