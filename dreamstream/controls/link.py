"""Link: follows the tempo of an Ableton Link session, as Carabiner tells it by TCP.

    status -> status { :peers 1 :bpm 120.000000 :start 73743731220 :beat 597.737570 } -> Tempo.follow

Carabiner (github.com/Deep-Symmetry/carabiner, whose README documents these lines) is a program that runs
beside this one: Link's own code, which it is made of, is under the GPL, and no part of this.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable

from dreamstream.controls.control import Threaded
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import reason
from dreamstream.tell import Tell, counted
from dreamstream.worker import Worker

_EACH, _AGAIN = 0.5, 1.0  # seconds from one question to the next, and from one try to connect to the next
_ASKED = 3  # times in a row: the answer that came soonest says best when it was
_PATIENCE = 2.0  # seconds
_LONGEST = 4096  # bytes: an answer has a hundred

_STATUS = re.compile(rb"status\s*\{([^}]*)\}")
_FIELD = re.compile(rb":([a-z]+)\s+(-?\d{1,18}(?:\.\d{1,18})?)\s")


class Link(Threaded):
    """Asks a Carabiner at a host and port until it is closed; the clock is that of the tempo."""

    name = "link"

    def __init__(self, host: str, port: int, tempo: Tempo, tell: Tell, clock: Callable[[], float]) -> None:
        self._address, self._where = (host, port), f"{host}:{port}"
        self._tempo, self._tell, self._clock = tempo, tell, clock
        self._socket: socket.socket | None = None
        self._peers: int | None = None  # None: there is no Carabiner
        self._worker = Worker("link", self._run, self._wake).start()

    @property
    def line(self) -> str:
        """Where it asks, and how many play there."""
        if self._peers is None:
            return f"link: waits for {self._where}"
        return f"link: {counted(self._peers, 'peer')} at {self._where}"

    def _wake(self) -> None:
        if (sock := self._socket) is not None:
            with contextlib.suppress(OSError):  # closed meanwhile
                sock.shutdown(socket.SHUT_RDWR)

    def _run(self, stopping: threading.Event) -> None:
        """Connect, and follow for as long as it answers; again and again."""
        while not stopping.is_set():
            try:
                with socket.create_connection(self._address, _PATIENCE) as self._socket:
                    self._follow(self._socket, stopping)
            except (OSError, EOFError) as error:
                if not stopping.is_set():
                    self._tell(f"link: no Carabiner at {self._where}: {reason(error)}", "link")
            self._peers = self._socket = None
            stopping.wait(_AGAIN)

    def _follow(self, sock: socket.socket, stopping: threading.Event) -> None:
        while not stopping.is_set():
            _, when, status = min((self._ask(sock) for _ in range(_ASKED)), key=lambda answer: answer[0])
            self._peers = int(status.get("peers", 0))
            self._tell("", "link")
            if self._peers:  # alone it has a tempo, too, that nobody plays
                self._tempo.follow_count("link", status["bpm"], status["beat"], when)
            stopping.wait(_EACH)

    def _ask(self, sock: socket.socket) -> tuple[float, float, dict[str, float]]:
        """Return how long an answer took, when it was given, and what it says."""
        _drain(sock)
        asked, text = self._clock(), b""
        sock.sendall(b"status\n")
        while not (found := _STATUS.search(text)):
            if len(text) > _LONGEST:
                raise EOFError("it answers something else")
            text += _received(sock)
        now = self._clock()
        status = {name.decode(): float(value) for name, value in _FIELD.findall(found[1] + b" ")}
        if not {"bpm", "beat"} <= status.keys():
            raise EOFError("it answers something else")
        return now - asked, (asked + now) / 2, status


def _drain(sock: socket.socket) -> None:
    """Throw away what nobody waits for: a change is told without being asked for."""
    sock.settimeout(0)
    with contextlib.suppress(BlockingIOError):
        for _ in range(_LONGEST):
            _received(sock)
    sock.settimeout(_PATIENCE)


def _received(sock: socket.socket) -> bytes:
    data = sock.recv(_LONGEST)
    if not data:
        raise EOFError("it has hung up")
    return data
