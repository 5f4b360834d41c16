"""The client of a Link session, against a helper that speaks the documented lines on a real socket."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from dreamstream.controls.link import Link
from dreamstream.controls.tempo import Tempo
from dreamstream.params import ParamStore
from tests.carabiner import Carabiner
from tests.fakes import PATIENCE, Told


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
    assert session.link.line == f"link: waits for {where}"
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


def test_what_nobody_has_foreseen_is_told(carabiner: Carabiner) -> None:
    def fail() -> float:
        raise ZeroDivisionError("no time")

    told = Told()
    link = Link("127.0.0.1", carabiner.port, Tempo(time.monotonic, ParamStore()), told, fail)
    end = time.monotonic() + PATIENCE
    while not told:
        assert time.monotonic() < end
        link.turn()
    assert told[0] == "link: it has ended: no time"
    link.close()


def test_it_ends_at_once_though_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        session = Session(mute.getsockname()[1])
        connection, _ = mute.accept()
        session.link.close()
        assert connection.recv(100) in (b"", b"status\n")
        connection.close()
