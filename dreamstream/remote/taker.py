"""The taker: does what a page says. What is wrong is refused here, and never reaches the show.

{"set": [NAME, value]} -> checked -> inbox     {"press": NAME}, {"release": NAME}, {"do": NAME} -> inbox
{"seen": true} -> the next picture may come
"""

import json
from collections.abc import Mapping
from typing import Any

from dreamstream.controls import Action, Inbox
from dreamstream.controls.limits import Refusals
from dreamstream.controls.values import PARAMS, is_within, message_value, param_called, value_of
from dreamstream.errors import ControlError, DreamstreamError, nearest
from dreamstream.params import ParamStore
from dreamstream.remote.client import Client

_NEEDED = 'one of {"set": [NAME, value]}, {"do": NAME}, {"press": NAME}, {"release": NAME} is needed'


class Taker:
    """Takes what clients say, on one thread."""

    def __init__(
        self, inbox: Inbox, store: ParamStore, actions: Mapping[str, Action], refusals: Refusals
    ) -> None:
        self._inbox, self._store, self._actions, self._refusals = inbox, store, actions, refusals

    def take(self, data: str | bytes, client: Client) -> None:
        """Do what a message says; what is wrong with it is told to who sent it, and to the operator."""
        try:
            self._do(*command_of(data), client)
        except DreamstreamError as error:
            self._refuse(str(error), client)
        except Exception as error:  # that nobody has foreseen: the next message is taken all the same
            self._refuse(f"it failed: {error!r}", client)

    def _refuse(self, problem: str, client: Client) -> None:
        client.refused = problem
        client.new.set()
        self._refusals.add(f"from {client.where}: {problem}")

    def leave(self, client: Client) -> None:
        """Let go what somebody who has gone holds."""
        for name in client.held:
            self._inbox.release(name)

    def _do(self, verb: str, what: Any, client: Client) -> None:
        match verb, what:
            case "seen", True:
                client.saw()
            case "set", [str(name), value]:
                self._set(name, value, client)
            case "release", str(name):
                if name in client.held:  # what was not pressed there is not its to let go
                    client.held.discard(name)
                    self._inbox.release(name)
            case (("do" | "press"), str(name)):
                if name not in self._actions:
                    raise ControlError(f"no action '{name[:40]}'; {nearest(name[:40], tuple(self._actions))}")
                self._inbox.press(name)
                if verb == "press":
                    client.held.add(name)
                else:
                    self._inbox.release(name)
            case _:
                raise ControlError(_NEEDED)

    def _set(self, called: str, given: Any, client: Client) -> None:
        name = param_called(called)
        if name is None:
            raise ControlError(f"no param '{called[:40]}'; {nearest(called[:40], tuple(PARAMS))}")
        client.forget(name)  # it is told what is so, where this is refused
        value = value_of(PARAMS[name], [given])
        if not is_within(PARAMS[name], value):
            value = self._store.check(**{name: value})[name]
        self._inbox.set(name, value)
        if message_value(value) == given:  # else it is told what has become of it
            client.knows[name] = value


def command_of(data: str | bytes) -> tuple[str, Any]:
    """Return the verb of a message, and what it is about; ControlError where it is none."""
    try:
        ((verb, what),) = json.loads(data).items()
    except (ValueError, AttributeError, RecursionError) as error:
        raise ControlError(_NEEDED) from error
    return verb, what
