"""Streams by FFmpeg, named by URLs: decoded as fast as they come, so that the newest picture is at hand."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from dreamstream.errors import SourceError
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.shot import Shot
from dreamstream.sources.video import Shots
from dreamstream.worker import Worker

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.stream import VideoStream

_T = TypeVar("_T")
_OPENING, _PATIENCE = 12.0, 8.0  # seconds until it is open, and from one packet to the next
_APART = 1.0  # seconds: pictures whose times jump by more belong to another count of time

_RTMP = {"rtmp_live": "live", "analyzeduration": "1000000"}  # µs: there may be sound, and is waited for
SCHEMES: dict[str, dict[str, str]] = {
    "rtsp": {"rtsp_transport": "tcp"},  # by UDP pictures tear where packets are lost
    "rtsps": {"rtsp_transport": "tcp"},
    "rtmp": _RTMP,
    "rtmps": _RTMP,
    "udp": {"overrun_nonfatal": "1", "fifo_size": "65536"},  # packets of 188 bytes: 12 MB
    "tcp": {},
    "http": {},
    "https": {},
}
"""What URLs begin with, and what FFmpeg is told to do there."""

_PACED = {"http", "https"}  # they come as fast as they are read, and are shown by their own clock
_LISTENING = {"rtmp", "tcp"}
_OURS = {"0.0.0.0", "::"}  # where one of those waits for a sender, as UDP always does
_PORTS = {"udp": "udp://127.0.0.1:5000", "tcp": "tcp://host:5000"}  # schemes without a usual port


def check_url(url: str) -> None:
    """Raise SourceError for what cannot be a stream's address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:  # a port that is no number
        raise SourceError(f"{shown_url(url)}: not an address ({error})") from None
    scheme = url.partition(":")[0]
    if not host and not (scheme == "udp" and port):
        raise SourceError(f"{shown_url(url)}: no host in it; what is needed is as {scheme}://host/…")
    if scheme in _PORTS and port is None:
        raise SourceError(f"{shown_url(url)}: no port in it; what is needed is as {_PORTS[scheme]}")


def shown_url(url: str) -> str:
    """Return a URL for everybody to see: without the user's name and password."""
    scheme, slashes, rest = url.partition("//")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"


def pictures(url: str) -> Iterator[Callable[[Size], Canvas]]:
    """Give the newest picture of a stream, each when it is asked for; see `openers`."""
    for shot in newest(_decoded(url)):
        yield shot.covering


def newest(items: Iterator[_T]) -> Iterator[_T]:
    """Give the newest of what comes by itself, taken on a thread, when there is a newer one than the last."""
    held: deque[_T] = deque(maxlen=1)
    there, over = threading.Event(), threading.Event()

    def take(stopping: threading.Event) -> None:
        try:
            for item in items:
                held.append(item)
                there.set()
        finally:
            over.set()
            there.set()

    worker = Worker("newest", take).start()
    while True:
        there.wait()
        there.clear()
        if held:
            yield held.pop()
        if over.is_set():
            worker.join()
            yield from held
            return


def _decoded(url: str) -> Iterator[Shot]:
    import av

    scheme = url.partition(":")[0]
    try:
        with av.open(url, options=_options(url), timeout=(_OPENING, _PATIENCE)) as container:
            if not container.streams.video:
                raise SourceError("there are no pictures in it")
            stream = cast("VideoStream", container.streams.best("video"))
            stream.thread_type = "SLICE"  # threads that take a picture each are late by as many pictures
            shots, frames = Shots(stream), _frames(container, stream)
            for frame in _in_time(frames) if scheme in _PACED else frames:
                yield shots.of(frame, frame.time or 0.0, 0.0)
    except av.error.ExitError:
        raise SourceError("nothing comes from there") from None
    except av.FFmpegError as error:
        raise SourceError(error.strerror) from None


def _options(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    listens = parts.scheme in _LISTENING and parts.hostname in _OURS
    return SCHEMES[parts.scheme] | ({"listen": "1"} if listens else {})


def _frames(container: Any, stream: "VideoStream") -> "Iterator[VideoFrame]":
    """Give the frames that can be decoded: a stream is entered in the middle of a picture."""
    import av

    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def _in_time(frames: "Iterator[VideoFrame]") -> "Iterator[VideoFrame]":
    """Give each frame when its time has come."""
    begun, before = 0.0, -1e9
    for frame in frames:
        moment = frame.time if frame.time is not None else before
        if not 0 <= moment - before < _APART:
            begun = time.monotonic() - moment
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        before = moment
        yield frame
