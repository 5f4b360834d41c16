"""The client of a Link session, against a helper that speaks the documented lines on a real socket."""

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from dreamstream.controls.link import Link
from dreamstream.controls.tempo import Tempo
from dreamstream.params import ParamStore
from tests.fakes import PATIENCE, Told


class Carabiner(socketserver.ThreadingTCPServer):
    """Tells a session's state when it is asked, when somebody comes, and sometimes by itself."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, answer: Callable[[], str] | None = None) -> None:
        self.bpm, self.peers, self.begun = 126.5, 1, time.monotonic() - 1000
        self.answer, self.connections = answer or self.status, list[socket.socket]()
        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def beats(self, seconds: float) -> float:
        return (seconds - self.begun) * self.bpm / 60

    def status(self) -> str:
        beat = self.beats(time.monotonic())
        return f"status {{ :peers {self.peers} :bpm {self.bpm:f} :start 73743731220 :beat {beat:f} }}\n"

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in self.connections:
            connection.close()


class Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Carabiner)
        self.server.connections.append(self.request)
        try:
            self.request.sendall(self.server.answer().encode())
            number = 0
            while data := self.request.recv(100):
                for _ in range(data.count(b"status\n")):
                    self.request.sendall(self.server.answer().encode())
                    number += 1
                    if number % 4 == 0:  # something has changed
                        self.request.sendall(b'version "1.1.6"\n' + self.server.answer().encode())
        except OSError:
            pass


class Session:
    """A tempo on the real clock, a client, and all that was told."""

    def __init__(self, port: int) -> None:
        self.told, self.store = Told(), ParamStore()
        self.tempo = Tempo(time.monotonic, self.store, self.told)
        self.link = Link("127.0.0.1", port, self.tempo, self.told, time.monotonic)

    def wait(self, until: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < end, (self.link.line, self.tempo.line, self.told)
            time.sleep(0.01)
            self.tempo.turn()

    def off(self, carabiner: Carabiner) -> float:
        """Return how many beats it is from the session's."""
        now = time.monotonic()
        return abs(self.tempo.beats(now) - carabiner.beats(now))


@pytest.fixture
def carabiner() -> Iterator[Carabiner]:
    server = Carabiner()
    yield server
    server.end()


@pytest.fixture
def session(carabiner: Carabiner) -> Iterator[Session]:
    session = Session(carabiner.port)
    yield session
    session.link.close()


def test_tempo_and_beats_are_the_sessions_bars_and_all(carabiner: Carabiner, session: Session) -> None:
    session.wait(lambda: session.tempo.leader == "link" and session.off(carabiner) < 0.05)
    assert session.store.snapshot().bpm == 126.5
    assert session.link.line == f"link: 1 peer at 127.0.0.1:{carabiner.port}"
    carabiner.bpm = 90.0
    session.wait(lambda: session.store.snapshot().bpm == 90 and session.off(carabiner) < 0.05)
    assert not session.told


def test_alone_it_is_not_followed(carabiner: Carabiner, session: Session) -> None:
    carabiner.peers = 0
    session.wait(lambda: session.link.line.startswith("link: 0 peers"))
    session.wait(lambda: session.tempo.leader == "")
    carabiner.peers = 2
    session.wait(lambda: session.tempo.leader == "link")


def test_it_is_found_again_and_that_is_told(carabiner: Carabiner, session: Session) -> None:
    session.wait(lambda: session.tempo.leader == "link")
    carabiner.end()
    where = f"127.0.0.1:{carabiner.port}"
    session.wait(lambda: any(text.startswith(f"link: no Carabiner at {where}: ") for text in session.told))
    session.wait(lambda: "tempo: link has fallen silent; 126.5 bpm go on" in session.told)
    assert session.store.snapshot().bpm == 126.5
    assert session.link.line == f"link: nobody at {where}"
    again = Carabiner(carabiner.port)
    session.wait(lambda: session.tempo.leader == "link" and session.off(again) < 0.05)
    session.link.close()
    again.end()


@pytest.mark.parametrize(
    "text",
    [
        "status { :peers 1 :bpm 120.0 }\n",
        "status { :peers 1 :bpm nan :beat 1.0 }\n",
        "HTTP/1.1 400 Bad Request\r\n" * 1000,
        "bad-bpm \n" * 2000,
        f"status {{ :peers 1 :bpm {'9' * 400} :beat {'9' * 400} }}\n",
    ],
)
def test_what_is_no_status_is_told_and_counts_for_nothing(text: str) -> None:
    other = Carabiner(answer=lambda: text)
    session = Session(other.port)
    session.wait(lambda: bool(session.told))
    assert session.told[0].endswith(": it answers something else")
    session.tempo.turn()
    assert (session.tempo.leader, session.store.snapshot().bpm) == ("", 0)
    session.link.close()
    other.end()


def test_it_ends_at_once_though_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        session = Session(mute.getsockname()[1])
        connection, _ = mute.accept()
        session.link.close()
        assert connection.recv(100) in (b"", b"status\n")
        connection.close()
