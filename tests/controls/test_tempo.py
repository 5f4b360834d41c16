import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls.tempo import FASTEST, SLOWEST, Tempo, next_beat
from tests.fakes import FakeClock


@given(st.floats(SLOWEST, FASTEST))
def test_even_taps_give_their_tempo(bpm: float) -> None:
    clock = FakeClock()
    tempo = Tempo(clock)
    assert tempo.tapped is None
    heard = [tempo.tap()]
    for _ in range(5):
        clock.advance(60 / bpm)
        heard.append(tempo.tap())
    assert heard[0] == 0
    assert heard[1:] == pytest.approx([bpm] * 5, abs=0.06)
    assert tempo.first == tempo.tapped == clock()


def test_one_late_tap_hardly_counts() -> None:
    clock = FakeClock()
    tempo = Tempo(clock)
    for gap in (0, 0.5, 0.5, 0.62, 0.38, 0.5):
        clock.advance(gap)
        bpm = tempo.tap()
    assert bpm == 120


def test_a_pause_begins_anew_and_a_bounce_of_the_key_does_too() -> None:
    clock = FakeClock()
    tempo = Tempo(clock)
    for gap in (0, 0.5, 0.5):
        clock.advance(gap)
        assert tempo.tap() in (0, 120)
    for gap in (2.5, 0.01):
        clock.advance(gap)
        assert tempo.tap() == 0
    clock.advance(1)
    assert tempo.tap() == 60


@given(st.floats(0, 1e5), st.floats(SLOWEST, FASTEST), st.floats(0, 1e5))
def test_the_next_beat_is_on_the_beat_and_near(seconds: float, bpm: float, first: float) -> None:
    due = next_beat(seconds, bpm, first)
    assert -1e-4 <= due - seconds <= 60 / bpm + 1e-4
    passed = (due - first) * bpm / 60
    assert passed == pytest.approx(round(passed), abs=1e-4)


def test_a_beat_is_its_own_next_and_without_a_tempo_it_is_now() -> None:
    assert next_beat(101.5, 120, 100) == 101.5
    assert next_beat(101.51, 120, 100) == 102
    assert next_beat(7.3, 0, 1) == 7.3
