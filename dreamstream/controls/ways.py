"""A way: a route that is turned, and where its signal stands on it."""

import math
from dataclasses import dataclass, field, replace

from dreamstream.controls.board import Board, Inlet
from dreamstream.controls.routes import Route
from dreamstream.controls.signals import Moment, Signal, signal_of

_NEAR = 0.02  # of a param's range: a fader that stands so near takes it
_MOST = 8  # strokes of one turn
_SETTLED = 1e-4  # of the signal: what is followed so closely has arrived


@dataclass
class Way:
    """A route, its signal, and what has come of it so far: `value` is the signal as it is followed, 0 to 1.

    `left` is what it set its param to; None before. It `waits` where a fader has moved, and sets nothing
    until it passes where its param is.
    """

    route: Route
    signal: Signal
    span: tuple[float, float]
    value: float = 0.0
    begun: bool = False
    pressed: bool = False
    left: float | None = None
    waits: bool = False
    _seen: Inlet = field(default_factory=Inlet)
    _out: Inlet = field(default_factory=Inlet)
    _following: bool = False
    _arrived: bool = True
    _stood: float | None = None
    _exact: float = 0.0

    @classmethod
    def of(cls, route: Route, board: Board) -> "Way":
        """Return the way of a route, from how its signal stands on: strokes of before count for nothing."""
        signal = signal_of(route.signal, board)
        inlet = signal.inlet
        way = cls(route, signal, route.span)
        if route.sensitivity == 1 and not (route.dead or route.attack or route.release):
            way._out = inlet  # what came between two turns counts, too
        if inlet.puts:
            way.value = way._target(inlet)
            way._stood = way.share
            way._put_out(inlet)
        way.pressed = way._out.pressed
        way._seen = replace(inlet, strokes=way._out.strokes)
        return way

    @property
    def share(self) -> float:
        """What the signal comes to now, in the param's own numbers."""
        low, high = self.span
        return low + (high - low) * self.value

    def follow(self, moment: Moment, passed: float) -> None:
        """Follow the signal over the seconds that have passed."""
        route, inlet = self.route, self.signal.follow(moment)
        target = self._target(inlet)
        time = route.attack if target > self.value else route.release
        self.value += (1.0 if time == 0 or not self.begun else 1 - math.exp(-passed / time)) * (
            target - self.value
        )
        self._arrived = abs(target - self.value) < _SETTLED
        if self._arrived:
            self.value = target
        self.begun = True
        self._put_out(inlet)

    def strokes(self) -> list[bool]:
        """Return what was done since the last time: pressed (True) or let go, in order."""
        missed, self._seen.strokes = self._out.strokes - self._seen.strokes, self._out.strokes
        events: list[bool] = []
        for _ in range(min(missed, _MOST)):
            events += [False, True] if self.pressed or events else [True]
        if self._out.pressed != (events[-1] if events else self.pressed):
            events.append(self._out.pressed)
        return events

    def steps(self) -> float:
        """Return the steps of an encoder since the last time."""
        turned = self.signal.inlet.turned
        steps, self._seen.turned = turned - self._seen.turned, turned
        return steps

    def takes(self, hand: float) -> bool:
        """Return whether a hand's control sets its param now, which stands at `hand`.

        It does while it moves, and is followed. Where something else has set the param since, or nothing has
        yet, it must first stand where that is, or pass it (soft takeover).
        """
        puts = self.signal.inlet.puts
        moved, self._seen.puts = puts != self._seen.puts, puts
        stood, self._stood = self._stood, self.share
        met = moved
        if self.left != hand:
            self._following = False
            if self.route.takeover and not self.signal.inlet.key:
                met = (moved or self.waits) and self._meets(hand, stood, moved)
            self.waits = (moved or self.waits) and not met
            if not met:
                return False
        takes = met or self._following
        self._following = takes and not self._arrived
        return takes

    @property
    def silent(self) -> bool:
        """Whether it is a control's that nobody has moved yet: nobody knows where that stands."""
        return self.signal.by_hand and not self.signal.inlet.puts

    def fraction(self, hand: float) -> float:
        """Return the value that a nudge goes on from: the hand's, or what was kept of it before rounding."""
        return self._exact if self.left == hand else hand

    def keep(self, exact: float, hand: float) -> None:
        """Keep a value that the hand's is rounded from."""
        self._exact, self.left = exact, hand

    def _put_out(self, inlet: Inlet) -> None:
        """Say how far the signal is followed, where it is not taken as it comes."""
        if self._out is not inlet:
            self._out.put(self.value, inlet.pressed if inlet.key else None)

    def _meets(self, hand: float, stood: float | None, moved: bool) -> bool:
        """Return whether the control was moved to where the param is, or passes it from where it stood."""
        low, high = self.span
        off = self.share - hand
        passes = stood is not None and (stood - hand) * off < 0
        return passes or (moved and abs(off) <= _NEAR * abs(high - low))

    def _target(self, inlet: Inlet) -> float:
        """Return what the signal is to come to: a key switches a switch, however softly it is pressed."""
        info = self.route.param
        switches = inlet.key and info is not None and isinstance(info.default, bool)
        return self._shaped(float(inlet.pressed) if switches else inlet.value)

    def _shaped(self, value: float) -> float:
        """Return a signal behind its dead zone and curve; of a nudge both are about its middle."""
        if self.route.mode != "nudge":
            return self._behind(value * self.route.sensitivity)
        off = 0.0 if self.silent else 2 * value - 1
        return 0.5 + 0.5 * math.copysign(self._behind(abs(off) * self.route.sensitivity), off)

    def _behind(self, value: float) -> float:
        route = self.route
        whole = max(0.0, value - route.dead) / (1 - route.dead)
        return float(min(whole, 1.0) ** route.curve)
