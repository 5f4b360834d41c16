"""The remote against whom it is not for: wrong tokens, other sites, floods, and those who do not read."""

import http.client
import json
import logging
import random
import socket
import struct
import threading
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dreamstream.errors import ControlError
from dreamstream.remote import Remote
from dreamstream.remote.address import Token
from tests.fakes import PATIENCE, until
from tests.remote.conftest import Page, Show, opened


def get(remote: Remote, path: str, method: str = "GET") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", remote.port, timeout=PATIENCE)
    connection.request(method, path)
    return connection.getresponse()


def test_the_page_and_nothing_else_is_served(remote: Remote) -> None:
    for path, kind in (("/", "html"), ("/remote.js", "javascript"), ("/remote.css?x", "css")):
        answer = get(remote, path)
        assert (answer.status, kind in answer.headers["Content-Type"]) == (200, True)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert b"//" not in answer.read().replace(b"// ", b"").replace(b"//\n", b"").replace(b"://${", b"")
    for path in ("/index.html", "/../control.py", "/%2e%2e/control.py", "//remote.js", "/page/remote.js"):
        assert get(remote, path).status == 404
    assert get(remote, "/", "HEAD").status in (400, 405)


def test_others_than_this_computer_need_the_token(show: Show, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with show.remote("0.0.0.0") as remote:
        url, _, token = remote.address.partition("#")
        assert url == remote.url
        assert len(token) >= 20
        with opened(remote, token) as page:
            page.until(lambda: page.params)
        for wrong in ("", token[:-1], token + "x", "\ud800"):
            with opened(remote, wrong) as page, pytest.raises(ConnectionClosed) as closed:
                page.take()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4001
            assert "the terminal shows" in closed.value.rcvd.reason
        with opened(remote) as page, suppress(ConnectionClosed):  # it may be shown the door before
            page.send(set=["zoom", 0.01])
        (line,) = show.told
        assert "a wrong token" in line
        assert remote.welcome.startswith(f"remote: {remote.address}\n"), "with a code for phones"
        assert "█" in remote.welcome
        assert token not in remote.line
    ours = [record.getMessage() for record in caplog.records if record.name != "websockets.client"]
    assert ours
    assert token not in "\n".join(ours)
    assert not show.inbox._params


def test_here_no_token_is_needed_and_tokens_are_compared_in_constant_time(remote: Remote) -> None:
    assert remote.address == remote.url == remote.welcome.removeprefix("remote: ")
    token = Token(True)
    assert not token.opens("")
    assert not token.opens(None)
    assert token.opens(token.after("").removeprefix("#"))


def test_a_page_of_another_site_may_not_play(remote: Remote, show: Show) -> None:
    port = remote.port
    for origin in (
        "http://evil.example",
        "null",
        f"http://127.0.0.1:{port + 1}",
        f"http://localhost:{port}",
        "http://[",
    ):
        with pytest.raises(InvalidStatus, match="403"), opened(remote, origin=origin):
            pass
    evil = {"Host": "evil.example"}  # whose name leads here
    with (
        pytest.raises(InvalidStatus, match="403"),
        opened(remote, origin="http://evil.example", additional_headers=evil),
    ):
        pass
    (line,) = show.told
    assert "another site" in line
    with opened(remote, origin=f"http://127.0.0.1:{port}") as page:
        page.until(lambda: page.params)


def test_a_port_that_is_taken_is_one_line(remote: Remote, show: Show) -> None:
    with pytest.raises(ControlError, match=rf"--remote 127.0.0.1:{remote.port}: .* as in 8000"):
        Remote("127.0.0.1", remote.port, show.inbox, show.store, {}, lambda: (), show.told)


def test_a_thousand_messages_of_nonsense_change_nothing(remote: Remote, show: Show, page: Page) -> None:
    rng = random.Random(20)
    parts: list[object] = [
        "set",
        "do",
        "press",
        "release",
        "seen",
        "token",
        "zoom",
        "panic",
        None,
        True,
        -1,
        1e999,
    ]
    parts += [[], {}, 10**30, "x" * 900, "\ud800", [["zoom"]], float("nan")]

    def nonsense() -> str | bytes:
        match rng.randrange(5):
            case 0:
                return rng.randbytes(rng.randrange(200))
            case 1:
                return "[" * rng.randrange(4000)
            case 2:
                return json.dumps(rng.choices(parts, k=rng.randrange(5)))
        return json.dumps({str(rng.choice(parts)): rng.choice([*parts, rng.choices(parts, k=2)])})

    def flood() -> None:
        with opened(remote) as hostile:
            hostile.until(lambda: hostile.params)
            for _ in range(100):
                hostile.connection.send(nonsense())
            hostile.send(do="like")

    threads = [threading.Thread(target=flood) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: show.turn(remote) or show.strokes.count(("like", True)) == 10)
    assert {name for name, _ in show.strokes} <= {"like", "panic"}
    assert show.store.hand == type(show.store.hand)()
    assert len(show.told) == 1
    assert show.told[0].isprintable()
    page.send(set=["zoom", 0.05])
    until(lambda: show.turn(remote) or show.store.hand.zoom == 0.05)


def test_a_message_that_is_too_large_ends_its_connection_alone(remote: Remote, page: Page) -> None:
    with opened(remote) as other, pytest.raises(ConnectionClosed):
        other.connection.send("x" * 5000)
        while True:
            other.take()
    page.send(do="zom")
    page.until(lambda: page.refused)


def test_fifty_pages_and_one_that_never_reads(remote: Remote, show: Show, page: Page) -> None:
    """Each of the fifty has every change at last; the show never waits for the one that is stuck."""
    mute = socket.create_connection(("127.0.0.1", remote.port), PATIENCE)
    mute.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    key = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    mute.sendall(f"GET / HTTP/1.1\r\nHost: x\r\n{key}Sec-WebSocket-Version: 13\r\n\r\n".encode())
    hello = b'{"token": ""}'
    mute.sendall(b"\x81" + bytes([0x80 | len(hello)]) + b"\0\0\0\0" + hello)
    done: list[float] = []

    def look() -> None:
        with opened(remote) as other:
            other.until(lambda: other.params)
            ready.release()
            other.until(lambda: other.params["zoom"] == 0.05)
            done.append(other.params["zoom"])

    ready = threading.Semaphore(0)
    threads = [threading.Thread(target=look) for _ in range(50)]
    for thread in threads:
        thread.start()
    for _ in threads:
        ready.acquire()
    until(lambda: len(remote._site.clients) == 52)
    turns = 0
    for number in range(200):
        show.store.change(zoom=number / 10_000)
        show.dream()
        show.turn(remote)
        turns += 1
    page.send(set=["zoom", 0.05])
    until(lambda: show.turn(remote) or len(done) == 50)
    for thread in threads:
        thread.join()
    assert turns == 200
    mute.close()
    until(lambda: len(remote._site.clients) == 1)
