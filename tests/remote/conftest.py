"""A remote on a free port of this machine, the show that it plays, and pages that have it open."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from dreamstream.controls import Inbox, action_table
from dreamstream.controls.actions import preset_actions
from dreamstream.frame import Frame, rounded
from dreamstream.params import ParamStore
from dreamstream.remote import Remote
from tests.fakes import PATIENCE, Told


@dataclass
class State:
    lines: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@dataclass
class Show:
    """What a remote moves, turned by hand."""

    store: ParamStore = field(default_factory=lambda: ParamStore(choices={"layer": ["", "low", "high"]}))
    inbox: Inbox = field(default_factory=Inbox)
    told: Told = field(default_factory=Told)
    strokes: list[tuple[str, bool]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    state: State = field(default_factory=State)

    @contextmanager
    def remote(self, host: str = "127.0.0.1") -> Iterator[Remote]:
        actions = action_table(["zoom", "rotate"], ["none", "mirror"]) | preset_actions(
            {"reef": "of the sea"}
        )
        remote = Remote(host, 0, self.inbox, self.store, actions, lambda: self.frames[-1:], self.told)
        try:
            yield remote
        finally:
            remote.close()
        assert remote._worker.error is None

    def dream(self, light: float = 100, size: tuple[int, int] = (36, 64)) -> None:
        """Have one more frame be there."""
        pixels = rounded(np.full((*size, 3), light, np.float32))
        self.frames.append(Frame(pixels, len(self.frames), 0.0))

    def turn(self, remote: Remote) -> None:
        """Do what has come, and tell what has changed, as the show does at each screen frame."""
        self.inbox.turn(
            lambda name, value: self.store.change(**{name: value}),
            lambda name: self.strokes.append((name, True)),
            lambda name: self.strokes.append((name, False)),
        )
        remote.told(self.store.snapshot())
        remote.offered(lambda: self.state)


class Page:
    """Who has the page open, as far as the wire goes."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.tables: Any = None
        self.params: dict[str, Any] = {}
        self.state: list[str] = []
        self.refused: list[str] = []
        self.pictures: list[bytes] = []

    def send(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def take(self) -> None:
        """Wait for the next message."""
        data = self.connection.recv(PATIENCE)
        if isinstance(data, bytes):
            self.pictures.append(data)
            return
        message = json.loads(data)
        self.tables = message.get("tables", self.tables)
        self.params |= message.get("params", {})
        self.state = message.get("state", self.state)
        self.refused += filter(None, [message.get("refused")])

    def until(self, true: Callable[[], object]) -> None:
        """Take messages until something is so."""
        while not true():
            self.take()


@contextmanager
def opened(remote: Remote, token: str = "", **more: Any) -> Iterator[Page]:
    with connect(f"ws://127.0.0.1:{remote.port}", open_timeout=PATIENCE, **more) as connection:
        page = Page(connection)
        page.send(token=token)
        yield page


@pytest.fixture
def show() -> Show:
    return Show()


@pytest.fixture
def remote(show: Show) -> Iterator[Remote]:
    with show.remote() as remote:
        yield remote


@pytest.fixture
def page(remote: Remote) -> Iterator[Page]:
    with opened(remote) as page:
        page.until(lambda: page.params)
        yield page
