"""OSC as a control of a show: messages by UDP, the tree by OSCQuery on the same port, all on one thread."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from dreamstream.controls import Action, Board, Inbox
from dreamstream.controls.control import Threaded
from dreamstream.controls.door import Door
from dreamstream.controls.limits import Refusals
from dreamstream.osc.clients import Client, Clients
from dreamstream.osc.packets import LARGEST
from dreamstream.osc.server import Query
from dreamstream.osc.signals import Signals
from dreamstream.osc.sockets import Network, among, sockets
from dreamstream.osc.space import PARAM
from dreamstream.osc.taker import Lead, Taker, lead_nobody
from dreamstream.osc.tree import Tree
from dreamstream.params import Params, ParamStore
from dreamstream.tell import Tell, counted
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_BATCH, _ROOM = 2048, 2**22  # packets and bytes at once
_BREATH = 0.005  # seconds at least from what was taken at once to the next: others' turn
_PARAM = PARAM.encode()


class Osc(Threaded):
    """Listens at a port of UDP and TCP, 0 for any; `senders` are those whose packets are taken, none: all.

    ControlError where the port cannot be had.
    """

    name = "osc"

    def __init__(
        self,
        host: str,
        port: int,
        senders: Collection[Network],
        board: Board,
        inbox: Inbox,
        store: ParamStore,
        actions: Mapping[str, Action],
        tell: Tell,
        lead: Lead = lead_nobody,
    ) -> None:
        self._udp, self._tcp = sockets(host, port)
        self.port: int = self._udp.getsockname()[1]
        self._where = f"{f'[{host}]' if ':' in host else host}:{self.port}"
        self._tell, self._may_send = tell, among(tuple(senders))
        self._loop = asyncio.SelectorEventLoop()  # the only one that reads a socket of ours on every system
        self._ended = asyncio.Event()
        later = self._loop.call_later
        self._refusals, self._clients = Refusals(self.name, tell, later), Clients(store, later)
        self._taker = Taker(
            *(inbox, Signals(board), store, actions, self._clients, self._refusals, later, self._loop.time),
            lead=lead,
        )
        self._query = Query(
            Tree(store, actions), self._taker, self._clients, self._refusals, self.port, self._loop.time
        )
        _log.info("%s", self.line)
        self._worker = Worker("osc", lambda stopping: self._run(), self._wake).start()

    def told(self, params: Params) -> None:
        """Have clients told what the hand's params have become."""
        if len(self._clients) and self._worker.alive:
            self._loop.call_soon_threadsafe(self._clients.changed)

    @property
    def line(self) -> str:
        """Where it listens, and to how many it tells what changes."""
        clients = len(self._clients)
        return f"osc: {self._where}" + (f", {counted(clients, 'client')}" if clients else "")

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended, and its loop is closed
            self._loop.call_soon_threadsafe(self._ended.set)

    def _run(self) -> None:
        """Serve until the end, on the thread of its own."""
        with self._udp, self._tcp, contextlib.closing(self._loop):
            self._loop.set_exception_handler(self._failed)
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _serve(self) -> None:
        door = Door(self._may_send, self._loop.time)
        async with self._query.serve(self._tcp, door):
            self._read()
            await self._ended.wait()
            self._loop.remove_reader(self._udp)
            door.shut()

    def _failed(self, loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """Go on behind a message, or a connection, that has failed in a way that nobody has foreseen."""
        self._refusals.add(f"{context['message']}: {context.get('exception')!r}")

    def _read(self) -> None:
        if not self._ended.is_set():
            self._loop.add_reader(self._udp, self._drain)

    def _drain(self) -> None:
        """Take what has come by UDP, and give all others as long a turn.

        Of several packets of a sender for one param the newest counts, as in the inbox.
        """
        begun = time.thread_time()
        for packet, address in self._received():
            self._taker.take(packet, _Sender(self._udp, address))
        self._loop.remove_reader(self._udp)
        self._loop.call_later(max(_BREATH, time.thread_time() - begun), self._read)

    def _received(self) -> Iterable[tuple[bytes, tuple[Any, ...]]]:
        """Return the packets that have come, each with who sent it, in order."""
        newest: dict[object, tuple[bytes, tuple[Any, ...]]] = {}
        room = _ROOM
        for number in range(_BATCH):
            try:
                packet, address = self._udp.recvfrom(LARGEST)
            except BlockingIOError:
                break
            except OSError:  # some systems say here that an answer found nobody
                continue
            if not self._may_send(address[0]):
                self._refusals.add(f"from {address[0]}, which is not among --osc-from")
                continue
            is_param = packet.startswith(_PARAM)
            key = (address, packet[: packet.find(b",") + 2]) if is_param else number
            newest.pop(key, None)
            newest[key] = packet, address
            room -= len(packet)
            if room < 0:
                break
        return newest.values()


class _Sender(Client):
    """Who sends by UDP; it is answered at its own port, or another."""

    def __init__(self, udp: socket.socket, address: tuple[Any, ...]) -> None:
        super().__init__(address)
        self._udp, self._address = udp, address

    @property
    def where(self) -> str:
        return f"{self._address[0]}:{self._address[1]}"

    def send(self, packet: bytes) -> None:
        with contextlib.suppress(OSError):  # nobody is there, or the system is busy
            self._udp.sendto(packet, self._address)

    def answer_at(self, port: int) -> None:
        self._address = (self._address[0], port, *self._address[2:])
