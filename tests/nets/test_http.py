"""What servers on loopback do to a client that trusts them: hold it, drip, talk nonsense, send it away."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamstream.errors import NetError
from dreamstream.nets.download import ATTEMPTS, PERIOD, RATE, Download, download
from tests.fakes import PATIENCE, FakeClock
from tests.nets.server import BODY, Answer, Handler, Start, cut_at, full, quiet, status, whole

SHA256 = hashlib.sha256(BODY).hexdigest()


def fetch(url: str, target: Path, clock: Callable[[], float] | None = None) -> list[float]:
    """Fetch the body, and return the waits; nothing here waits for a real clock."""
    waits: list[float] = []
    download(Download(url, len(BODY), {"sha256": SHA256}), target, quiet, waits.append, clock or FakeClock())
    return waits


def sending(*pieces: bytes) -> Answer:
    def answer(handler: Handler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)

    return answer


class Dripping:
    """Sends a piece each third of a period, each when the one before has been seen."""

    def __init__(self, piece: int) -> None:
        self.piece, self.clock, self.done = piece, FakeClock(), 0
        self.seen: list[threading.Semaphore] = []

    def __call__(self, handler: Handler) -> None:
        seen, first = threading.Semaphore(0), handler.start()
        self.seen.append(seen)
        cut_at(first)(handler)  # the head alone
        for begin in range(first, len(BODY), self.piece):
            handler.wfile.write(BODY[begin : begin + self.piece])
            seen.acquire(timeout=PATIENCE)

    def report(self, done: int, total: int) -> None:
        if done > self.done:
            self.clock.advance(PERIOD / 3)
            self.seen[-1].release()
        self.done = done


def test_a_server_that_drips_is_given_up_though_each_attempt_brings_a_little(
    start: Start, target: Path
) -> None:
    dripping, waits = Dripping(1), list[float]()
    server = start(dripping)
    what = Download(server.url(), len(BODY), {"sha256": SHA256})
    with pytest.raises(NetError, match=rf"less than {RATE} bytes .*; the same command again"):
        download(what, target, dripping.report, waits.append, dripping.clock)
    assert (len(server.asked), waits) == (ATTEMPTS, [1.0, 2.0, 4.0])
    kept = target.with_name(f"{target.name}.part").read_bytes()
    assert kept == BODY[: 3 * ATTEMPTS], "what came is kept all the same"


def test_a_slow_server_is_not_given_up(start: Start, target: Path) -> None:
    dripping = Dripping(int(PERIOD * RATE))
    server = start(dripping)
    what = Download(server.url(), len(BODY), {"sha256": SHA256})
    download(what, target, dripping.report, clock=dripping.clock)
    assert target.read_bytes() == BODY
    assert len(server.asked) == 1
    assert dripping.clock() > 10 * PERIOD


def test_what_comes_with_a_redirect_is_not_read(start: Start, target: Path) -> None:
    followed = threading.Event()
    in_time: list[bool] = []

    def elsewhere(handler: Handler) -> None:
        followed.set()
        whole(handler)

    away = start(elsewhere)

    def holding(handler: Handler) -> None:
        handler.begin(302, Location=away.url())
        in_time.append(followed.wait(PATIENCE))

    fetch(start(holding).url(), target)
    assert target.read_bytes() == BODY
    assert in_time == [True]


NASTY = b"\x1b]0;owned\x07\x1b[31m\x9b2J\rover\x08 " + 60_000 * b"x"


@pytest.mark.parametrize(
    "answer",
    [
        sending(b"HTTP/1.1 503 ", NASTY, b"\r\n\r\n"),
        sending(b"HTTP/1.1 404 ", NASTY, b"\r\n\r\n"),
        sending(b"HTTP/1.1 204 ", NASTY, b"\r\n\r\n"),
        sending(b"HTTP/1.1 302 F\r\nLocation: ftp://", NASTY.replace(b"\r", b""), b"\r\n\r\n"),
        sending(NASTY, b"\r\n\r\n"),
        sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", NASTY, b"\r\n"),
    ],
)
def test_a_server_s_text_comes_short_and_printable(start: Start, target: Path, answer: Answer) -> None:
    with pytest.raises(NetError) as caught:
        fetch(start(answer).url(), target)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 400


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(302, Location="ftp://127.0.0.1/x"), r"sends on to 'ftp://127.0.0.1/x', and no address but"),
        (status(302, Location="http://127.0.0.1:x/"), r"sends on to 'http://127.0.0.1:x/', and"),
        (status(302, Location="//127.0.0.1:99999/"), r"sends on to 'http://127.0.0.1:99999/', and"),
        (sending(b"SSH-2.0-OpenSSH_9.2\r\n"), r"no answer of a web server: SSH-2.0-OpenSSH_9.2$"),
        (sending(b"HTTP/3.0 200 OK\r\n\r\n"), r"no answer of a web server: HTTP/3.0$"),
        (sending(b"HTTP/1.1 200 OK\r\n" + 200 * b"a: b\r\n"), r"no answer of a web server: got more than"),
    ],
)
def test_where_another_attempt_cannot_help_there_is_none(
    start: Start, target: Path, answer: Answer, said: str
) -> None:
    server = start(answer)
    with pytest.raises(NetError, match=said) as caught:
        fetch(server.url(), target)
    assert len(server.asked) == 1
    assert "again" not in str(caught.value)


def test_tls_with_a_server_that_has_none_is_told_at_once(start: Start, target: Path) -> None:
    with pytest.raises(NetError, match=r"no safe connection: \[SSL") as caught:
        fetch(start().url().replace("http:", "https:"), target)
    assert "again" not in str(caught.value)


def test_a_proxy_of_an_unknown_kind_is_told_at_once(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(NetError, match=r"cannot be asked for: unknown url type: socks5$"):
        fetch("http://nets.invalid/net.caffemodel", target)


def test_a_connection_that_closes_without_a_word_is_tried_again(start: Start, target: Path) -> None:
    assert fetch(start(sending(), full).url(), target) == [1.0]
    assert target.read_bytes() == BODY
