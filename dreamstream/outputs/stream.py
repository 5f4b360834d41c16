"""Streams: the picture as H.264 to an address, by FFmpeg: RTMP, RTSP, and MPEG-TS over UDP.

    picture -> the encoder that recordings in a hurry have -> FLV, RTP or MPEG-TS -> the address

For programs of their own (`apart`): FFmpeg waits for addresses as long as it likes. All is set for low delay:
each picture is given out at once, a whole one comes every two seconds, and bits are bounded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

from dreamstream.errors import OutputError
from dreamstream.frame import Frame
from dreamstream.outputs.sender import Sender
from dreamstream.record.codecs import candidates
from dreamstream.record.encoders import Encoder
from dreamstream.record.video import KEYFRAME_SECONDS, add_video, picture_of
from dreamstream.record.writer import Encoding
from dreamstream.size import Size

_RATE = Fraction(30)  # a second, for the encoder's sums; each picture has its own time
_TICK = Fraction(1, 1000)
_BITS = {"maxrate": "6M", "bufsize": "6M"}  # a second: what streaming sites take at most


@dataclass(frozen=True)
class Protocol:
    """FFmpeg's name of a format, and its options."""

    format: str
    options: Mapping[str, str] = field(default_factory=dict)


_RTMP = Protocol("flv", {"flvflags": "no_duration_filesize"})
_RTSP = Protocol("rtsp", {"rtsp_transport": "tcp"})
_UDP = Protocol(
    "mpegts",
    {"mpegts_flags": "resend_headers", "pat_period": "0.5", "max_delay": "0", "omit_video_pes_length": "0"},
)
_DATAGRAM = 1316  # bytes: seven packets of MPEG-TS


class Stream(Sender):
    """Encodes pictures of one size, and sends them to an address; it is opened with the first."""

    def __init__(self, address: str, protocol: Protocol) -> None:
        self._address, self._protocol = address, protocol
        self._container: Any = None
        self._stream: Any = None
        self._encoder: Encoder
        self._start, self._tick, self._keyframe = 0.0, -1, -KEYFRAME_SECONDS

    def send(self, frame: Frame) -> None:
        """See `Sender`."""
        from av.video.frame import PictureType

        if self._container is None:
            self._start = frame.time
            self._open(frame.size)
        picture = picture_of(frame.pixels, self._encoder)
        self._tick = picture.pts = max(round((frame.time - self._start) / _TICK), self._tick + 1)
        picture.time_base = _TICK
        seconds = float(self._tick * _TICK)
        if seconds >= self._keyframe + KEYFRAME_SECONDS or self._is_lost():
            self._keyframe = seconds
            picture.pict_type = PictureType.I
        self._give(self._stream.encode(picture))

    def close(self) -> None:
        """See `Sender`."""
        if self._container is not None:
            self._give(self._stream.encode())
            self._container.close()

    def _give(self, packets: Sequence[Any]) -> None:
        self._container.mux(packets)

    def _is_lost(self) -> bool:
        """Return whether the receiver has asked for a whole picture since this was called last."""
        return False

    def _open(self, size: Size) -> None:
        """Open the first encoder that takes the size, then the address."""
        import av

        problem = "the FFmpeg here has none"
        for encoder in candidates("h264"):
            container: Any = av.open(
                *(self._address, "w", self._protocol.format),
                container_options=dict(self._protocol.options),
            )
            options = {**encoder.options(Encoding(hurry=True), patient=False), **_BITS}
            stream = add_video(container, encoder, options, size, _RATE, _TICK)
            try:
                stream.codec_context.open()
            except (av.FFmpegError, ValueError) as error:  # some sizes are too large for the hardware
                problem = f"{encoder.name}: {error}"
                continue
            container.start_encoding()
            self._container, self._stream, self._encoder = container, stream, encoder
            return
        raise OutputError(f"no encoder for h264 works here ({problem})")


def rtmp(where: str) -> Stream:
    """Return a stream to a server of RTMP, as streaming sites have."""
    return Stream(f"rtmp:{where}", _RTMP)


def rtmps(where: str) -> Stream:
    """Return the same, encrypted."""
    return Stream(f"rtmps:{where}", _RTMP)


def rtsp(where: str) -> Stream:
    """Return a stream that is announced to a server of RTSP."""
    return Stream(f"rtsp:{where}", _RTSP)


def udp(where: str) -> Stream:
    """Return MPEG-TS by UDP to one host, or to a group."""
    size = "" if "pkt_size=" in where else f"{'&' if '?' in where else '?'}pkt_size={_DATAGRAM}"
    return Stream(f"udp:{where}{size}", _UDP)


def check_host(where: str) -> None:
    """Raise OutputError where a URL has no host, or no number for a port."""
    _checked(where)


def check_port(where: str) -> None:
    """Raise OutputError where a URL has no host, or no port."""
    if _checked(where) is None:
        raise OutputError(f"{where}: a port is needed, as in //192.168.1.20:5000")


def _checked(where: str) -> int | None:
    try:
        parts = urlsplit(where)
        if where.startswith("//") and parts.hostname:
            return parts.port
    except ValueError:
        pass
    raise OutputError(f"{where.rpartition('@')[2]}: a host is needed, as in //192.168.1.20:5000/name")
