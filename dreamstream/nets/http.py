"""One request over HTTP or HTTPS.

    address -> connection -> redirects, only to http and https -> an answer, or an error of one line

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
_TEMPORARY = RemoteDisconnected, IncompleteRead
_TEMPORARY_TLS = ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError


class CutOffError(Exception):
    """The connection failed: another attempt may bring more."""


def check_address(url: str) -> None:
    """Raise NetError unless this is a valid address that begins with http:// or https://."""
    if not _is_web(url):
        raise NetError(f"'{clean(url)}': an address that begins with http:// or https:// is needed")


def open_address(url: str, headers: dict[str, str]) -> HTTPResponse:
    """Ask for a checked address.

    Raises HTTPError where the server has no file to give, CutOffError where another attempt may help,
    and NetError where it cannot.
    """
    question = request.Request(
        url, headers={"User-Agent": "dreamstream", "Accept-Encoding": "identity", **headers}
    )
    try:
        response: HTTPResponse = request.build_opener(_Redirects).open(question, timeout=TIMEOUT)
    except HTTPError:
        raise
    except (HTTPException, OSError) as error:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, HTTPException) and not isinstance(cause, _TEMPORARY):
            raise NetError(f"{url}: no answer of a web server: {describe(error)}") from error
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _TEMPORARY_TLS):
            raise NetError(f"{url}: no safe connection: {describe(error)}") from error
        if isinstance(cause, str):  # urllib's own refusal: a proxy of a kind that it does not know
            raise NetError(f"{url}: cannot be asked for: {describe(error)}") from error
        raise CutOffError(describe(error)) from error
    except ValueError as error:
        raise NetError(f"{url}: no address that can be opened: {describe(error)}") from error
    return response


def describe(error: Exception) -> str:
    """Return what an error of the connection says, as one short line."""
    return clean(str(getattr(error, "reason", "") or error)) or type(error).__name__


def clean(text: str) -> str:
    """Return a server's text as one short line of printable characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_web and url.isascii() and url.isprintable() and " " not in url


class _Redirects(request.HTTPRedirectHandler):
    """urllib's redirects, but only to http and https, and without reading their bodies."""

    def redirect_request(self, req: request.Request, fp: Any, *rest: Any) -> request.Request | None:
        fp.close()
        if not _is_web(rest[-1]):
            raise NetError(
                f"{req.full_url}: the server sends on to '{clean(rest[-1])}', "
                "and no address but http:// and https:// is followed"
            )
        return super().redirect_request(req, fp, *rest)
