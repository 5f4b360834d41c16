"""A client: one open page, with what it knows, what it holds, and what it is to be told next.

Nothing waits in a queue for it: whenever it has taken the last message, the next is made of what has changed
since then. One that is slow misses what was in between, and nobody waits for it.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from websockets.asyncio.server import ServerConnection

from dreamstream.controls.limits import Budget
from dreamstream.controls.values import PARAMS, message_value
from dreamstream.params import Params
from dreamstream.remote.pictures import Pictures
from dreamstream.remote.tables import Table

_RATE = 100  # messages a second that are taken from one
_PATIENCE = 10.0  # seconds that a message may take to be on its way


class News(NamedTuple):
    """How things stand, for all clients."""

    tables: Table
    hand: Params
    state: Table
    pictures: Pictures


class Client:
    """One page; `feed` tells it what is new, as fast as it takes it."""

    def __init__(self, connection: ServerConnection, clock: Callable[[], float]) -> None:
        self._connection, self.budget = connection, Budget(_RATE, clock)
        self.knows: dict[str, Any] = {}
        """What it was told last of the params, or has set."""
        self.held: set[str] = set()
        """The actions that it holds down."""
        self.refused = ""
        """What is to be said of what it sent last."""
        self._sees = True  # whether it has shown the picture that it was sent last, and may be sent another
        self._number = 0
        self._hand: Params | None = None  # which it knows all of
        self._tables: Table | None = None
        self._state: Table | None = None
        self.new = asyncio.Event()
        """Set where there may be something to tell it."""

    @property
    def where(self) -> str:
        """Where it is, in words."""
        host, port, *_ = self._connection.remote_address or ("nowhere", 0)
        return f"{host}:{port}"

    def saw(self) -> None:
        """Take note that it has shown the picture that it was sent."""
        self._sees = True
        self.new.set()

    def forget(self, name: str) -> None:
        """Have it told of a param, whatever it knows."""
        self.knows.pop(name, None)
        self._hand = None

    async def feed(self, news: Callable[[], News]) -> None:
        """Tell it what is new, until it has gone, or takes too long."""
        while True:
            await self.new.wait()
            self.new.clear()
            for message in self._messages(news()):
                await asyncio.wait_for(self._connection.send(message), _PATIENCE)

    def _messages(self, news: News) -> Iterator[str | bytes]:
        if self._tables is not news.tables:
            self._tables = news.tables
            yield json.dumps({"tables": news.tables})
        if self._hand is not news.hand:
            self._hand, changed = news.hand, self._changed(news.hand)
            self.knows |= changed
            if changed:
                yield json.dumps({"params": {name: message_value(value) for name, value in changed.items()}})
        if self._state != news.state:
            self._state = news.state
            yield json.dumps(news.state)
        if self.refused:
            text, self.refused = self.refused, ""
            yield json.dumps({"refused": text})
        if self._sees and news.pictures.number != self._number:
            self._sees, self._number = False, news.pictures.number
            yield news.pictures.jpeg

    def _changed(self, hand: Params) -> dict[str, Any]:
        return {name: hand[name] for name in PARAMS if self.knows.get(name) != hand[name]}
