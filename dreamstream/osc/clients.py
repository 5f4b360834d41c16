"""Clients: who is told what the params are, and what each of them knows already.

store's hand -> what a client hears and does not know -> packets
"""

from collections.abc import Hashable, Iterator
from typing import Any

from dreamstream.controls.limits import Later
from dreamstream.controls.values import PARAMS, message_value
from dreamstream.osc.packets import packet_of
from dreamstream.osc.space import PARAM
from dreamstream.params import ParamStore

_EACH = 0.05  # seconds from one telling to the next
_AT_ONCE = 256  # messages of one telling to all
_SUBSCRIBERS = 16


class Client:
    """Whoever sends, and can be sent to; `hears` names the params whose changes it wants to know.

    One that is `subscribed` hears all, whatever comes. `key` tells where it sends from. `plain` says that it
    may know numbers and texts alone. `knows` is what it was told last, or has sent.
    """

    plain = True

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.hears: set[str] = set()
        self.subscribed = False
        self.knows: dict[str, Any] = {}

    @property
    def where(self) -> str:
        """Where it sends from, in words."""
        raise NotImplementedError

    def send(self, packet: bytes) -> None:
        """Send it a packet; one that does not arrive is lost."""
        raise NotImplementedError

    def answer_at(self, port: int) -> None:
        """Have what is sent to it go to another port of its machine, where that can be."""

    def tell(self, name: str, value: Any) -> None:
        """Tell it what a param is."""
        self.send(packet_of(PARAM + name, message_value(value), plain=self.plain))


class Clients:
    """All who are told of changes. For the thread of the messages; `later` has things done there."""

    def __init__(self, store: ParamStore, later: Later) -> None:
        self._store, self._later = store, later
        self._clients: dict[Hashable, Client] = {}
        self._waiting = False

    def __len__(self) -> int:
        return len(self._clients)

    def get(self, sender: Client) -> Client:
        """Return the client that sends from where a sender does, or the sender if it is none."""
        return self._clients.get(sender.key, sender)

    def add(self, client: Client) -> None:
        """Take a client in, in place of that with its key; it is told all that it hears."""
        self._clients[client.key] = client
        self.changed()

    def subscribe(self, sender: Client) -> None:
        """Tell a sender of all params from now on; of too many the one that came first goes."""
        self._clients.pop(sender.key, None)
        sender.subscribed = True
        subscribers = [client.key for client in self._clients.values() if client.subscribed]
        for key in subscribers[: max(len(subscribers) + 1 - _SUBSCRIBERS, 0)]:
            self.drop(key)
        self.add(sender)

    def drop(self, key: Hashable) -> None:
        """Tell a client no more."""
        self._clients.pop(key, None)

    def changed(self) -> None:
        """Have all told soon what they do not know."""
        if self._clients and not self._waiting:
            self._waiting = True
            self._later(_EACH, self._tell)

    def _tell(self) -> None:
        self._waiting, left = False, _AT_ONCE
        for client, name, value in self._news():
            if not left:
                self.changed()  # what is left comes next
                return
            client.knows[name] = value
            client.tell(name, value)
            left -= 1

    def _news(self) -> Iterator[tuple[Client, str, Any]]:
        hand = self._store.hand
        for client in tuple(self._clients.values()):
            for name in sorted(PARAMS if client.subscribed else client.hears):
                if client.knows.get(name) != hand[name]:
                    yield client, name, hand[name]
