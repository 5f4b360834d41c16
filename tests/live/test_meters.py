"""Meters: how routes and signals stand, in bounded lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls import Board, Route
from dreamstream.controls.router import Router
from dreamstream.controls.signals import Moment
from dreamstream.controls.tempo import Tempo
from dreamstream.controls.ways import Way
from dreamstream.live.meters import moved_line, route_lines
from dreamstream.params import ParamStore
from tests.fakes import FakeClock

FADER = "midi:cc:1:7"


class Shown:
    """A router whose routes are shown."""

    def __init__(self, *routes: Route) -> None:
        self.clock, self.store = FakeClock(), ParamStore()
        self.board = Board(self.clock)
        tempo = Tempo(self.clock, self.store)
        self.router = Router(
            routes, self.board, self.store, tempo, self.clock, lambda name: None, lambda name: None
        )

    def lines(self) -> tuple[str, ...]:
        self.clock.advance(0.1)
        self.router.turn()
        return route_lines(self.router.ways, self.store.snapshot(), self.store.hand)


def test_a_route_s_line_says_where_its_signal_and_its_param_stand() -> None:
    shown = Shown(Route(signal=FADER, to="brightness", takeover=False))
    shown.board.put(FADER, 0.3, by_hand=True)
    (line,) = shown.lines()
    assert line == f"███░░░░░░░ {FADER} → brightness {shown.store.hand.brightness:g} ×"
    shown.store.change(routes=False)
    assert shown.lines() == ("routes are off",)


def test_a_fader_that_waits_says_where_it_must_go() -> None:
    shown = Shown(Route(signal=FADER, to="zoom", low=0.0, high=0.1))
    shown.store.change(zoom=0.085)
    shown.board.put(FADER, 0.2, by_hand=True)
    assert shown.lines()[0] == f"██░░░░░░┃░ {FADER} → zoom 0.085 waits: move it up"
    shown.store.change(zoom=0.01)
    shown.board.put(FADER, 0.3, by_hand=True)
    assert shown.lines()[0].endswith("waits: move it down")
    shown.board.put(FADER, 0.1, by_hand=True)
    assert "waits" not in shown.lines()[0]


def test_an_action_is_said_to_be_pressed_and_an_encoder_shows_its_param() -> None:
    shown = Shown(
        Route(signal="midi:note:1:36", to="effect.mirror.hold"),
        Route(signal="midi:cc:1:16:twos", to="mix", mode="nudge"),
    )
    shown.store.change(mix=0.5)
    shown.board.put("midi:note:1:36", 1.0, True, by_hand=True)
    shown.board.turn("midi:cc:1:16:twos", 0)
    pressed, encoder = shown.lines()
    assert pressed == "██████████ midi:note:1:36 → effect.mirror.hold pressed"
    assert encoder.startswith("█████░░░░░ midi:cc:1:16:twos → mix 0.5")


def test_many_routes_are_bounded_and_one_that_waits_is_among_them() -> None:
    routes = [Route(signal=f"osc:/{number}", to="zoom", mode="add") for number in range(18)]
    shown = Shown(*routes, Route(signal=FADER, to="amount"))
    shown.board.put(FADER, 0.1, by_hand=True)
    assert len(shown.lines()) == 1, "of controls that nobody has moved nobody knows where they stand"
    for number in range(18):
        shown.board.put(f"osc:/{number}", 0.5, by_hand=True)
    lines = shown.lines()
    assert len(lines) == 13
    assert lines[-1] == "and 7 more"
    assert "waits" in lines[0]


def test_a_control_without_a_route_is_shown_for_a_while() -> None:
    shown = Shown(Route(signal=FADER, to="zoom"))
    assert moved_line(shown.board, shown.clock()) == ""
    shown.board.put("osc:/x", 0.5, by_hand=True)
    assert moved_line(shown.board, shown.clock()) == "█████░░░░░ osc:/x: no route"
    assert moved_line(shown.board, shown.clock() + 6) == ""
    shown.board.put(FADER, 0.5, by_hand=True)
    assert moved_line(shown.board, shown.clock()) == ""


@given(
    st.floats(0, 1),
    st.floats(0.5, 4),
    st.floats(0, 0.9),
    st.floats(0.5, 2),
    st.sampled_from([(0, 1), (1, -2)]),
)
def test_where_a_signal_must_stand_gives_the_value(
    value: float, curve: float, dead: float, sensitivity: float, span: tuple[float, float]
) -> None:
    low, high = span
    route = Route(
        signal=FADER, to="zoom", curve=curve, dead=dead, sensitivity=sensitivity, low=low, high=high
    )
    board = Board()
    wanted = low + (high - low) * value
    place = route.place(wanted)
    assert 0 <= place <= 1
    if place < 1 and value > 1e-3:  # else it is as near as can be
        way = Way.of(route, board)
        board.put(FADER, place)
        way.follow(Moment(0, 0), 0)
        assert way.share == pytest.approx(wanted, abs=1e-6)
