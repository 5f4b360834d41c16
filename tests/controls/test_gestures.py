"""Gestures: what came from controls tells which was moved, and what kind of one it is."""

from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls.board import Board, Move
from dreamstream.controls.gestures import Gesture, Kind, encoding, gesture
from dreamstream.controls.signals import signal_of


def cc(number: int, *values: int) -> list[Move]:
    return [Move(f"midi:cc:1:{number}", value / 127) for value in values]


def at(name: str, *values: float, key: bool = False) -> list[Move]:
    return [Move(name, value, key) for value in values]


def sent(how: str, step: int) -> int:
    """Return what an encoder sends for a step, by its convention."""
    return {"twos": step % 128, "offset": 64 + step, "sign": step if step > 0 else 64 - step}[how]


STEPS = st.integers(1, 15) | st.integers(-15, -1)


@given(st.sampled_from(["twos", "offset", "sign"]), st.lists(STEPS, min_size=1, max_size=30), st.data())
def test_an_encoder_turned_both_ways_is_known(how: str, steps: list[int], data: st.DataObject) -> None:
    again = data.draw(st.integers(0, len(steps) - 1))  # at least one click is as the one before
    steps.insert(again, steps[again])
    values = [sent(how, step) for step in steps]
    if min(steps) < 0 < max(steps):
        assert encoding(values) == how
    elif max(steps) > 0 or how != "sign":  # forwards alone it moves as it should, too
        assert [sent(encoding(values), step) for step in steps] == values


@given(st.lists(st.integers(0, 127), max_size=60))
def test_what_sends_only_what_has_changed_is_no_encoder(values: list[int]) -> None:
    assert not encoding([value for value, _ in groupby(values)])


@given(st.lists(st.integers(0, 16383), min_size=3, max_size=30, unique=True))
def test_two_halves_are_one_control_of_14_bits(values: list[int]) -> None:
    moves = [move for value in values for move in (*cc(3, value >> 7), *cc(35, value & 127))]
    found, extent = gesture(moves), (max(values) - min(values)) / 16383
    if extent < 0.1:
        assert found is None
    else:
        assert found is not None
        assert (found.signal, found.kind) == ("midi:cc14:1:3", Kind.FADER)
        assert found.extent == pytest.approx(extent)


def test_two_faders_are_no_halves() -> None:
    assert gesture([*cc(3, 63, 70, 80, 127), *cc(35, 0, 1)]) == Gesture("midi:cc:1:3", Kind.FADER, 64 / 127)


@pytest.mark.parametrize(
    ("moves", "signal", "kind"),
    [
        (cc(7, 60, 61, 63, 70, 76), "midi:cc:1:7", Kind.FADER),
        (cc(32, 127, 0), "midi:cc:1:32", Kind.KEY),
        (cc(32, 127, 127), "midi:cc:1:32", Kind.KEY),
        (cc(16, 1, 1, 127, 126), "midi:cc:1:16:twos", Kind.ENCODER),
        (at("midi:cc:1:16@X:sign", 65 / 127, 65 / 127, 1 / 127), "midi:cc:1:16:sign@X:sign", Kind.ENCODER),
        ([*cc(16, 65, 65), Move("midi:cc:1:16:offset", 0, steps=2)], "midi:cc:1:16:offset", Kind.ENCODER),
        ([*at("midi:note:1:36", 0.8, key=True), *at("midi:pressure:1:36", 1)], "midi:note:1:36", Kind.KEY),
        (at("pad:axis:left_x", 0.6, 0.9, 0.5, key=True), "pad:axis:left_x", Kind.SPRING),
        (at("pad:axis:right_y@2", 0.5, 0.9, key=True), "pad:axis:right_y@2", Kind.SPRING),
        (at("pad:axis:left_trigger", 0, 0.9, 1), "pad:axis:left_trigger", Kind.FADER),
        (at("midi:bend:1", 0.5, 0.9, 0.5), "midi:bend:1", Kind.SPRING),
        ([*at("osc:/1/x", 0.3, 0.7), *cc(7, 60, 61, 62)], "osc:/1/x", Kind.FADER),
        ([*cc(7, 10, 60), *cc(8, 10, 60)], "midi:cc:1:8", Kind.FADER),
        (
            [*cc(99, 1), *cc(98, 9), *cc(6, 90), *cc(38, 3), *at("midi:nrpn:1:137", 0.2, 0.7)],
            "midi:nrpn:1:137",
            Kind.FADER,
        ),
        ([*at("midi:cc:1:7@nano", 0.1, 0.9), *cc(7, 13, 114)], "midi:cc:1:7", Kind.FADER),
    ],
)
def test_which_control_was_moved(moves: list[Move], signal: str, kind: Kind) -> None:
    found = gesture(moves)
    assert found is not None
    assert (found.signal, found.kind) == (signal, kind)
    assert signal_of(signal, Board()).turns == (kind is Kind.ENCODER)


def test_a_trembling_hand_moves_nothing_and_one_message_may_do() -> None:
    trembling = cc(7, 60, 61, 60, 61)
    assert all(a != b for a, b in pairwise(trembling))
    assert gesture(trembling) is None
    assert gesture([]) is None
    assert gesture(cc(7, 90)) is None, "nobody knows where it was"
    assert gesture(cc(7, 90), {"midi:cc:1:7": 0.0}) is not None
