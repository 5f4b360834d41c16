"""The clock: a tempo and beats from ticks that come when they can, and ticks from a tempo."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.midi.clock import PER_BEAT, ClockFollower
from dreamstream.midi.clock_out import Ticker


def ticks(bpm: float, beats: int, jitter: float, seed: int, start: float = 100.0) -> list[float]:
    """When ticks come that are late by up to `jitter` seconds each, never before the one before."""
    draw, each, times = random.Random(seed), 60 / (bpm * PER_BEAT), list[float]()
    for number in range(beats * PER_BEAT + 1):
        times.append(max(start + number * each + draw.uniform(0, jitter), *times[-1:], 0.0))
    return times


@given(st.floats(40, 240), st.floats(0, 0.01), st.integers(0, 1000))
def test_jitter_of_ten_ms_moves_the_tempo_by_half_a_percent_and_the_beat_by_its_half(
    bpm: float, jitter: float, seed: int
) -> None:
    follower = ClockFollower()
    for when in ticks(bpm, 8, jitter, seed):
        follower.tick(when)
    assert follower.bpm == pytest.approx(bpm, rel=0.005, abs=0.25)
    assert follower.beat == pytest.approx(100 + 8 * 60 / bpm + jitter / 2, abs=0.004)


def test_a_tempo_is_there_after_a_beat_and_another_within_two() -> None:
    follower = ClockFollower()
    times = ticks(120, 8, 0.003, 1)
    for when in times[: PER_BEAT + 1]:
        follower.tick(when)
    assert follower.bpm == pytest.approx(120, abs=2)
    for when in times[PER_BEAT + 1 :]:
        follower.tick(when)
    for when in ticks(140, 2, 0.003, 2, times[-1])[1:]:
        follower.tick(when)
    assert follower.bpm == pytest.approx(140, abs=2)


def test_a_steady_clock_is_told_as_one_tempo() -> None:
    follower, told = ClockFollower(), set[float]()
    for when in ticks(126.5, 64, 0.003, 3):
        follower.tick(when)
        told |= {follower.bpm} if follower.bpm and when > 104 else set()
    assert len(told) == 1
    assert told.pop() == pytest.approx(126.5, abs=0.2)


def test_a_start_is_beat_0_and_a_place_in_the_song_is_gone_on_from() -> None:
    follower = ClockFollower()
    times = ticks(120, 8, 0.0, 0)
    for when in times[:100]:
        follower.tick(when)
    assert follower.number is None
    follower.locate(0)
    for when in times[100 : 100 + PER_BEAT + 3]:
        follower.tick(when)
    assert follower.number == 1
    assert follower.beat == pytest.approx(times[100 + PER_BEAT])
    follower.locate(16)  # sixteenths
    follower.tick(times[100 + PER_BEAT + 3])
    assert follower.number == 4
    assert follower.beat == pytest.approx(times[100 + PER_BEAT + 3])


def test_a_clock_that_stops_has_no_tempo_until_it_goes_on() -> None:
    follower = ClockFollower()
    for when in ticks(120, 4, 0.0, 0):
        follower.tick(when)
    follower.tick(200.0)
    assert follower.bpm == 0
    for when in ticks(90, 4, 0.0, 0, 200.1):
        follower.tick(when)
    assert follower.bpm == pytest.approx(90, abs=0.2)


@given(st.lists(st.floats(0.0001, 0.9), min_size=2, max_size=300))
def test_a_count_that_runs_on_loses_no_tick(steps: list[float]) -> None:
    ticker, beats, sent = Ticker(), 0.0, list[str]()
    ticker.due(beats, 120, 0)
    for step in steps:
        beats += step
        sent += ticker.due(beats, 120, 0)
    assert sent.count("clock") == int(beats * PER_BEAT + 1e-6)
    assert sent.count("start") == (beats >= 4 - 1e-6)
    assert "stop" not in sent


def test_a_song_starts_on_the_bar_and_stops_before_the_count_jumps_or_ends() -> None:
    ticker = Ticker()
    ticker.due(3.9, 120, 0)
    assert ticker.due(4.0, 120, 0) == ["clock"] * 2 + ["start", "clock"]
    assert ticker.due(9.0, 120, 1) == ["stop"], "another leader"
    assert ticker.due(9.0, 0, 1) == []
    ticker.due(11.99, 120, 1)
    assert "start" in ticker.due(12.01, 120, 1)
    assert ticker.due(12.01, 0, 1) == ["stop"]
    assert ticker.end() == []
