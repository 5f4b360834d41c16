"""A server of WHIP over loopback, by aiortc: pictures that come are numbered ones."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from dreamstream.size import Size
from tests.fakes import PATIENCE
from tests.outputs.programs import at_home
from tests.outputs.receivers import number_of

TOKEN = "se/same"


class WhipServer:
    """Takes one stream after another at `/live/stage`, from who shows the token; `/moved` leads there."""

    def __init__(self, port: int = 0) -> None:
        at_home()
        self.numbers: list[int] = []
        self.seconds: list[float] = []
        self.size: Size | None = None
        self.asked: list[str] = []
        self.deaf = False
        self._connections: list[RTCPeerConnection] = []
        self._loop = asyncio.new_event_loop()
        handler = type("Bound", (_Handler,), {"whip": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.port = self._http.server_address[1]
        self._threads = [
            threading.Thread(target=run, daemon=True)
            for run in (self._loop.run_forever, self._http.serve_forever)
        ]
        for thread in self._threads:
            thread.start()

    def do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(PATIENCE)

    async def answer(self, offer: str) -> str:
        connection = RTCPeerConnection()
        self._connections.append(connection)
        connection.on("track", lambda track: asyncio.ensure_future(self._receive(track)))
        connection.on("track", lambda track: asyncio.ensure_future(self._want(connection)))
        await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return connection.localDescription.sdp

    async def _receive(self, track: Any) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                picture = await track.recv()
                pixels = picture.to_ndarray(format="rgb24")
                self.size = Size.of(pixels)
                self.seconds.append(float(picture.pts * picture.time_base))
                self.numbers.append(number_of(pixels))

    async def _want(self, connection: RTCPeerConnection) -> None:
        """Ask for a whole picture until one has come, as servers do."""
        before = len(self.numbers)
        while len(self.numbers) == before and connection.connectionState != "closed":
            await asyncio.sleep(0.05)
            for receiver in connection.getReceivers():
                for source in receiver.getSynchronizationSources():
                    await receiver._send_rtcp_pli(source.source)

    async def hang_up(self) -> None:
        """End all connections."""
        while self._connections:
            await self._connections.pop().close()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self.do(self.hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)
        for thread in self._threads:
            thread.join(PATIENCE)
        self._loop.close()


class _Handler(BaseHTTPRequestHandler):
    whip: WhipServer

    def do_POST(self) -> None:
        self.whip.asked.append(f"POST {self.path}")
        offer = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.headers["Content-Type"] == "application/sdp"
        if self.path == "/moved":
            self._say(307, location="/live/stage")
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._say(401)
        elif self.path == "/nonsense":
            self._say(201, "hello")
        else:
            self._say(201, self.whip.do(self.whip.answer(offer)), "/live/session/1")

    def do_DELETE(self) -> None:
        self.whip.asked.append(f"DELETE {self.path}")
        self._say(200 if self.headers["Authorization"] == f"Bearer {TOKEN}" else 401)

    def _say(self, code: int, text: str = "", location: str = "") -> None:
        self.send_response(code)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def whip_server(port: int = 0) -> Iterator[WhipServer]:
    server = WhipServer(port)
    try:
        yield server
    finally:
        server.stop()
