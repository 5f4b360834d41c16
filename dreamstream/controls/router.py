"""The router: moves params and does actions as routes say, at each screen frame.

signals -> dead zone, curve, attack and release -> shares of each param, on what the hand has set -> store
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dreamstream.controls.routes import Route
from dreamstream.controls.signals import Moment, Signal, signal_of
from dreamstream.controls.tempo import Tempo
from dreamstream.params import TABLE, ParamStore

_PRESSED, _LET_GO = 0.5, 0.4
_FINEST = 10_000  # steps of a range: what is finer cannot be seen, and is not to be in the score


@dataclass
class _Way:
    """A route, and where its signal stands."""

    route: Route
    signal: Signal
    value: float = 0.0
    begun: bool = False
    pressed: bool = False
    span: tuple[float, float] = field(init=False)

    def __post_init__(self) -> None:
        self.span = self.route.span

    def follow(self, moment: Moment, passed: float) -> None:
        """Follow the signal over the seconds that have passed."""
        route = self.route
        whole = max(0.0, self.signal(moment) - route.dead) / (1 - route.dead)
        target = min(whole, 1.0) ** route.curve
        time = route.attack if target > self.value else route.release
        share = 1.0 if time == 0 or not self.begun else 1 - math.exp(-passed / time)
        self.value += share * (target - self.value)
        self.begun = True


class Router:
    """Turns a show's routes; `press` and `release` do its actions. For the thread that turns the show."""

    def __init__(
        self,
        routes: Sequence[Route],
        store: ParamStore,
        tempo: Tempo,
        clock: Callable[[], float],
        press: Callable[[str], object],
        release: Callable[[str], object],
    ) -> None:
        self._ways = [_Way(route, signal_of(route.signal)) for route in routes if route.on]
        self._store, self._tempo, self._clock = store, tempo, clock
        self._press, self._release = press, release
        self._start = self._last = clock()
        self._beat, self._beats = tempo.first, 0.0

    def turn(self) -> None:
        """Follow all signals; call it each screen frame. While `routes` is off the hand's values hold."""
        if not self._ways:
            return
        now, hand = self._clock(), self._store.hand
        passed, self._last = now - self._last, now
        if self._tempo.first != self._beat:  # a beat was tapped
            self._beat, self._beats = self._tempo.first, (now - self._tempo.first) * hand.bpm / 60
        else:  # so another tempo goes on from the same beat
            self._beats += passed * hand.bpm / 60
        moment = Moment(now - self._start, self._beats)
        given: dict[str, float] = {}
        added: defaultdict[str, float] = defaultdict(float)
        for way in self._ways:
            if not hand.routes:
                self._rest(way)
                continue
            way.follow(moment, passed)
            route, (low, high) = way.route, way.span
            value = low + (high - low) * way.value
            if route.param is None:
                self._stroke(way)
            elif route.mode == "set":
                given[route.to] = value
            else:
                added[route.to] += value
        values = {name: given.get(name, hand[name]) + added[name] for name in {*given, *added}}
        self._store.lay_over({name: _rounded(name, value) for name, value in values.items()})

    def _rest(self, way: _Way) -> None:
        """Let go of what is held; the signal is then followed anew."""
        way.begun = False
        if way.pressed:
            way.pressed = False
            self._release(way.route.to)

    def _stroke(self, way: _Way) -> None:
        if not way.pressed and way.value >= _PRESSED:
            way.pressed = True
            self._press(way.route.to)
        elif way.pressed and way.value < _LET_GO:
            way.pressed = False
            self._release(way.route.to)


def _rounded(name: str, value: float) -> float:
    info = TABLE[name]
    if info.low is None or info.high is None:  # a switch
        return value
    finest = (info.high - info.low) / _FINEST
    return round(round(value / finest) * finest, 9)
