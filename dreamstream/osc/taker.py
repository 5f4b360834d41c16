"""The taker: does what messages say. What is wrong is refused here, and never reaches the show.

message -> param: checked -> inbox   action -> inbox   beats -> tempo   other address -> a signal of the board
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from dreamstream.controls import Action, Inbox
from dreamstream.controls.limits import Budget, Later, Refusals
from dreamstream.controls.values import PARAMS, is_within, param_called, value_of
from dreamstream.errors import ControlError, DreamstreamError, nearest
from dreamstream.osc import space
from dreamstream.osc.clients import Client, Clients
from dreamstream.osc.packets import Message, messages_of
from dreamstream.osc.signals import Signals
from dreamstream.osc.space import ACTION, PARAM, ROOT
from dreamstream.params import ParamStore

_CHECKS, _PRESSES = 100, 100  # a second: texts and switches that are checked; actions
_AHEAD, _MOST_WAITING = 60.0, 1024  # seconds until a message may be due; messages that wait
_AGAIN = 0.1  # seconds until what was too much is looked at again

Lead = Callable[[float, float], None]
"""Takes a tempo in beats a minute, and how many beats have been counted."""


def lead_nobody(bpm: float, beats: float) -> None:
    """Set no tempo."""


class Taker:
    """Takes packets of all senders, on one thread; `later` has things done there."""

    def __init__(
        self,
        inbox: Inbox,
        signals: Signals,
        store: ParamStore,
        actions: Mapping[str, Action],
        clients: Clients,
        refusals: Refusals,
        later: Later,
        clock: Callable[[], float] = time.monotonic,
        lead: Lead = lead_nobody,
    ) -> None:
        self._lead = lead
        self._inbox, self._signals, self._store, self._clients = inbox, signals, store, clients
        self._actions, self._refusals, self._later = actions, refusals, later
        self._checks, self._presses = Budget(_CHECKS, clock), Budget(_PRESSES, clock)
        self._unchecked: dict[str, tuple[Message, Client]] = {}
        self._held: set[str] = set()
        self._waiting = 0

    def take(self, packet: bytes, sender: Client) -> None:
        """Do what a packet says, each message at once or when it is due."""
        try:
            messages = messages_of(packet)
        except ControlError as error:
            self._refusals.add(f"from {sender.where}: {error}")
            return
        for due, group in groupby(messages, attrgetter("due")):
            together, wait = list(group), due - time.time() if due else 0.0
            if wait <= 0:
                self._do_all(together, sender)
            elif wait > _AHEAD:
                problem = f"due in {wait:.0f} s, and {_AHEAD:.0f} are kept: whose clock errs?"
                self._refuse(together[0], sender, problem)
            elif self._waiting + len(together) > _MOST_WAITING:
                self._refuse(together[0], sender, f"{_MOST_WAITING} messages wait already to be due")
            else:
                self._waiting += len(together)
                self._later(wait, partial(self._do_waiting, together, sender))

    def _do_waiting(self, messages: Sequence[Message], sender: Client) -> None:
        self._waiting -= len(messages)
        self._do_all(messages, sender)

    def _do_all(self, messages: Sequence[Message], sender: Client) -> None:
        for message in messages:
            self._do(message, sender)

    def _do(self, message: Message, sender: Client) -> None:
        address, values = message.address, message.values
        try:
            if not address.startswith(f"{ROOT}/"):
                self._signals.put(address, values)
            elif address.startswith(PARAM):
                self._param(message, sender)
            elif address.startswith(ACTION):
                self._action(address.removeprefix(ACTION), space.is_down(values))
            elif address == space.TEMPO:
                self._lead(*space.tempo_of(values))
            elif address == space.SUBSCRIBE:
                self._subscribe(values, sender)
            elif address == space.UNSUBSCRIBE:
                self._clients.drop(sender.key)
            else:
                raise ControlError(f"no such address; {PARAM}NAME or {ACTION}NAME is needed")
        except DreamstreamError as error:
            self._refuse(message, sender, str(error))
        except Exception as error:  # that nobody has foreseen: the next message is done all the same
            self._refuse(message, sender, f"it failed: {error!r}")

    def _refuse(self, message: Message, sender: Client, problem: str) -> None:
        values = " ".join(str(value)[:40] for value in message.values[:3])
        self._refusals.add(f"{message.address[:80]} {values} from {sender.where}: {problem}")

    def _param(self, message: Message, sender: Client) -> None:
        """Set a param, or tell the sender what it is."""
        name, values = param_called(message.address.removeprefix(PARAM)), message.values
        if name is None:
            raise ControlError(self._unknown("param", message.address.removeprefix(PARAM), PARAMS))
        if not values or values == (None,):
            self._clients.get(sender).tell(name, self._store.hand[name])
            return
        value = value_of(PARAMS[name], values)
        if not is_within(PARAMS[name], value):
            if not self._checks.take():  # of what is too much the newest counts, later
                if not self._unchecked:
                    self._later(_AGAIN, self._check)
                self._unchecked[name] = message, sender
                return
            value = self._store.check(**{name: value})[name]
        self._unchecked.pop(name, None)
        self._inbox.set(name, value)
        self._clients.get(sender).knows[name] = value

    def _check(self) -> None:
        """Take what was too much before."""
        waiting, self._unchecked = self._unchecked, {}
        for message, sender in waiting.values():
            self._do(message, sender)

    def _action(self, name: str, down: bool | None) -> None:
        """Press an action, let it go, or both."""
        if down is False:
            if name in self._held:  # what was not pressed here is not ours to let go
                self._held.discard(name)
                self._inbox.release(name)
            return
        if name not in self._actions:
            raise ControlError(self._unknown("action", name, self._actions))
        if not self._presses.take():
            raise ControlError(f"more than {_PRESSES} actions in a second")
        self._inbox.press(name)
        if down is None:
            self._inbox.release(name)
        else:
            self._held.add(name)

    def _subscribe(self, values: tuple[Any, ...], sender: Client) -> None:
        """Tell a sender of all that changes, at its own port or another."""
        if values and values != (None,):
            (port,) = values if len(values) == 1 else (None,)
            if not (isinstance(port, float | int) and port == port // 1 and 0 < port < 65_536):
                raise ControlError("the port where you listen is needed, or nothing: then it is yours")
            sender.answer_at(int(port))
        self._clients.subscribe(sender)

    def _unknown(self, kind: str, name: str, known: Iterable[str]) -> str:
        """Return what is said of a name that is not there; a hint takes long, and is not for each."""
        hint = f"; {nearest(name[:40], tuple(known))}" if self._refusals.open else ""
        return f"no {kind} '{name[:40]}'{hint}"
