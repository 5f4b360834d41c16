"""The tempo: taps, who leads, and a count of beats that runs on through all of it."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls.tempo import FASTEST, SLOWEST, Tempo
from dreamstream.params import LEADERS, ParamStore
from tests.fakes import FakeClock, Told

FRAME = 1 / 60
BPM = st.floats(SLOWEST, FASTEST)


class Played:
    """A tempo on a real store, turned each screen frame of a clock that stands still in between."""

    def __init__(self, **params: object) -> None:
        self.clock, self.store, self.told = FakeClock(), ParamStore(), Told()
        self.store.change(**params)
        self.tempo = Tempo(self.clock, self.store, self.told)

    @property
    def beats(self) -> float:
        return self.tempo.beats(self.clock())

    @property
    def bpm(self) -> float:
        return float(self.store.snapshot().bpm)

    def taps(self, *gaps: float) -> list[float]:
        heard = []
        for gap in gaps:
            self.clock.advance(gap)
            heard.append(self.tempo.tap())
        return heard

    def led(
        self, seconds: float, bpm: float, start: float = 0.0, by: str = "midi", jitter: float = 0
    ) -> None:
        """Let a leader that counts from `start` tell each beat as it comes, each a bit early or late."""
        rng = random.Random(1)
        for _ in range(round(seconds / FRAME)):
            before = (self.clock() - start) * bpm / 60
            self.clock.advance(FRAME)
            number = int((self.clock() - start) * bpm / 60)
            if number != int(before):
                beat = start + number * 60 / bpm + rng.uniform(-jitter, jitter)
                self.tempo.follow(by, bpm, beat, number)
            self.tempo.turn()

    def alone(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME)):
            self.clock.advance(FRAME)
            self.tempo.turn()


@given(BPM)
def test_even_taps_give_their_tempo(bpm: float) -> None:
    played = Played()
    heard = played.taps(0, *[60 / bpm] * 5)
    assert heard[0] == 0
    assert heard[1:] == pytest.approx([bpm] * 5, abs=0.06)
    assert played.bpm == heard[-1]
    assert played.beats == 5, "the first tap is beat 0"


def test_one_late_tap_hardly_counts_and_a_missed_one_is_counted() -> None:
    played = Played()
    assert played.taps(0, 0.5, 0.5, 0.62, 0.38, 0.5)[-1] == 120
    assert played.taps(1)[-1] == 120
    assert played.beats == 7


def test_a_pause_begins_anew_and_a_bounce_of_the_key_does_too() -> None:
    played = Played()
    assert played.taps(0, 0.5, 0.5) == [0, 120, 120]
    assert played.taps(2.5, 0.01) == [0, 0]
    assert played.taps(1) == [60]


def test_a_tap_by_itself_begins_a_bar_at_the_same_tempo() -> None:
    played = Played(bpm=90)
    played.clock.advance(7.3)
    played.taps(0)
    assert (played.beats, played.bpm) == (0, 90)


def test_a_strobe_on_the_beat_is_not_too_fast() -> None:
    played = Played()
    played.taps(0, 0.25)
    assert (played.bpm, played.store.snapshot().strobe_rate) == (240, 2)


@given(st.lists(st.tuples(st.floats(0, 20), st.one_of(st.just(0.0), BPM)), max_size=20))
def test_beats_run_on_through_every_tempo(course: list[tuple[float, float]]) -> None:
    played, counted = Played(bpm=100), 0.0
    bpm = 100.0
    for seconds, other in course:
        played.clock.advance(seconds)
        counted += seconds * bpm / 60
        played.tempo.turn()
        assert played.beats == pytest.approx(counted)
        bpm = played.store.change(bpm=other).bpm
        played.tempo.turn()
        assert played.beats == pytest.approx(counted)


@given(BPM, st.lists(st.tuples(BPM, st.floats(0, 1), st.integers(1, 300)), max_size=8))
def test_beats_never_go_back_while_who_leads_changes_pace_and_phase(
    bpm: float, course: list[tuple[float, float, int]]
) -> None:
    played = Played()
    before = -1.0
    for bpm, phase, turns in course:
        for _ in range(turns):
            played.tempo.follow("sound", bpm, phase * 60 / bpm)
            played.tempo.turn()
            played.clock.advance(FRAME / 2)
            between = played.beats
            played.clock.advance(FRAME / 2)
            assert before < between < played.beats
            before = played.beats


@pytest.mark.parametrize("bpm", [61.3, 120, 174])
def test_it_locks_to_who_leads_through_jitter(bpm: float) -> None:
    played = Played()
    played.led(8, bpm, start=99.7, jitter=0.01)
    worst = 0.0
    for _ in range(300):
        played.led(FRAME, bpm, start=99.7, jitter=0.01)
        worst = max(worst, abs(played.beats - (played.clock() - 99.7) * bpm / 60) * 60 / bpm)
    assert worst < 0.008, "seconds; the jitter is 10 ms"
    assert played.bpm == pytest.approx(bpm, abs=0.1)
    assert played.tempo.leader == "midi"


def test_another_phase_is_slid_to_and_a_start_is_jumped_to() -> None:
    played = Played()
    played.led(4, 120)
    jumps = played.tempo.jumps
    played.led(4, 120, start=0.2)
    assert played.beats == pytest.approx((played.clock() - 0.2) * 2, abs=0.02)
    assert played.tempo.jumps == jumps
    start = played.clock()
    played.led(2, 120, start)
    assert played.beats == pytest.approx((played.clock() - start) * 2, abs=0.02)
    assert played.tempo.jumps == jumps + 1


@given(st.floats(-1e6, 1e6), BPM)
def test_a_leaders_own_count_is_taken_over_at_once(count: float, bpm: float) -> None:
    played = Played()
    played.tempo.follow_count("link", bpm, count)
    played.tempo.turn()
    assert played.beats == pytest.approx(count, abs=1e-6)
    assert played.bpm == pytest.approx(bpm, abs=0.051)
    played.tempo.follow_count("link", bpm, count + 8, played.clock() + 480 / bpm)
    played.alone(1)
    assert played.beats == pytest.approx(count + bpm / 60, abs=1e-3)


def test_who_leads_is_the_first_by_rank_until_he_falls_silent() -> None:
    played = Played()
    played.led(2, 100, by="sound")
    assert (played.tempo.leader, played.bpm) == ("sound", 100)
    for _ in range(4):
        played.led(1, 128, by="midi")
        played.tempo.follow("sound", 100, 0)
    assert (played.tempo.leader, played.bpm) == ("midi", 128)
    played.led(3.5, 100, by="sound")
    assert (played.tempo.leader, played.bpm) == ("sound", 100)
    assert not played.told
    count = played.beats
    played.alone(10)
    assert (played.tempo.leader, played.bpm, played.beats) == (
        "",
        100,
        pytest.approx(count + 1000 / 60, abs=0.1),
    )
    assert played.told == ["tempo: sound has fallen silent; 100 bpm go on"]


def test_taps_take_over_until_the_tempo_is_let_go() -> None:
    played = Played()
    played.led(2, 100)
    played.taps(0, 0.5)
    played.led(2, 100)
    assert (played.tempo.leader, played.bpm) == ("tap", 120)
    played.store.change(bpm=0)
    played.led(2, 100)
    assert (played.tempo.leader, played.bpm) == ("midi", 100)
    played.store.change(bpm=101)
    played.led(2, 100)
    assert (played.tempo.leader, played.bpm) == ("tap", 101)
    played.store.change(tempo_from="midi")
    played.led(2, 100)
    assert (played.tempo.leader, played.bpm) == ("midi", 100)


def test_only_who_is_chosen_leads() -> None:
    played = Played(tempo_from="sound", bpm=90)
    played.led(2, 100, by="midi")
    assert (played.tempo.leader, played.bpm) == ("", 90)
    played.led(2, 110, by="sound")
    assert (played.tempo.leader, played.bpm) == ("sound", 110)
    played.store.change(tempo_from="tap")
    played.led(2, 100, by="sound")
    assert (played.tempo.leader, played.bpm) == ("", 110)
    assert not played.told


def test_one_tap_says_where_the_bar_begins_while_somebody_leads() -> None:
    played = Played()
    played.led(3.2, 120)
    played.taps(0)
    assert abs(played.beats) <= 0.5
    count = played.beats
    played.led(4, 120)
    assert played.beats == pytest.approx(count + 8, abs=0.05)
    assert played.tempo.leader == "midi"


def test_a_song_that_begins_says_itself_where_its_bars_are() -> None:
    played = Played()
    for _ in range(100):  # a clock without a start
        played.tempo.follow("midi", 120, 0.1)
        played.alone(FRAME)
    played.taps(0)
    count, start = played.beats, played.clock()
    assert abs(count) <= 0.5
    for _ in range(300):
        played.tempo.follow("midi", 120, start + 0.1, 0)
        played.alone(FRAME)
    assert played.beats == pytest.approx((played.clock() - start - 0.1) * 2, abs=0.05)


@pytest.mark.parametrize("bpm", [0, 1e-320, 0.1, -1, 301, float("nan"), float("inf")])
def test_what_is_no_tempo_counts_for_nothing(bpm: float) -> None:
    played = Played()
    for name in LEADERS:
        played.tempo.follow(name, bpm, 0)
        played.tempo.follow(name, 120, float("nan"))
        played.tempo.follow(name, 120, 1e300)
        played.tempo.follow_count(name, 120, float("inf"))
        played.tempo.follow_count(name, bpm, 4)
    played.alone(0.1)
    assert (played.tempo.leader, played.bpm) == ("", 0)
    with pytest.raises(ValueError, match="nobody called drums can lead: midi, link, sound can"):
        played.tempo.follow("drums", 120, 0)


@given(st.floats(0, 1e4), BPM, st.sampled_from([1, 4, 16, 32]), st.floats(0, 1))
def test_what_waits_aims_at_a_beat_that_it_can_be_seen_on(
    seconds: float, bpm: float, quantum: int, lead: float
) -> None:
    played = Played(bpm=bpm)
    played.clock.advance(seconds)
    played.tempo.turn()
    due, now, seen = played.tempo.next(quantum, lead), played.beats, played.beats + lead * bpm / 60
    assert due == int(due)
    assert seen - 0.126 <= due
    first = math.ceil((now - 1 / 8) / quantum) * quantum
    if seen <= first:
        assert due == first
    else:
        assert due - seen < 1


def test_the_line_tells_who_leads_and_the_place_in_the_bar() -> None:
    played = Played()
    assert played.tempo.line == ""
    played.taps(0, 0.5, 0.5)
    assert played.tempo.line == "120 bpm tap ○○●○"
