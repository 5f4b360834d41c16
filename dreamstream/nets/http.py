"""One request over HTTP or HTTPS.

    address -> connection -> redirects, to the web alone -> an answer, or what is wrong in a line

What a server says reaches a message only as a short line of printable characters.
"""

import ssl
from http.client import HTTPException, HTTPResponse, IncompleteRead, RemoteDisconnected
from typing import Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from dreamstream.errors import NetError

TIMEOUT = 30.0
"""Seconds without a byte after which a server is given up."""

_LONGEST = 200
_PASSING = RemoteDisconnected, IncompleteRead
_PASSING_TLS = ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError


class CutOffError(Exception):
    """The connection failed: another attempt may bring more."""


def check_address(url: str) -> None:
    """Raise NetError unless this is an address of the web that can be asked for."""
    if not _good(url):
        raise NetError(f"'{clean(url)}': an address that begins with http:// or https:// is needed")


def open_address(url: str, headers: dict[str, str]) -> HTTPResponse:
    """Ask for a checked address.

    Raises HTTPError where the server has no file to give, CutOffError where another attempt may help,
    and NetError where it cannot.
    """
    asked = request.Request(
        url, headers={"User-Agent": "dreamstream", "Accept-Encoding": "identity", **headers}
    )
    try:
        response: HTTPResponse = _opener().open(asked, timeout=TIMEOUT)
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


def _opener() -> request.OpenerDirector:
    """Return urllib's opener for http and https alone: the usual one also follows ftp: and opens file:."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        _Redirects(),
        request.HTTPErrorProcessor(),
        request.HTTPDefaultErrorHandler(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener
