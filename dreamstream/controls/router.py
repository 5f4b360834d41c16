"""The router: moves params and does actions as routes say, at each screen frame.

signals -> sensitivity, dead zone, curve, attack and release -> what a hand moves: the hand's values;
                                              what moves by itself: shares of each param, laid over the hand's
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from dreamstream.controls.board import Board
from dreamstream.controls.lead import Lead
from dreamstream.controls.routes import Route
from dreamstream.controls.signals import Moment
from dreamstream.controls.tempo import Tempo
from dreamstream.controls.ways import Way
from dreamstream.errors import ParamError
from dreamstream.every import Every
from dreamstream.params import TABLE, ParamStore
from dreamstream.tell import Tell, tell_nobody

_FINEST = 4  # digits of a range: what is finer cannot be seen, and is not to be in the score
_SAY = 5.0  # seconds from one line on what a param cannot be to the next


class Router:
    """Turns a show's routes; `press` and `release` do its actions. For the thread that turns the show."""

    def __init__(
        self,
        routes: Sequence[Route],
        board: Board,
        store: ParamStore,
        tempo: Tempo,
        clock: Callable[[], float],
        press: Callable[[str], object],
        release: Callable[[str], object],
        lead: Lead | None = None,
        tell: Tell = tell_nobody,
    ) -> None:
        self._board, self._store, self._tempo, self._clock, self._tell = board, store, tempo, clock, tell
        self._press, self._release, self._lead = press, release, lead or Lead()
        self._beats, self._jumps = (0.0, 0.0), -1  # as far as screen and dream were led, since the last jump
        self._start = self._last = clock()
        self._ways: list[Way] = []
        self._on = True
        self._say = Every(_SAY)
        self.take(routes)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes that are turned."""
        return tuple(way.route for way in self._ways)

    @property
    def ways(self) -> Sequence[Way]:
        """The routes with where they stand, for whoever shows them."""
        return self._ways

    def take(self, routes: Sequence[Route]) -> None:
        """Turn these from now on; those that were turned before go on as they stand."""
        before = {way.route: way for way in self._ways}
        kept = dict.fromkeys(route for route in routes if route.on)
        for way in (way for route, way in before.items() if route not in kept):
            self._let_go(way)
        self._ways = [before.get(route) or Way.of(route, self._board) for route in kept]
        if not self._ways:
            self._store.lay_over({})

    def turn(self) -> bool:
        """Follow all signals; call it each screen frame. While `routes` is off the hand's values hold.

        Return whether anything was done by a person's hand: a control moved a param, or pressed an action.
        """
        by_hand = False
        now, hand = self._clock(), self._store.hand
        passed, self._last = now - self._last, now
        if hand.routes != self._on:
            self._switch(hand.routes)
        if not self._ways or not self._on:
            return False
        drawn, dreamt = (Moment(now - self._start, beats) for beats in self._led(now))
        given: dict[str, float] = {}
        added: defaultdict[str, float] = defaultdict(float)
        moved: dict[str, Way] = {}
        for way in self._ways:
            route = way.route
            way.follow(dreamt if route.dreamt else drawn, passed)
            if way.silent:
                continue
            if route.param is None:
                by_hand |= self._stroke(way) and way.signal.by_hand
            elif route.mode == "nudge":
                by_hand |= self._nudge(way, passed) and way.signal.by_hand
            elif route.mode == "add":
                added[route.to] += way.share
            elif not way.signal.by_hand:
                given[route.to] = way.share
            elif way.takes(float(hand[route.to])):
                moved[route.to] = way
        if moved:
            self._move(moved)
            by_hand, hand = True, self._store.hand
        values = {name: given.get(name, hand[name]) + added[name] for name in {*given, *added}}
        self._store.lay_over({name: _rounded(name, value) for name, value in values.items()})
        return by_hand

    def _switch(self, on: bool) -> None:
        """Switch the routes on, or off; what was done meanwhile was not meant for them."""
        self._on = on
        for way in self._ways:
            self._let_go(way)
        self._ways = [Way.of(way.route, self._board) for way in self._ways]
        self._store.lay_over({})

    def _move(self, ways: Mapping[str, Way]) -> None:
        """Set the hand's params by their ways: at once, or where one is refused each by itself."""
        values = {name: _like(name, way.share) for name, way in ways.items()}
        try:
            self._store.change(**values)
        except ParamError:
            for name, value in values.items():
                self._try(partial(self._store.change, **{name: value}))
        hand = self._store.hand
        for name, way in ways.items():
            way.left = float(hand[name])

    def _try(self, change: Callable[[], object]) -> None:
        """Change a param; what it cannot be is told, and the others go on."""
        try:
            change()
        except ParamError as error:
            if self._say.due(self._clock()):
                self._tell(str(error))

    def _led(self, now: float) -> tuple[float, float]:
        """Return the beats when what is drawn now, and what is dreamt, will be seen; never going back."""
        drawn, dreamt = (self._tempo.beats(now + lead) for lead in (self._lead.screen, self._lead.dream))
        if self._jumps == self._tempo.jumps:  # another lead is measured all the time
            drawn, dreamt = max(drawn, self._beats[0]), max(dreamt, self._beats[1])
        self._beats, self._jumps = (drawn, dreamt), self._tempo.jumps
        return self._beats

    def _let_go(self, way: Way) -> None:
        """Let go of what is held."""
        if way.pressed and way.route.param is None:
            way.pressed = False
            self._release(way.route.to)

    def _stroke(self, way: Way) -> bool:
        """Do a route's action for each stroke since the last turn; return whether there was one."""
        strokes = way.strokes()
        for pressed in strokes:
            way.pressed = pressed
            (self._press if pressed else self._release)(way.route.to)
        return bool(strokes)

    def _nudge(self, way: Way, passed: float) -> bool:
        """Move the hand's value: by an encoder's steps, or as fast as the signal is from its middle.

        Return whether it was moved.
        """
        name, info, steps = way.route.to, TABLE[way.route.to], way.steps()
        before = self._store.hand
        if steps:
            self._try(partial(self._store.nudge, name, steps * way.route.sensitivity))
        elif not way.signal.turns and way.share and info.low is not None and info.high is not None:
            value = way.fraction(float(self._store.hand[name])) + way.share * passed
            value = min(max(value, info.low), info.high)
            self._store.change(**{name: _like(name, value)})
            way.keep(value, float(self._store.hand[name]))
        return self._store.hand is not before


def _like(name: str, value: float) -> Any:
    """Return a number as the param has it: a switch, whole, or rounded as far as can be seen."""
    default, rounded = TABLE[name].default, _rounded(name, value)
    if isinstance(default, bool):
        return value >= 0.5
    return round(rounded) if isinstance(default, int) else rounded


def _rounded(name: str, value: float) -> float:
    """Return a number of a param's range, cut to it: a route may say more, and rounding may go beyond."""
    info = TABLE[name]
    if info.low is None or info.high is None:  # a switch
        return value
    digits = _FINEST - math.floor(math.log10(info.high - info.low))
    return min(max(round(value, digits), info.low), info.high)
