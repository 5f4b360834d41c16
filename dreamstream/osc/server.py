"""OSCQuery: the tree by HTTP, and changes by a websocket, on one port.

Source: the OSC Query Proposal (Vidvox).
"""

import json
import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from websockets.asyncio.connection import broadcast
from websockets.asyncio.server import Server, ServerConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from dreamstream.controls.door import Door, is_own, served
from dreamstream.controls.limits import Budget, Refusals
from dreamstream.controls.values import PARAMS
from dreamstream.osc.clients import Client, Clients
from dreamstream.osc.packets import LARGEST
from dreamstream.osc.space import ACTION, PARAM
from dreamstream.osc.taker import Taker
from dreamstream.osc.tree import ATTRIBUTES, EXTENSIONS, Tree, page

_TREES = 10  # a second: those of many addresses take milliseconds
_UNSENT = 2**20  # bytes that wait for a client that does not read: more, and it is let go


class _Listener(Client):
    """A client at the other end of a websocket."""

    plain = False

    def __init__(self, connection: ServerConnection) -> None:
        super().__init__(connection)
        self._connection = connection

    @property
    def where(self) -> str:
        host, port, *_ = self._connection.remote_address
        return f"{host}:{port}"

    def send(self, packet: bytes) -> None:
        if self._connection.transport.get_write_buffer_size() > _UNSENT:
            self._connection.transport.abort()
        broadcast([self._connection], packet)


class Query:
    """Serves the tree; what it is sent goes to the taker."""

    def __init__(
        self,
        tree: Tree,
        taker: Taker,
        clients: Clients,
        refusals: Refusals,
        port: int,
        clock: Callable[[], float],
    ) -> None:
        self._tree, self._taker, self._clients, self._refusals = tree, taker, clients, refusals
        self._trees = Budget(_TREES, clock)
        self._host_info = {
            "NAME": "dreamstream",
            "EXTENSIONS": dict.fromkeys(EXTENSIONS, True),
            "OSC_PORT": port,
            "OSC_TRANSPORT": "UDP",
        }

    def serve(self, listening: socket.socket, door: Door) -> Server:
        """Return the server of a socket that listens, for `async with`."""
        return served(self._listen, self._answer, listening, door, LARGEST)

    async def _listen(self, connection: ServerConnection) -> None:
        """Take what comes by a websocket until it is closed."""
        client = _Listener(connection)
        try:
            async for data in connection:
                if isinstance(data, bytes):
                    self._taker.take(data, client)
                else:
                    self._command(data, client)
        except ConnectionClosed:
            pass
        finally:
            self._clients.drop(client.key)

    def _command(self, text: str, client: _Listener) -> None:
        """Listen to an address, or no more."""
        try:
            command = json.loads(text)
            kind, path = command["COMMAND"], command["DATA"]
            name = path.removeprefix(PARAM)
            known = kind in ("LISTEN", "IGNORE") and path == PARAM + name and name in PARAMS
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            known = False
        if not known:
            needed = f'{{"COMMAND": "LISTEN" or "IGNORE", "DATA": "{PARAM}NAME"}}'
            self._refusals.add(f"{text[:80]} from {client.where}: {needed} is needed")
        elif kind == "LISTEN":
            client.hears.add(name)
            client.knows.pop(name, None)
            self._clients.add(client)
        else:
            client.hears.discard(name)

    def _answer(self, request: Request) -> Response | None:
        """Return the answer to a request; None has it go on as a websocket."""
        if request.method != "GET":
            return _response(HTTPStatus.METHOD_NOT_ALLOWED)
        if "Upgrade" in request.headers:
            return None if is_own(request.headers) else _response(HTTPStatus.FORBIDDEN)
        try:
            parts = urlsplit(request.path)
        except ValueError:
            return _response(HTTPStatus.BAD_REQUEST)
        query = parts.query.partition("=")[0].partition("&")[0]
        if query == "HOST_INFO":
            return _json(self._host_info)
        path = unquote(parts.path)
        if not path.startswith((PARAM, ACTION)) and not self._trees.take():
            return _response(HTTPStatus.SERVICE_UNAVAILABLE)
        node = self._tree.node(path)
        if node is None:
            return _response(HTTPStatus.NOT_FOUND)
        if query == "HTML" or (not query and "text/html" in request.headers.get("Accept", "")):
            return _response(HTTPStatus.OK, page(node, "dreamstream by OSC"), "text/html; charset=utf-8")
        if not query:
            return _json(node)
        if query not in ATTRIBUTES:
            return _response(HTTPStatus.BAD_REQUEST)
        is_mute = query == "VALUE" and not node["ACCESS"] & 1
        if is_mute or query not in {*EXTENSIONS, "FULL_PATH", "CONTENTS", "TYPE"}:
            return _response(HTTPStatus.NO_CONTENT)
        return _json({query: node[query]} if query in node else {})


def _json(value: Any) -> Response:
    return _response(HTTPStatus.OK, json.dumps(value), "application/json")


def _response(status: HTTPStatus, body: str = "", kind: str = "text/plain") -> Response:
    data = b"" if status is HTTPStatus.NO_CONTENT else (body or f"{status.phrase}\n").encode()
    headers = Headers({"Connection": "close", "Content-Type": kind, "Cache-Control": "no-store"})
    if status is not HTTPStatus.NO_CONTENT:
        headers["Content-Length"] = str(len(data))
    return Response(status.value, status.phrase, headers, data)
