"""One request over HTTP or HTTPS, under the eye of a clock.

    address -> connection -> redirects, to the web alone -> an answer whose bytes come fast enough

A socket's timeout counts from the last byte, so a server that sends one each 29 seconds, or `100 Continue`
without end, holds its client for ever. Here each read from the socket asks a clock, too. What a server says
reaches a message only as a short line of printable characters.
"""

import io
import ssl
from collections.abc import Callable
from functools import partial
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from socket import socket
from typing import Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from dreamstream.errors import NetError

Clock = Callable[[], float]
"""Seconds from any beginning, never backwards."""

TIMEOUT = 30.0
"""Seconds without a byte after which a server is given up."""

PERIOD, RATE = 60.0, 100
"""In each PERIOD, in seconds, RATE bytes of the file must come a second; a head must come in one PERIOD."""

_LONGEST = 200
_PASSING = RemoteDisconnected, IncompleteRead
_PASSING_TLS = ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError


class CutOffError(Exception):
    """The connection failed: another attempt may bring more."""


class TooSlowError(CutOffError):
    """The connection is alive, and brings next to nothing."""


def check_address(url: str) -> None:
    """Raise NetError unless this is an address of the web that can be asked for."""
    if not _good(url):
        raise NetError(f"'{clean(url)}': an address that begins with http:// or https:// is needed")


def open_address(url: str, headers: dict[str, str], clock: Clock) -> HTTPResponse:
    """Ask for a checked address; its bytes come by `read1`, and by no other method.

    Raises HTTPError where the server has no file to give, CutOffError where another attempt may help,
    and NetError where it cannot. `read1` raises TooSlowError, and what http.client raises.
    """
    asked = request.Request(
        url, headers={"User-Agent": "dreamstream", "Accept-Encoding": "identity", **headers}
    )
    try:
        response: HTTPResponse = _opener(clock).open(asked, timeout=TIMEOUT)
    except HTTPError:
        raise
    except (HTTPException, OSError) as error:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, HTTPException) and not isinstance(cause, _PASSING):
            raise NetError(f"{url}: no answer of a web server: {told(error)}") from error
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _PASSING_TLS):
            raise NetError(f"{url}: no safe connection: {told(error)}") from error
        if isinstance(cause, str):  # urllib's own refusal: a proxy of a kind that it does not know
            raise NetError(f"{url}: cannot be asked for: {told(error)}") from error
        raise CutOffError(told(error)) from error
    except ValueError as error:
        raise NetError(f"{url}: no address that can be opened: {told(error)}") from error
    return response


def told(error: Exception) -> str:
    """Return what an error of the connection says, fit for a terminal."""
    return clean(str(getattr(error, "reason", "") or error)) or type(error).__name__


def clean(text: str) -> str:
    """Return a server's text as one short line of printable characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _good(url: str) -> bool:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return good and url.isascii() and url.isprintable() and " " not in url


class _Watch:
    """Gives up what brings less than RATE bytes a second over a PERIOD."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.restart()

    def restart(self) -> None:
        self._since, self._came = self._clock(), 0

    def add(self, came: int) -> None:
        self._came += came

    def check(self) -> None:
        if self._clock() - self._since < PERIOD:
            return
        if self._came < PERIOD * RATE:
            raise TooSlowError(f"less than {RATE} bytes of it came a second, for {PERIOD:g} seconds")
        self.restart()


class _WatchedSocket(io.RawIOBase):
    """A connection's bytes; the watch looks before each read, so that none that came is lost."""

    def __init__(self, raw: io.RawIOBase, watch: _Watch) -> None:
        self._raw, self._watch = raw, watch

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._watch.check()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _WatchedResponse(HTTPResponse):
    """http.client's answer; only what `read1` returns counts as bytes of the file."""

    def __init__(self, sock: socket, *rest: Any, clock: Clock, **named: Any) -> None:
        super().__init__(sock, *rest, **named)
        self._watch = _Watch(clock)
        self.fp = io.BufferedReader(_WatchedSocket(self.fp.detach(), self._watch))

    def begin(self) -> None:
        super().begin()
        self._watch.restart()

    def read1(self, n: int = -1) -> bytes:
        block = super().read1(n)
        self._watch.add(len(block))
        return block


class _Handler(request.HTTPHandler, request.HTTPSHandler):
    """urllib's handlers of both schemes, on watched connections."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def http_open(self, req: request.Request) -> HTTPResponse:
        return self.do_open(partial(self._connect, HTTPConnection), req)

    def https_open(self, req: request.Request) -> HTTPResponse:
        return self.do_open(partial(self._connect, HTTPSConnection), req)

    def _connect(self, kind: type[HTTPConnection], host: str, **named: Any) -> HTTPConnection:
        connection = kind(host, **named)
        connection.response_class = partial(_WatchedResponse, clock=self._clock)  # type: ignore[assignment]
        return connection


class _Redirects(request.HTTPRedirectHandler):
    """urllib's redirects, to http and https alone, and without reading what comes along with them."""

    def redirect_request(self, req: request.Request, fp: Any, *rest: Any) -> request.Request | None:
        fp.close()
        if not _good(rest[-1]):
            raise NetError(
                f"{req.full_url}: the server sends on to '{clean(rest[-1])}', "
                "and no address but http:// and https:// is followed"
            )
        return super().redirect_request(req, fp, *rest)


def _opener(clock: Clock) -> request.OpenerDirector:
    """Return urllib's opener for http and https alone: the usual one also follows ftp: and opens file:."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        _Handler(clock),
        _Redirects(),
        request.HTTPErrorProcessor(),
        request.HTTPDefaultErrorHandler(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener
