"""Learning: something touched and a control moved, in either order, are a route."""

from collections.abc import Callable
from typing import Any

import pytest

from dreamstream.controls import Board, Route, action_table
from dreamstream.controls.gestures import Gesture, Kind
from dreamstream.controls.learn import Learn, learned
from dreamstream.controls.signals import control_of
from dreamstream.errors import ControlError
from tests.fakes import FakeClock

ACTIONS = action_table(["zoom", "rotate"], ["mirror"])
FADER = "midi:cc:1:7"


class Learning:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.board = Board(self.clock)
        self.learn = Learn(self.board, ACTIONS, self.clock)

    def fader(self) -> None:
        for value in (0.2, 0.4, 0.6):
            self.board.put(FADER, value, by_hand=True)

    def touch(self) -> None:
        self.learn.touch("zoom.up")

    def after(self, seconds: float) -> Route | None:
        found = None
        for _ in range(10):
            self.clock.advance(seconds / 10)
            found = found or self.learn.turn()
        return found


@pytest.fixture
def learning() -> Learning:
    learning = Learning()
    learning.board.put("midi:cc:1:99", 1.0, by_hand=True)
    learning.learn.begin()
    return learning


@pytest.mark.parametrize(
    ("first", "second"), [(Learning.touch, Learning.fader), (Learning.fader, Learning.touch)]
)
def test_either_order_gives_a_route(
    learning: Learning, first: Callable[[Learning], None], second: Callable[[Learning], None]
) -> None:
    texts = [learning.learn.text]
    first(learning)
    assert learning.after(1) is None
    texts.append(learning.learn.text)
    second(learning)
    route = learning.after(1)
    assert route == Route(signal=FADER, to="zoom")
    assert not learning.learn.on
    assert learning.learn.text == ""
    assert "zoom.up" in texts[1] or FADER in texts[1]
    assert learning.board.moves is None, "nothing is kept while nobody learns"


def test_the_newest_touch_and_the_control_that_was_moved_most_count(learning: Learning) -> None:
    learning.learn.touch("amount.up")
    learning.learn.touch("grain.down")
    learning.board.put("osc:/x", 0.5, by_hand=True)
    learning.board.put("sound:low", 1.0)
    learning.board.put("osc:/x", 0.65, by_hand=True)
    learning.fader()
    assert learning.after(1) == Route(signal=FADER, to="grain")


def test_what_trembles_all_the_time_hides_no_other(learning: Learning) -> None:
    learning.learn.touch("zoom.up")
    for number in range(100):
        learning.board.put("osc:/tilt", 0.5 + 0.01 * (number % 2), by_hand=True)
        assert learning.after(0.1) is None
    learning.fader()
    found = None
    for number in range(60):
        learning.board.put("osc:/tilt", 0.5 + 0.01 * (number % 2), by_hand=True)
        found = found or learning.after(0.1)
    assert found == Route(signal=FADER, to="zoom")


def test_nobody_learns_for_ever(learning: Learning) -> None:
    assert learning.after(59) is None
    assert learning.learn.on
    learning.after(2)
    assert not learning.learn.on


@pytest.mark.parametrize(
    ("kind", "touched", "route"),
    [
        (Kind.KEY, "zoom.up", {"to": "zoom.up"}),
        (Kind.KEY, "effect.mirror.hold", {"to": "effect.mirror.hold"}),
        (Kind.KEY, "blackout", {"to": "blackout.toggle"}),
        (Kind.KEY, "blackout.hold", {"to": "blackout.hold"}),
        (Kind.FADER, "zoom.down", {"to": "zoom"}),
        (Kind.FADER, "zoom", {"to": "zoom"}),
        (Kind.FADER, "blackout.toggle", {"to": "blackout"}),
        (Kind.FADER, "effect.mirror.hold", {"to": "effect.mirror.hold"}),
        (Kind.FADER, "layer.up", {"to": "layer.up"}),
        (Kind.FADER, "transform.rotate", {"to": "transform.rotate"}),
        (Kind.ENCODER, "zoom.up", {"to": "zoom", "mode": "nudge"}),
        (Kind.ENCODER, "layer.up", {"to": "layer", "mode": "nudge"}),
        (Kind.ENCODER, "transform.rotate", {"to": "transform", "mode": "nudge"}),
        (Kind.ENCODER, "blackout.toggle", {"to": "blackout", "mode": "nudge"}),
        (Kind.SPRING, "zoom.up", {"to": "zoom", "mode": "nudge"}),
        (Kind.SPRING, "effect.mirror.hold", {"to": "effect.mirror.hold", "dead": 0.5}),
        (Kind.SPRING, "blackout.toggle", {"to": "blackout", "dead": 0.5}),
    ],
)
def test_what_is_meant(kind: Kind, touched: str, route: dict[str, Any]) -> None:
    signal = "midi:cc:1:7:twos" if kind is Kind.ENCODER else FADER
    assert learned(Gesture(signal, kind, 1), touched, ACTIONS) == Route(signal=signal, **route)


@pytest.mark.parametrize(
    ("kind", "touched", "wrong"),
    [
        (Kind.ENCODER, "snapshot", "has steps, which nudge a param"),
        (Kind.ENCODER, "source.next", "next_source has no steps"),
        (Kind.FADER, "class_name", "class_name is no number in a range"),
    ],
)
def test_what_cannot_be_is_told(kind: Kind, touched: str, wrong: str) -> None:
    signal = "midi:cc:1:7:twos" if kind is Kind.ENCODER else FADER
    with pytest.raises(ControlError, match=wrong):
        learned(Gesture(signal, kind, 1), touched, ACTIONS)


def test_the_control_of_a_signal() -> None:
    assert control_of("midi:cc:1:7:twos@nano:sign") == "midi:cc:1:7@nano:sign"
    assert control_of("osc:/a:sign") == "osc:/a:sign"
