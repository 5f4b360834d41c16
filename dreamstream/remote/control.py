"""The remote as a control of a show: its page and all who have it open, on one thread of its own."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dreamstream.controls import Action, Inbox
from dreamstream.controls.control import Reading, Threaded
from dreamstream.controls.door import Door
from dreamstream.controls.limits import Refusals
from dreamstream.every import Every
from dreamstream.frame import Frame
from dreamstream.params import Params, ParamStore
from dreamstream.remote.address import Token, is_here, listening, qr_code, url_of
from dreamstream.remote.client import News
from dreamstream.remote.pictures import Pictures
from dreamstream.remote.site import Site
from dreamstream.remote.tables import Table, tables_of
from dreamstream.remote.taker import Taker
from dreamstream.tell import Tell, counted
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_CONNECTIONS = 256
_LOOK, _STATE, _TABLES = 0.04, 0.25, 1.0  # seconds from one look at pictures, state and tables to the next


class Remote(Threaded):
    """Serves the page at a port, 0 for any; from elsewhere than this computer only with the token.

    `latest` gives the newest frames. ControlError where the port cannot be had.
    """

    name = "remote"

    def __init__(
        self,
        host: str,
        port: int,
        inbox: Inbox,
        store: ParamStore,
        actions: Mapping[str, Action],
        latest: Callable[[], Sequence[Frame]],
        tell: Tell,
    ) -> None:
        self._listens = listening(host, port)
        self.url, token = url_of(self._listens), Token(not is_here(self._listens))
        self.address = token.after(self.url)
        """What a browser opens, with the token: for the operator alone, and no log."""
        self.port: int = self._listens.getsockname()[1]
        self._tell, self._store, self._actions = tell, store, actions
        self._loop = asyncio.SelectorEventLoop()
        self._ended = asyncio.Event()
        self._pictures, self._state_due = Pictures(latest), Every(_STATE)
        self._tables: Table = tables_of(store, actions)
        self._state: Table = {"state": [], "messages": []}
        refusals = Refusals(self.name, tell, self._loop.call_later)
        taker = Taker(inbox, store, actions, refusals)
        self._site = Site(token, taker, self._news, refusals, self._loop.time)
        _log.info("%s", self.line)
        self._worker = Worker("remote", lambda stopping: self._run(), self._wake).start()

    @property
    def line(self) -> str:
        """Where the page is, and how many have it open; without the token, for the screen shows it, too."""
        clients = len(self._site.clients)
        return f"remote: {self.url}" + (f", {counted(clients, 'client')}" if clients else "")

    @property
    def welcome(self) -> str:
        """See `Control`."""
        code = "" if self.address == self.url else f"\n{qr_code(self.address)}"  # a phone reaches it
        return f"remote: {self.address}{code}"

    def told(self, params: Params) -> None:
        """Have clients told what the hand's params have become."""
        self._soon(self._site.changed)

    def offered(self, read: Callable[[], Reading]) -> None:
        """Read the state of the show for the clients, if it is time to."""
        if self._site.clients and self._state_due.due(self._loop.time()):
            state = read()
            self._soon(self._take_state, {"state": list(state.lines), "messages": list(state.messages)})

    def _soon(self, do: Callable[..., None], *values: Any) -> None:
        """Have something done on the remote's own thread, if it still runs."""
        with contextlib.suppress(RuntimeError):  # it has ended, and its loop is closed
            self._loop.call_soon_threadsafe(do, *values)

    def _wake(self) -> None:
        self._soon(self._ended.set)

    def _take_state(self, state: Table) -> None:
        self._state = state
        self._site.changed()

    def _news(self) -> News:
        return News(self._tables, self._store.hand, self._state, self._pictures)

    def _run(self) -> None:
        """Serve until the end, on the thread of its own."""
        with self._listens, contextlib.closing(self._loop):
            self._loop.set_exception_handler(
                lambda loop, context: _log.info("it failed: %s", context["message"])
            )
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _serve(self) -> None:
        door = Door(lambda host: True, self._loop.time, _CONNECTIONS)
        async with self._site.serve(self._listens, door):
            looking = asyncio.create_task(self._look())
            await self._ended.wait()
            looking.cancel()
            door.shut()

    async def _look(self) -> None:
        """Look for new pictures, and for params and actions that have come, while anybody is there."""
        tables_due = Every(_TABLES)
        while True:
            await asyncio.sleep(_LOOK)
            if not self._site.clients:
                continue
            new = self._pictures.look()
            if (
                tables_due.due(self._loop.time())
                and (tables := tables_of(self._store, self._actions)) != self._tables
            ):
                self._tables, new = tables, True
            if new:
                self._site.changed()
