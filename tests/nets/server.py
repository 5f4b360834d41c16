"""A web server on loopback that does as each test says: right, cut off, lying, endless."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BODY = random.Random(5).randbytes(300_000)

Answer = Callable[["Handler"], None]
Start = Callable[..., "Server"]


class Server(ThreadingHTTPServer):
    """Serves `body` in the way of `plan`: one answer a request, the last one for all that follow."""

    daemon_threads = True

    def __init__(self, body: bytes, *plan: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body, self.plan, self.etag = body, list(plan) or [whole], '"one"'
        self.asked: list[dict[str, str]] = []

    def url(self, path: str = "net.caffemodel") -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def ranges(self) -> list[str]:
        """The Range header of each request so far."""
        return [headers.get("Range", "") for headers in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        answer = self.server.plan.pop(0) if len(self.server.plan) > 1 else self.server.plan[0]
        with suppress(OSError):  # the other side has enough
            answer(self)

    def begin(self, code: int, **headers: str | int) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def start(self) -> int:
        """The byte that is asked for, if the ETag still holds."""
        asked = self.headers.get("Range", "")
        same = self.headers.get("If-Range", self.server.etag) == self.server.etag
        return int(asked[6:-1]) if asked and same else 0

    def log_message(self, format: str, *args: object) -> None:
        pass


def whole(handler: Handler) -> None:
    """As a good server does: ranges, If-Range, ETag."""
    cut_at(len(handler.server.body))(handler)


def cut_at(end: int) -> Answer:
    """Say the whole length, and stop after the body's byte `end`."""

    def answer(handler: Handler) -> None:
        body, start = handler.server.body, handler.start()
        if start:
            extent = f"bytes {start}-{len(body) - 1}/{len(body)}"
            handler.begin(206, Content_Length=len(body) - start, Content_Range=extent)
        else:
            handler.begin(200, Content_Length=len(body), ETag=handler.server.etag)
        handler.wfile.write(body[start:end])

    return answer


def cut_after(count: int) -> Answer:
    """Say the whole length, and stop `count` bytes on."""
    return lambda handler: cut_at(handler.start() + count)(handler)


def full(handler: Handler) -> None:
    """Know nothing of ranges."""
    handler.begin(200, Content_Length=len(handler.server.body))
    handler.wfile.write(handler.server.body)


def claiming(length: int | None) -> Answer:
    """Say another length (or none), send the body."""

    def answer(handler: Handler) -> None:
        handler.begin(200, **({} if length is None else {"Content_Length": length}))
        handler.wfile.write(handler.server.body)

    return answer


def status(code: int, **headers: str | int) -> Answer:
    return lambda handler: handler.begin(code, **headers)


def endless(handler: Handler) -> None:
    """The body again and again, as long as anybody listens."""
    handler.begin(200)
    while True:
        handler.wfile.write(handler.server.body)


def quiet(done: int, total: int) -> None:
    """Report to nobody."""


def left(target: Path) -> set[str]:
    """What is beside the target, but for the empty file of the lock."""
    return {path.name for path in target.parent.iterdir() if path.suffix != ".lock"}


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="server")
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
