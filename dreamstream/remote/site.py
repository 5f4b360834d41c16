"""The site: the page by HTTP, and what goes to and fro by a websocket, on one port."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from websockets.asyncio.server import Server, ServerConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from dreamstream.controls.door import PATIENCE, Door, is_own, served
from dreamstream.controls.limits import Budget, Refusals
from dreamstream.errors import ControlError
from dreamstream.remote.address import Token
from dreamstream.remote.client import Client, News
from dreamstream.remote.taker import Taker, command_of

_ALIVE = 10.0  # seconds from one question to a client whether it is there to the next, and for its answer
_LARGEST = 4096  # bytes of a message: no param is longer as text
_RATE, _BREATH = 1000, 0.05  # messages a second that are taken from all; seconds that one waits beyond
_WRONG_TOKEN = 4001

_FOLDER = Path(__file__).parent / "page"
_FILES = {"/": "index.html", "/remote.js": "remote.js", "/remote.css": "remote.css"}
_KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_GUARD = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Connection": "close",
}


class Site:
    """Serves the page to all, and the show to those who know the token; `news` says how things stand."""

    def __init__(
        self,
        token: Token,
        taker: Taker,
        news: Callable[[], News],
        refusals: Refusals,
        clock: Callable[[], float],
    ) -> None:
        self._token, self._taker, self._news, self._refusals = token, taker, news, refusals
        self._clock, self._budget = clock, Budget(_RATE, clock)
        self._pages = {path: (_FOLDER / name).read_bytes() for path, name in _FILES.items()}
        self.clients: set[Client] = set()

    def serve(self, listens: socket.socket, door: Door) -> Server:
        """Return the server of a socket that listens, for `async with`."""
        alive = {"ping_interval": _ALIVE, "ping_timeout": _ALIVE}
        return served(self._play, self._answer, listens, door, _LARGEST, **alive)

    def changed(self) -> None:
        """Have all clients told what is new."""
        for client in self.clients:
            client.new.set()

    async def _play(self, connection: ServerConnection) -> None:
        """Have somebody play who knows the token, until they have gone."""
        client = Client(connection, self._clock)
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            if not await self._is_let_in(connection):
                self._refusals.add(
                    f"from {client.where}: a wrong token; the terminal shows the right address"
                )
                await connection.close(_WRONG_TOKEN, "wrong token: open the address that the terminal shows")
                return
            self.clients.add(client)
            client.new.set()
            feeding = asyncio.create_task(self._feed(client, connection))
            try:
                async for data in connection:
                    while not (client.budget.take() and self._budget.take()):
                        await asyncio.sleep(_BREATH)  # what is sent meanwhile waits with the sender
                    self._taker.take(data, client)
            finally:
                feeding.cancel()
                self.clients.discard(client)
                self._taker.leave(client)

    async def _is_let_in(self, connection: ServerConnection) -> bool:
        try:
            verb, text = command_of(await asyncio.wait_for(connection.recv(), PATIENCE))
        except ControlError:
            return False
        return verb == "token" and self._token.opens(text)

    async def _feed(self, client: Client, connection: ServerConnection) -> None:
        try:
            await client.feed(self._news)
        except (ConnectionClosed, TimeoutError):
            connection.transport.abort()

    def _answer(self, request: Request) -> Response | None:
        """Return the answer to a request; None has it go on as a websocket."""
        if request.method != "GET":
            return _response(HTTPStatus.METHOD_NOT_ALLOWED)
        if "Upgrade" in request.headers:
            if is_own(request.headers, same_port=True):
                return None
            self._refusals.add("from a page of another site, which may not play")
            return _response(HTTPStatus.FORBIDDEN)
        path = request.path.partition("?")[0]
        if path not in self._pages:
            return _response(HTTPStatus.NOT_FOUND)
        return _response(HTTPStatus.OK, self._pages[path], _KINDS[Path(_FILES[path]).suffix])


def _response(status: HTTPStatus, body: bytes = b"", kind: str = "text/plain") -> Response:
    body = body or f"{status.phrase}\n".encode()
    headers = Headers(_GUARD)
    headers["Content-Type"], headers["Content-Length"] = f"{kind}; charset=utf-8", str(len(body))
    return Response(status.value, status.phrase, headers, body)
