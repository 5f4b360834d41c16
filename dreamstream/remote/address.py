"""The address of the page: where it listens, the token that opens it to others, and both as a QR code."""

import hmac
import io
import ipaddress
import secrets
import socket

import segno

from dreamstream.errors import ControlError, reason

_BYTES = 16  # of a token
_ELSEWHERE = ("192.0.2.1", 9)  # of the addresses for examples (RFC 5737): nothing is sent there


class Token:
    """What whoever comes from elsewhere must know; empty where only this computer is let in."""

    def __init__(self, needed: bool) -> None:
        self._text = secrets.token_urlsafe(_BYTES) if needed else ""

    def opens(self, text: object) -> bool:
        """Return whether a text is it, in a time that tells nothing of it."""
        return isinstance(text, str) and hmac.compare_digest(
            text.encode("utf-8", "replace"), self._text.encode()
        )

    def after(self, url: str) -> str:
        """Return an address with it, where browsers keep it to themselves."""
        return f"{url}#{self._text}" if self._text else url


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; ControlError where that cannot be."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        why = reason(error).partition(" (while")[0]  # Python's own words for the same
        raise ControlError(f"--remote {host}:{port}: {why}; another is needed, as in 8000") from error


def is_here(listens: socket.socket) -> bool:
    """Return whether only this computer reaches a socket."""
    return ipaddress.ip_address(listens.getsockname()[0].partition("%")[0]).is_loopback


def url_of(listens: socket.socket) -> str:
    """Return the address of a socket's page, as others reach it."""
    host, port = listens.getsockname()[:2]
    if ipaddress.ip_address(host.partition("%")[0]).is_unspecified:
        host = _own_address(listens.family)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _own_address(family: socket.AddressFamily) -> str:
    """Return the address that this computer has in its network; its own for itself where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_ELSEWHERE)
            return str(asking.getsockname()[0])
        except OSError:
            return "127.0.0.1" if family is socket.AF_INET else "::1"


def qr_code(url: str) -> str:
    """Return an address as a code that phones read, of letters for a terminal."""
    text = io.StringIO()
    segno.make(url, micro=False).terminal(text, compact=True)
    return text.getvalue().rstrip("\n")
