"""Feedback: what faders, knobs and lamps of a device should show, so that it is as the show is.

routes, the hand's params -> Feedback.shown -> name of a control -> 0..1 -> messages
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dreamstream.controls import Action, Route
from dreamstream.controls.actions import Kind
from dreamstream.knobs import Chain, links_of
from dreamstream.midi.ports import is_like
from dreamstream.params import TABLE, Params

if TYPE_CHECKING:
    from mido import Message

_REST = 0.5  # seconds after which a hand has let go of a fader
_AGAIN = 5.0  # seconds: a device may lose what it was told, as one that changes its page does


class Feedback:
    """Works out what controls show: `routes` and `hand` give those of the moment. For any one thread."""

    def __init__(
        self, routes: Callable[[], Sequence[Route]], hand: Callable[[], Params], actions: Mapping[str, Action]
    ) -> None:
        self._routes, self._hand, self._actions = routes, hand, actions
        self._seen: tuple[Sequence[Route], Params] | None = None
        self._shown: dict[str, tuple[float, bool]] = {}

    def shown(self) -> Mapping[str, tuple[float, bool]]:
        """Return what each control of a route shows, 0 to 1, and whether it is a lamp, by its name."""
        seen = (self._routes(), self._hand())
        if self._seen is None or seen[1] is not self._seen[1] or seen[0] != self._seen[0]:
            self._seen, self._shown = seen, {}
            for route in seen[0]:
                value = _shown(route, seen[1], self._actions.get(route.to))
                if value is not None:
                    lamp = _is_lamp(route)
                    self._shown[route.signal] = (value * route.lamp / 127 if lamp else value, lamp)
        return self._shown


class Shown:
    """What one device shows now; `heard` says where its controls were put by hand, and when."""

    def __init__(self, port: str, heard: Mapping[str, tuple[float, float]]) -> None:
        self._port, self._heard = port, heard
        self._sent: dict[str, tuple[Sequence[Message], float]] = {}

    def due(self, shown: Mapping[str, tuple[float, bool]], now: float) -> "Iterable[Message]":
        """Give the messages that make it show what it should.

        A control without its port's name must have come from here first. What a hand moves this moment is
        left to it; a lamp that its device may have switched by itself is set again, and all is now and then.
        """
        for signal, (value, lamp) in shown.items():
            name, _, port = signal.partition("@")
            stood, when = self._heard.get(name, (None, -1.0))
            if not is_like(self._port, port) or (not port and stood is None):
                continue
            messages = messages_of(name, value)
            sent, then = self._sent.get(name, ([], -1.0))
            if when > then and not lamp and stood is not None:
                if now - when < _REST:
                    continue
                sent = messages_of(name, stood)
            if messages != sent or (lamp and when > then) or now - max(then, when) > _AGAIN:
                self._sent[name] = (messages, now)
                yield from messages


def messages_of(name: str, value: float) -> "list[Message]":
    """Return the messages that put a control where 0..1 is; none for what cannot be shown."""
    from mido import Message

    kind, *numbers = name.removeprefix("midi:").split(":")
    if not numbers or not all(number.isdecimal() for number in numbers):
        return []  # an encoder stands nowhere
    channel = int(numbers[0]) - 1

    def control(number: int, value: int) -> "Message":
        return Message("control_change", channel=channel, control=number, value=value)

    coarse, fine = divmod(round(value * 16383), 128)
    match kind:
        case "cc":
            return [control(int(numbers[1]), round(value * 127))]
        case "note":
            return [Message("note_on", channel=channel, note=int(numbers[1]), velocity=round(value * 127))]
        case "cc14":
            return [control(int(numbers[1]), coarse), control(int(numbers[1]) + 32, fine)]
        case "nrpn":
            high, low = divmod(int(numbers[1]), 128)
            return [control(99, high), control(98, low), control(6, coarse), control(38, fine)]
        case "bend":
            return [Message("pitchwheel", channel=channel, pitch=round(value * 16383) - 8192)]
    return []


def _is_lamp(route: Route) -> bool:
    return route.param is None or isinstance(route.param.default, bool)


def _shown(route: Route, params: Params, action: Action | None) -> float | None:
    """Return what the control of a route shows, 0 to 1; None where it shows nothing."""
    if not route.signal.startswith("midi:") or route.mode != "set":
        return None
    if route.param is None:
        on = None if action is None else _is_on(action, params)
        return None if on is None else float(on)
    return route.place(float(params[route.to]))


def _is_on(action: Action, params: Params) -> bool | None:
    """Return whether what an action does stands now; None where that is not to be said."""
    if not action.param:
        return None
    info, now = TABLE[action.param], params[action.param]
    if action.kind is Kind.SET:
        return bool(now == action.value)
    if action.kind in (Kind.LINK, Kind.HOLD) and isinstance(info.stepped, Chain):
        return any(link.name == action.value for link in links_of(now, info.stepped))
    return _switched(info.default, now)


def _switched(default: Any, now: Any) -> bool | None:
    return bool(now) if isinstance(default, bool) else None
