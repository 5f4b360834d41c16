from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls.board import Board
from dreamstream.controls.signals import SHAPES, Moment, signal_of
from dreamstream.errors import ControlError


def moving(text: str) -> Callable[[Moment], float]:
    signal = signal_of(text, Board())
    return lambda moment: signal.follow(moment).value


@given(
    st.sampled_from(sorted(SHAPES)), st.floats(0, 1e5), st.sampled_from(["0.3hz", "7s", "3beats", "2bars"])
)
def test_signals_stay_between_0_and_1(shape: str, seconds: float, rate: str) -> None:
    moves = moving(f"lfo:{shape}:{rate}")
    assert 0 <= moves(Moment(seconds, seconds * 2)) <= 1


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("lfo:sine:4s", [0, 0.5, 1, 0.5, 0]),
        ("lfo:triangle:4s", [0, 0.5, 1, 0.5, 0]),
        ("lfo:square:0.25hz", [1, 1, 0, 0, 1]),
        ("lfo:saw:4s", [0, 0.25, 0.5, 0.75, 0]),
        ("lfo:saw:1bar", [0, 0.5, 0, 0.5, 0]),
        ("lfo:saw:8beats", [0, 0.25, 0.5, 0.75, 0]),
        ("seq:1,0.2,0.5:2beats", [1, 0.2, 0.5, 1, 0.2]),
    ],
)
def test_what_signals_do(text: str, values: list[float]) -> None:
    """At 120 bpm: two beats a second."""
    signal = moving(text)
    assert [signal(Moment(second, 2 * second)) for second in range(5)] == pytest.approx(values)


def test_random_signals_are_the_same_each_time_and_another_each_round() -> None:
    steps, smooth = moving("lfo:steps:1s"), moving("lfo:smooth:1s")
    rounds = [steps(Moment(second + 0.5, 0)) for second in range(20)]
    assert rounds == [steps(Moment(second + 0.9, 0)) for second in range(20)]
    assert len(set(rounds)) == 20
    assert [smooth(Moment(second, 0)) for second in range(20)] == rounds
    glide = [smooth(Moment(n / 1000, 0)) for n in range(20_000)]
    assert max(abs(a - b) for a, b in pairwise(glide)) < 0.002


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("lfx:sine:1hz", "no signal 'lfx:sine:1hz'"),
        ("lfo:sine", "lfo:SHAPE:RATE, as in lfo:sine:0.25hz is needed"),
        ("lfo:sinus:1hz", "no shape 'sinus'; did you mean 'sine'"),
        ("lfo:sine:1", "a rate cannot be '1'"),
        ("lfo:sine:0hz", "0.001 to 1000"),
        ("lfo:sine:9999hz", "0.001 to 1000"),
        ("seq:1,x:1beat", "steps are numbers from 0 to 1"),
        ("seq:1,2:1beat", "steps are numbers from 0 to 1"),
        ("seq::1beat", "steps are numbers from 0 to 1"),
    ],
)
def test_what_is_no_signal_is_said_in_a_line(text: str, wrong: str) -> None:
    with pytest.raises(ControlError, match=wrong):
        signal_of(text, Board())
