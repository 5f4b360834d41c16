"""Phrases: bars of the tempo where there is one, and never longer than their minutes."""

import math

from hypothesis import given
from hypothesis import strategies as st

from dreamstream.autopilot.phrase import Phrase
from dreamstream.autopilot.taste import Taste

TASTE = Taste.read().phrase.model_copy(update={"bars": 16, "minutes": 2.0, "parts": 4})


def test_without_a_tempo_it_takes_its_minutes_in_parts() -> None:
    phrase = Phrase(1000.0, math.inf, 0.0, TASTE)
    turns = [now for now in range(1121) if phrase.turns(now, math.inf)]
    assert turns == [1030, 1060, 1090, 1120]
    assert phrase.share(1119, math.inf) < 1 <= phrase.share(1120, math.inf)
    assert phrase.left(1000 + 45, math.inf) == "1:15"


def test_with_a_tempo_it_ends_with_a_bar() -> None:
    phrase = Phrase(0.0, 101.3, 120.0, TASTE)
    assert phrase.left(0.0, 101.3) == "16 bars"
    over = next(beats for beats in range(102, 999) if phrase.share((beats - 101.3) / 2, beats) >= 1)
    assert over == 100 + 64
    assert phrase.left(30.0, 162.0) == "1 bar"


def test_at_a_slow_tempo_it_has_fewer_bars_than_asked() -> None:
    phrase = Phrase(0.0, 0.0, 30.0, TASTE)  # 16 bars would take 128 s
    shares = [phrase.share(2 * beats, beats) for beats in range(33)]
    assert shares[31] < 1 <= shares[32]


@given(st.lists(st.one_of(st.floats(0, 1e9), st.just(math.inf)), min_size=1, max_size=40), st.floats(0, 300))
def test_whatever_the_count_does_it_ends_with_its_minutes(counts: list[float], bpm: float) -> None:
    phrase = Phrase(0.0, counts[0], bpm, TASTE)
    for number, count in enumerate(counts):
        phrase.share(number, count)
        assert phrase.left(number, count)
    assert phrase.share(120.0, counts[-1]) >= 1


def test_a_tempo_that_comes_in_the_middle_counts_from_there() -> None:
    phrase = Phrase(0.0, math.inf, 0.0, TASTE)
    assert phrase.share(10.0, 4000.0) < 0.1
    assert phrase.share(11.0, 4002.0) < 0.1
    assert phrase.share(12.0, 2.0) <= 0.1, "it jumped"
