"""One end of a WebRTC connection that sends one stream of H.264; aiortc does it.

It asks no server for this machine's address outside: who is asked by HTTP to receive can be reached.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError, OperationError

from dreamstream.errors import OutputError
from dreamstream.worker import Worker

_T = TypeVar("_T")
_WAITING = 8  # packets that wait to be sent, at most
_ENDING = 1.0  # seconds that it has to say goodbye


class Peer:
    """Connects, and sends; its calls wait. A thread of its own keeps the connection."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._worker = Worker("peer", self._run, self._wake).start()
        self._track: _Track
        self._connection: RTCPeerConnection
        self._turned: asyncio.Event
        self._lost = False

    def offer(self) -> str:
        """Return what it offers to send, and where it is found, as a session description."""
        return self._do(self._offer())

    def accept(self, answer: str) -> None:
        """Connect by the other's answer; OutputError where that is none, or nothing comes of it."""
        self._do(self._accept(answer))

    def send(self, packet: Any) -> None:
        """Send a packet of an encoder's; OutputError where nobody receives any more."""
        self._do(self._send(packet))

    def is_lost(self) -> bool:
        """Return whether the receiver has asked for a whole picture since this was called last."""
        lost, self._lost = self._lost, False
        return lost

    def close(self) -> None:
        """Say goodbye, and end."""
        with contextlib.suppress(TimeoutError):
            self._do(asyncio.wait_for(self._connection.close(), _ENDING))
        self._worker.stop()
        self._loop.close()

    def _run(self, stopping: object) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _do(self, what: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()

    async def _offer(self) -> str:
        self._track, self._turned = _Track(), asyncio.Event()
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.on("connectionstatechange", self._turned.set)
        sending = self._connection.addTransceiver(self._track, "sendonly")
        # of packets that come encoded, aiortc tells nobody that the receiver has asked for a whole picture
        sending.sender._send_keyframe = self._lose  # type: ignore[method-assign]
        known = RTCRtpSender.getCapabilities("video").codecs
        sending.setCodecPreferences([each for each in known if each.name in ("H264", "rtx")])
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return self._connection.localDescription.sdp

    def _lose(self) -> None:
        self._lost = True

    async def _accept(self, answer: str) -> None:
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        except (ValueError, AttributeError, LookupError, InvalidStateError, OperationError) as error:
            raise OutputError(f"the server's answer is none that takes H.264 ({error})") from None
        while self._connection.connectionState in ("new", "connecting"):
            await self._turned.wait()
            self._turned.clear()
        if self._connection.connectionState != "connected":
            raise OutputError("no way was found to where the server receives")

    async def _send(self, packet: Any) -> None:
        if self._connection.connectionState != "connected" or self._track.readyState != "live":
            raise OutputError("who received it has gone")
        await self._track.packets.put(packet)


class _Track(MediaStreamTrack):
    """Gives packets as they come."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.packets = asyncio.Queue[Any](_WAITING)

    async def recv(self) -> Any:
        return await self.packets.get()
