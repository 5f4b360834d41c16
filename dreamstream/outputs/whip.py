"""WebRTC to a server that is asked by HTTP: WHIP, as streaming sites and media servers take it (RFC 9725).

an offer, by POST to the URL -> an answer; Stream's packets -> Peer -> the server; DELETE in the end
"""

import os
from collections.abc import Sequence
from email.message import Message
from typing import IO, TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from dreamstream.errors import OutputError, reason
from dreamstream.frame import Frame
from dreamstream.outputs.stream import Protocol, Stream

if TYPE_CHECKING:
    from dreamstream.outputs.peer import Peer

_ANSWERING, _LEAVING = 10.0, 1.0  # seconds that the server has to answer an offer, and a farewell
_LONGEST = 1 << 20  # bytes of an answer
_NEEDED = "an address is needed, as in whip:https://live.example/whip/stage"


class Whip(Stream):
    """Sends to a URL, in which `TOKEN@` may stand before the host. It connects with the first picture."""

    def __init__(self, where: str) -> None:
        check(where)
        super().__init__(os.devnull, Protocol("h264"))  # the packets go elsewhere
        parts = urlsplit(where)
        token, _, host = parts.netloc.rpartition("@")
        self._url = parts._replace(netloc=host).geturl()
        self._opener = build_opener(Bearer(parts.scheme, host, unquote(token)))
        self._session = ""  # the URL by which it is ended
        self._peer: Peer | None = None

    def send(self, frame: Frame) -> None:
        """See `Sender`."""
        if self._peer is None:
            from dreamstream.outputs.peer import Peer

            self._peer = Peer()
            self._peer.accept(self._answered(self._peer.offer()))
        super().send(frame)

    def close(self) -> None:
        """See `Sender`."""
        super().close()
        if self._session:
            self._ask(Request(self._session, method="DELETE"), _LEAVING)
        if self._peer is not None:
            self._peer.close()

    def _give(self, packets: Sequence[Any]) -> None:
        assert self._peer is not None
        for packet in packets:
            self._peer.send(packet)

    def _is_lost(self) -> bool:
        return self._peer is not None and self._peer.is_lost()

    def _answered(self, offer: str) -> str:
        """Show the server an offer, and return its answer, both as session descriptions (SDP)."""
        request = Request(self._url, offer.encode(), {"Content-Type": "application/sdp"}, method="POST")
        self._session, answer = self._ask(request, _ANSWERING)
        return answer

    def _ask(self, request: Request, patience: float) -> tuple[str, str]:
        """Return the URL of the session, if there is one, and the answer's text."""
        try:
            with self._opener.open(request, timeout=patience) as answer:
                location = answer.headers.get("Location")
                url = urljoin(answer.url, location) if location else ""
                return url, answer.read(_LONGEST).decode(errors="replace")
        except HTTPError as error:
            hint = (
                "; it wants a token, as in whip:https://TOKEN@HOST/PATH" if error.code in (401, 403) else ""
            )
            raise OutputError(f"the server says {error.code} {error.reason}{hint}") from None
        except URLError as error:
            why = error.reason
            raise OutputError(reason(why) if isinstance(why, BaseException) else why) from None


class Bearer(HTTPRedirectHandler):
    """Shows a host, and no other, the token, and never in clear where it was to be hidden.

    Asks where the server sends it to, as it has asked there.
    """

    def __init__(self, scheme: str, host: str, token: str) -> None:
        self._schemes, self._host, self._token = {scheme, "https"}, host, token

    def http_request(self, request: Request) -> Request:
        """See `HTTPRedirectHandler`."""
        parts = urlsplit(request.full_url)
        if self._token and parts.netloc == self._host and parts.scheme in self._schemes:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        return request

    https_request = http_request

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        """See `HTTPRedirectHandler`, which gives up where something was sent with the request."""
        if code not in (307, 308):
            return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]
        return Request(newurl, req.data, req.headers, method=req.get_method())


def whip(where: str) -> Whip:
    """Return a stream to a server of WHIP."""
    return Whip(where)


def check(where: str) -> None:
    """Raise OutputError where it is no URL of a server; there may be a token in it."""
    try:
        parts = urlsplit(where)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return
    except ValueError:
        pass
    raise OutputError(f"whip:{where.rpartition('@')[2]}: {_NEEDED}")
