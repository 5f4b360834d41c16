"""The door: which connections are let in, how many, and from whose pages; and the server behind it."""

import ipaddress
import logging
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.protocol import State

from dreamstream.controls.limits import Budget

PATIENCE = 5.0
"""Seconds for a request to come."""

_EACH_SECOND = 200  # new connections
_quiet = logging.getLogger(f"{__name__}.connections")
_quiet.disabled = True  # whatever comes in at a port is not the operator's business, and tokens are in no log


class Door:
    """Lets so many connections in at once, of those who may send."""

    def __init__(self, may_send: Callable[[str], bool], clock: Callable[[], float], most: int = 64) -> None:
        self._may_send, self._budget, self._most = may_send, Budget(_EACH_SECOND, clock), most
        self._inside: set[ServerConnection] = set()

    def enter(self, connection: ServerConnection) -> bool:
        """Return whether a connection may come in."""
        sender = connection.transport.get_extra_info("peername")  # None of one that has gone already
        if len(self._inside) >= self._most or not sender:
            return False
        if not self._may_send(sender[0]) or not self._budget.take():
            return False
        self._inside.add(connection)
        return True

    def leave(self, connection: ServerConnection) -> None:
        """Forget one that has gone."""
        self._inside.discard(connection)

    def shut(self) -> None:
        """End those that have asked for nothing yet: the others are told that it is over."""
        for connection in tuple(self._inside):
            if connection.state is State.CONNECTING:
                connection.transport.abort()


class Connection(ServerConnection):
    """A connection that is ended before it is read, where the door is shut."""

    def __init__(self, *arguments: Any, door: Door, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._door = door

    def connection_made(self, transport: Any) -> None:
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        if not self._door.enter(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        super().connection_lost(exc)
        self._door.leave(self)


def served(
    play: Callable[[ServerConnection], Awaitable[None]],
    answer: Callable[[Request], Response | None],
    listens: socket.socket,
    door: Door,
    largest: int,
    **more: float,
) -> Server:
    """Return the server of a socket that listens, for `async with`.

    `answer` is what a request by HTTP gets, None where it is to be a websocket's; that is given to `play`.
    `largest` is how many bytes a message may have, `more` are options of the library's `serve`.
    """
    return serve(
        play,
        sock=listens,
        process_request=lambda connection, request: answer(request),
        create_connection=partial(Connection, door=door),  # type: ignore[arg-type]  # or what makes one
        compression=None,
        open_timeout=PATIENCE,
        close_timeout=1,
        max_size=largest,
        logger=_quiet,
        **more,  # type: ignore[arg-type]
    )


def is_own(headers: Headers, same_port: bool = False) -> bool:
    """Return whether a websocket is a program's, or of a page from here: no other site may play the show.

    A page's own name for this machine proves nothing, its address does. Where it must be of the `same_port`,
    it is this program's.
    """
    try:
        origins, hosts = headers.get_all("Origin"), headers.get_all("Host")
        if not origins:
            return True
        origin, host = urlsplit(origins[0]), urlsplit(f"//{hosts[0]}")
        if origin.hostname != "localhost":
            ipaddress.ip_address(origin.hostname or "")
        is_here = origin.port == host.port or not same_port
    except (ValueError, IndexError):
        return False
    return origin.hostname == host.hostname and is_here
