"""A listening Osc on a free port of this machine, and players that send to it."""

import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from dreamstream.controls import Board, Inbox, action_table
from dreamstream.osc import Network, Osc
from dreamstream.osc.packets import messages_of, packet_of
from dreamstream.params import ParamStore
from tests.fakes import PATIENCE

ZOOM = "/dreamstream/param/zoom"


@dataclass
class Show:
    """What an Osc moves, turned by hand."""

    store: ParamStore = field(default_factory=lambda: ParamStore(choices={"layer": ["", "low", "high"]}))
    board: Board = field(default_factory=Board)
    inbox: Inbox = field(default_factory=Inbox)
    told: list[str] = field(default_factory=list)
    led: list[tuple[float, ...]] = field(default_factory=list)
    strokes: list[tuple[str, bool]] = field(default_factory=list)

    def open(self, *senders: Network) -> Osc:
        actions = action_table(["zoom", "rotate"], ["none", "mirror"])
        tell = lambda text, key="": self.told.append(text)  # noqa: E731
        lead = lambda *values: self.led.append(values)  # noqa: E731
        return Osc("127.0.0.1", 0, senders, self.board, self.inbox, self.store, actions, tell, lead)

    def turn(self) -> None:
        """Do what has come, as the show does at each screen frame."""
        self.inbox.turn(
            lambda name, value: self.store.change(**{name: value}),
            lambda name: self.strokes.append((name, True)),
            lambda name: self.strokes.append((name, False)),
        )


class Player:
    """Somebody with a UDP socket."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**22)
        self.socket.bind(("127.0.0.1", 0))
        self.to = ("127.0.0.1", port)

    def send(self, address: str, *values: Any) -> None:
        self.raw(packet_of(address, *values, plain=False))

    def raw(self, packet: bytes) -> None:
        self.socket.sendto(packet, self.to)

    def next(self) -> tuple[str, Any]:
        """Wait for the next message."""
        assert select.select([self.socket], [], [], PATIENCE)[0], "nothing came"
        (message,) = messages_of(self.socket.recv(65_536))
        return message.address, message.values[0]

    def wait_for(self, address: str) -> Any:
        """Wait for a message to an address, and return its value."""
        while True:
            came, value = self.next()
            if came == address:
                return value

    def settle(self) -> None:
        """Wait until all that was sent has been taken: what comes by one socket stays in order."""
        self.send("/dreamstream/param/jitter")
        self.wait_for("/dreamstream/param/jitter")


@pytest.fixture
def show() -> Show:
    return Show()


@pytest.fixture
def osc(show: Show) -> Iterator[Osc]:
    control = show.open()
    yield control
    control.close()


@pytest.fixture
def player(osc: Osc) -> Iterator[Player]:
    player = Player(osc.port)
    yield player
    player.socket.close()


@pytest.fixture
def second(osc: Osc) -> Iterator[Player]:
    player = Player(osc.port)
    yield player
    player.socket.close()
