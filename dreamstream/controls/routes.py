"""Routes: which signal moves which param, or does which action; see `controls.routefile` for their file."""

from collections.abc import Collection, Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dreamstream.controls.actions import action_of_today
from dreamstream.controls.board import Board
from dreamstream.controls.signals import Signal, control_of, signal_of
from dreamstream.errors import ControlError, nearest
from dreamstream.knobs import ParamInfo
from dreamstream.params import LIVE_GROUPS, TABLE

_DREAMT = ("preset", "source")  # actions that are called by no param, and change what is dreamt
_WHOLE = 0.1  # of a param's range is what a route adds at most, where it does not say
_SPEED = 0.25  # of its range that a nudge moves it in a second at most
_FARTHEST = 1e6  # that a route may say beyond a range


class Route(BaseModel):
    """A signal's way to a param, whose value it gives, adds to or nudges, or to an action.

    The signal's 0..1, times the sensitivity, goes through the dead zone (the share of it, at its lower end,
    that counts as 0; of a nudge about the middle) and the curve (its power: above 1 a gentle start), is
    followed with `attack` and `release` (seconds in which 63 % of the way up or down are gone), and comes to
    `low`..`high`, of which the first may be the larger. An action is pressed at the half, and let go below
    0.4. What a hand moves sets the hand's own value, with soft `takeover` only once it has passed that.
    `lamp` is what the lamp of a MIDI button is told to be lit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    signal: str
    to: str
    mode: Literal["set", "add", "nudge"] = "set"
    low: float | None = Field(None, ge=-_FARTHEST, le=_FARTHEST)
    high: float | None = Field(None, ge=-_FARTHEST, le=_FARTHEST)
    sensitivity: float = Field(1.0, ge=0.01, le=100)
    curve: float = Field(1.0, ge=0.1, le=10)
    dead: float = Field(0.0, ge=0, le=0.95)
    attack: float = Field(0.0, ge=0, le=60)
    release: float = Field(0.0, ge=0, le=60)
    takeover: bool = True
    lamp: int = Field(127, ge=1, le=127)
    on: bool = True

    @property
    def param(self) -> ParamInfo | None:
        """The param that it goes to; None where that is an action."""
        return TABLE.get(self.to)

    @property
    def dreamt(self) -> bool:
        """Whether what it moves is seen in the next frames that are dreamt, and not on the screen at once."""
        name = self.to.partition(".")[0]
        return name in _DREAMT or (name in TABLE and TABLE[name].group not in LIVE_GROUPS)

    @property
    def span(self) -> tuple[float, float]:
        """Where the signal's 0 and 1 come to, in the param's own numbers; of a nudge a second."""
        info = self.param
        if info is None or info.low is None or info.high is None:
            return 0.0, 1.0
        width = (_SPEED if self.mode == "nudge" else _WHOLE) * (info.high - info.low)
        low, high = (info.low, info.high) if self.mode == "set" else (-width, width)
        return low if self.low is None else self.low, high if self.high is None else self.high

    @property
    def ends(self) -> tuple[str, str]:
        """The control that it comes from, and what it goes to."""
        return control_of(self.signal), self.to

    def place(self, value: float) -> float:
        """Return where its signal must stand, 0 to 1, for a param to have a value, as near as it can."""
        low, high = self.span
        share = min(max((value - low) / (high - low), 0.0), 1.0) if high != low else 0.0
        whole = share ** (1 / self.curve) * (1 - self.dead) + self.dead if share else 0.0
        return min(whole / self.sensitivity, 1.0)


def besides(routes: Iterable[Route], others: Iterable[Route]) -> list[Route]:
    """Return the routes that have not both ends of one of the others."""
    taken = {route.ends for route in others}
    return [route for route in routes if route.ends not in taken]


def route_of(record: dict[str, Any], actions: Collection[str]) -> Route:
    """Return the route that a record tells of; ControlError names the field that is missing or wrong."""
    try:
        route = Route.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        known = nearest(name, Route.model_fields) if first["type"] == "extra_forbidden" else first["msg"]
        raise ControlError(f"{name}: {known}") from error
    signal = signal_of(route.signal, Board())
    today = action_of_today(route.to)
    route = route.model_copy(update={"to": today})
    info = route.param
    if info is None and today not in actions:
        raise ControlError(f"to: no param or action '{today}'; {nearest(today, [*TABLE, *actions])}")
    if info is not None:
        _check_param(info, route.mode, signal)
    elif signal.turns:
        raise ControlError(f"to: the encoder '{route.signal}' has steps, which nudge a param")
    return route


def _check_param(info: ParamInfo, mode: str, signal: Signal) -> None:
    """Raise ControlError where a param cannot be moved so by such a signal."""
    if signal.turns:
        if mode != "nudge":
            raise ControlError(f"mode: the encoder '{signal.name}' has steps: \"nudge\" is needed")
        if info.step is None and info.stepped is None and not isinstance(info.default, bool):
            raise ControlError(f"to: {info.name} has no steps")
    elif (info.low is None or info.high is None) and (mode == "nudge" or not isinstance(info.default, bool)):
        raise ControlError(f"to: {info.name} is no number in a range, and no switch; an action may move it")
