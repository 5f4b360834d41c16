"""Learning a route from what is done: something touched, and a control moved, in either order.

actions touched (keys, OSC, ...), moves of controls -> what is meant by them -> a Route
"""

from collections import deque
from collections.abc import Callable, Mapping

from dreamstream.controls.actions import Action
from dreamstream.controls.board import Board, Move
from dreamstream.controls.gestures import Gesture, Kind, gesture
from dreamstream.controls.routes import Route, route_of
from dreamstream.params import TABLE

_MOST = 4096  # moves that are kept
_STILL, _LONG = 0.4, 3.0  # seconds: a control that rests so long, or has moved so long, was meant
_PATIENCE = 60.0  # seconds after which nobody is learning any more
_PUSHED = 0.5  # of a spring's way that is dead to an action: it rests in the middle


class Learn:
    """Learns one route at a time, from `begin` on. For the thread that turns the show; `clock` in seconds."""

    def __init__(self, board: Board, actions: Mapping[str, Action], clock: Callable[[], float]) -> None:
        self._board, self._actions, self._clock = board, actions, clock
        self.on = False
        self._to = ""
        self._gesture: Gesture | None = None

    def begin(self) -> None:
        """Go by what is touched and moved from now on."""
        self.on, self._to, self._gesture, self._begun = True, "", None, self._clock()
        self._listen()

    def end(self) -> None:
        """Learn no more."""
        self.on, self._board.moves = False, None

    def touch(self, name: str) -> None:
        """Take an action, or a param, as what is to be moved; the newest counts."""
        self._to, self._begun = name, self._clock()

    @property
    def text(self) -> str:
        """What is awaited now, as a line for the operator; empty while nobody learns."""
        if not self.on:
            return ""
        if self._to:
            return f"learn {self._to}: now move the control for it; an encoder both ways"
        if self._gesture is not None:
            return f"learn {self._gesture.signal}: now touch what it is to move, by its key"
        return "learn: touch what is to be moved, by its key, and move the control for it, in either order"

    def turn(self) -> Route | None:
        """Look at what was moved; return the route, once there is one. ControlError if there can be none."""
        if not self.on:
            return None
        now = self._clock()
        if found := self._moved(now):
            self._gesture, self._begun = found, now
            self._listen()
        if self._to and self._gesture is not None:
            self.end()
            return learned(self._gesture, self._to, self._actions)
        if now - self._begun > _PATIENCE:
            self.end()
        return None

    def _listen(self) -> None:
        self._moves: deque[Move] = deque(maxlen=_MOST)
        self._before = {name: inlet.value for name, inlet in self._board.snapshot().items()}
        self._board.moves = self._moves
        self._count = self._judged = 0
        self._first = self._last = 0.0

    def _moved(self, now: float) -> Gesture | None:
        """Return the control that was moved, once it rests."""
        count = len(self._moves)
        if count != self._count:
            self._first = self._first if self._count else now
            self._count, self._last = count, now
        long = count > 0 and now - self._first >= _LONG
        if not long and (count == self._judged or now - self._last < _STILL):
            return None
        self._judged = count
        found = gesture(tuple(self._moves.copy()), self._before)
        if long and found is None:  # something trembles all the time
            self._listen()
        return found


def learned(moved: Gesture, touched: str, actions: Mapping[str, Action]) -> Route:
    """Return the route that a control and what was touched, an action or a param, are meant to be.

    What is pressed does an action, what stands somewhere sets its param where that is a number or a switch,
    what has steps, or springs back, nudges it. Raises ControlError.
    """
    action = actions.get(touched)
    param = touched if action is None else action.param
    info = TABLE.get(param)
    record: dict[str, object] = {"signal": moved.signal, "to": touched}
    switch = info is not None and isinstance(info.default, bool)
    number = info is not None and info.low is not None and info.high is not None
    if moved.kind is Kind.KEY:
        if action is None and switch:
            record["to"] = f"{param}.toggle"
    elif moved.kind is Kind.ENCODER:
        record |= {"to": param or touched, "mode": "nudge"}
    elif moved.kind is Kind.FADER or not number:
        record["to"] = param if number or switch else touched
        if moved.kind is Kind.SPRING:
            record["dead"] = _PUSHED
    else:
        record |= {"to": param, "mode": "nudge"}
    return route_of(record, actions)
