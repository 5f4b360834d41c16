"""Ways of hands: faders take over softly, encoders step, sticks nudge, no stroke is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls import Route
from dreamstream.controls.signals import Moment, signal_of
from dreamstream.params import TABLE
from tests.controls.test_router import Turned

FADER, ENCODER, NOTE = "midi:cc:1:7", "midi:cc:1:16:twos", "midi:note:1:36"


def fader(**route: Any) -> Turned:
    return Turned({"signal": FADER, "to": "amount", "low": 0, "high": 2, **route})


def moved(turned: Turned, value: float) -> float:
    turned.board.put(FADER, value, by_hand=True)
    return float(turned.after(0.02).amount)


def test_a_fader_sets_the_hands_value() -> None:
    turned = fader()
    assert turned.after(1).amount == 1
    assert moved(turned, 0.5) == 1
    assert moved(turned, 0.75) == pytest.approx(1.5)
    assert turned.store.hand.amount == pytest.approx(1.5)


def test_a_fader_that_does_not_stand_where_the_param_is_does_nothing_until_it_passes() -> None:
    turned = fader()
    assert [moved(turned, value) for value in (0.1, 0.3, 0.45)] == [1, 1, 1]
    assert moved(turned, 0.6) == pytest.approx(1.2)  # passed
    turned.store.change(amount=-3)  # by a key, or a preset
    assert [moved(turned, value) for value in (0.7, 0.2)] == [-3, -3]
    turned.store.change(amount=0.5)
    assert [moved(turned, value) for value in (0.2, 0.24, 0.9)] == [
        0.5,
        pytest.approx(0.48),
        pytest.approx(1.8),
    ]


@pytest.mark.parametrize(
    "name", [name for name, info in TABLE.items() if info.low is not None and info.high is not None]
)
def test_a_fader_goes_from_end_to_end_of_every_param_and_no_further(name: str) -> None:
    info = TABLE[name]
    beyond = info.high + (info.high - info.low)
    for more in ({}, {"high": beyond}, {"low": beyond, "high": -beyond}):
        turned = Turned({"signal": FADER, "to": name, "takeover": False, **more})
        for value in (0.0, 1.0):
            turned.board.put(FADER, value, by_hand=True)
            turned.after(0.02)
            end = info.high if (value == 1) != ("low" in more) else info.low
            assert turned.store.hand[name] == end


def test_a_fader_that_is_known_to_stand_elsewhere_passes_in_one_jump() -> None:
    turned = Turned()
    turned.board.put(FADER, 0.9, by_hand=True)
    turned.router.take([Route(signal=FADER, to="amount", low=0, high=2)])
    turned.after(0.1)
    turned.board.put(FADER, 0.25, by_hand=True)
    assert turned.after(0.1).amount == 0.5


def test_a_fader_that_is_followed_slowly_takes_its_param_as_it_passes_it() -> None:
    turned = Turned({"signal": FADER, "to": "amount", "release": 0.5, "low": 0, "high": 2})
    turned.board.put(FADER, 0.9, by_hand=True)
    turned.after(0.1)
    turned.board.put(FADER, 0.2, by_hand=True)
    assert turned.after(0.02).amount == 1
    assert turned.router.ways[0].waits
    assert turned.after(4, steps=200).amount == pytest.approx(0.4, abs=0.01)
    assert not turned.router.ways[0].waits


def test_a_param_that_is_set_elsewhere_is_not_passed_by_that() -> None:
    turned = Turned({"signal": FADER, "to": "amount"})
    turned.board.put(FADER, 0.9, by_hand=True)
    turned.after(0.1)
    assert turned.router.ways[0].waits
    for amount in (3.9, 3.2, -3.9):  # above it, where it is, below it
        turned.store.change(amount=amount)
        assert turned.after(0.1).amount == amount
    turned.board.put(FADER, 0.85, by_hand=True)
    assert turned.after(0.1).amount == -3.9
    assert turned.router.ways[0].waits


def test_without_takeover_it_sets_at_once() -> None:
    assert moved(fader(takeover=False), 0.1) == pytest.approx(0.2)


def test_a_fader_is_followed_to_where_it_went_and_then_lets_others_set_the_param() -> None:
    turned = fader(takeover=False, attack=0.1)
    turned.after(0.1)
    first = moved(turned, 1.0)
    assert 0 < first < 1
    assert turned.after(3, steps=100).amount == pytest.approx(2)
    turned.store.change(amount=1)
    assert turned.after(1, steps=10).amount == 1


@pytest.mark.parametrize("mode", ["set", "add", "nudge"])
def test_what_nobody_has_moved_yet_moves_nothing(mode: str) -> None:
    turned = Turned({"signal": FADER, "to": "amount", "mode": mode, "takeover": False, "attack": 0.1})
    assert turned.after(5, steps=100).amount == 1
    turned.board.put(FADER, 0.5)
    assert turned.after(1, steps=100).amount == pytest.approx(0 if mode == "set" else 1, abs=1e-3)


def test_an_encoder_nudges_by_its_steps_none_of_which_is_lost() -> None:
    turned = Turned({"signal": ENCODER, "to": "iterations", "mode": "nudge"})
    for _ in range(3):
        turned.board.turn(ENCODER, 1)
    assert turned.after(0.02).iterations == 4
    turned.board.turn(ENCODER, -2)
    assert turned.after(0.02).iterations == 2


def test_a_stick_nudges_as_fast_as_it_is_off_its_middle() -> None:
    stick = "pad:axis:left_x"
    turned = Turned({"signal": stick, "to": "amount", "mode": "nudge", "low": -1, "high": 1, "dead": 0.1})
    turned.board.put(stick, 0.5)
    turned.after(1, steps=60)
    turned.board.put(stick, 0.54)
    assert turned.after(5, steps=300).amount == 1
    turned.board.put(stick, 1.0)
    assert turned.after(0.5, steps=30).amount == pytest.approx(1.5, abs=0.01)
    turned.board.put(stick, 0.0)
    assert turned.after(1, steps=600).amount == pytest.approx(0.5, abs=0.01)


@given(st.lists(st.lists(st.booleans(), max_size=5), max_size=8))
def test_actions_are_pressed_and_let_go_by_turns_and_end_as_the_key_is(turns: list[list[bool]]) -> None:
    turned = Turned({"signal": NOTE, "to": "effect.mirror.hold"})
    presses, down = 0, False
    for puts in turns:
        for pressed in puts:
            presses += pressed and not down
            down = pressed
            turned.board.put(NOTE, 0.2 * pressed, pressed)
        turned.after(0.02)
    names = [stroke.split()[0] for stroke in turned.strokes]
    assert names == ["press", "release"] * (len(names) // 2) + ["press"] * (len(names) % 2)
    assert names.count("press") == presses
    assert (names[-1:] == ["press"]) == down


def test_an_envelope_goes_up_to_what_is_held_and_down_and_a_short_stroke_is_not_lost() -> None:
    turned = Turned()
    signal = signal_of(f"env:1,1,0.5,2:{NOTE}", turned.board)

    def after(seconds: float, start: float) -> float:
        for part in range(1, 51):
            signal.follow(Moment(start + seconds * part / 50, 0))
        return signal.inlet.value

    assert after(1, 0) == 0
    turned.board.put(NOTE, 0.3, pressed=True)
    assert after(0.5, 1) == pytest.approx(0.5, abs=0.05)
    assert after(0.55, 1.5) == pytest.approx(1, abs=0.1)
    assert after(2, 2.05) == pytest.approx(0.5)
    turned.board.put(NOTE, 0, pressed=False)
    assert after(2, 4.05) == pytest.approx(0)
    turned.board.put(NOTE, 0.3, pressed=True)
    turned.board.put(NOTE, 0, pressed=False)
    assert after(1, 6.05) > 0.8


def test_a_soft_key_switches_a_switch_all_the_same() -> None:
    turned = Turned({"signal": NOTE, "to": "freeze"}, {"signal": NOTE, "to": "amount", "low": 0, "high": 2})
    turned.board.put(NOTE, 0.1, True, by_hand=True)
    params = turned.after(0.02)
    assert (params.freeze, params.amount) == (True, 0.2)
    turned.board.put(NOTE, 0.0, False, by_hand=True)
    assert not turned.after(0.02).freeze
