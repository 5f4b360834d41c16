"""Senders of streams, each a process of its own: PyAV opens addresses holding Python's lock.

python -m tests.sources.senders URL FORMAT LEVEL sends pictures without end: the lower half of one level, the
upper half white from the left, more each time.
"""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import av
import numpy as np

from dreamstream.size import Size

FPS = 25
SIZE = Size(96, 64)


@contextlib.contextmanager
def sending(url: str, form: str, level: int) -> Iterator[subprocess.Popen[bytes]]:
    """A sender to an address, which is killed in the end."""
    process = subprocess.Popen([sys.executable, "-m", __name__, url, form, str(level)])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of this machine that nobody has."""
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


_SDP = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:one\r\n"
)
_ANSWERS = {
    "OPTIONS": "Public: DESCRIBE, SETUP, PLAY\r\n\r\n",
    "DESCRIBE": f"Content-Type: application/sdp\r\nContent-Length: {len(_SDP)}\r\n\r\n{_SDP}",
    "SETUP": "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n",
    "PLAY": "Session: 1\r\n\r\n",
}


class RtspServer:
    """The least that a client needs: it passes on RTP packets that a sender sends to `packets` (its port).

    A client gets them in its own connection (RFC 2326, 10.12), as long as that is open.
    """

    def __init__(self) -> None:
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.bind(("127.0.0.1", 0))
        self.packets = self._rtp.getsockname()[1]
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"rtsp://127.0.0.1:{self._listening.getsockname()[1]}/live"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Close all."""
        self._listening.close()
        self._rtp.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                with client, contextlib.suppress(ConnectionError):
                    self._answer(client)

    def _answer(self, client: socket.socket) -> None:
        lines = client.makefile("rb")
        while request := lines.readline().decode().split():
            number = ""
            while line := lines.readline().strip():
                number = line.decode() if line.lower().startswith(b"cseq") else number
            client.sendall(f"RTSP/1.0 200 OK\r\n{number}\r\n{_ANSWERS[request[0]]}".encode())
            if request[0] == "PLAY":
                while True:
                    packet = self._rtp.recv(65536)
                    client.sendall(b"$\x00" + len(packet).to_bytes(2, "big") + packet)


def send(url: str, form: str, level: int) -> None:
    options = {"hls_time": "1"} if form == "hls" else {}
    with av.open(url, "w", format=form, options=options) as container:
        quick = {"tune": "zerolatency", "preset": "ultrafast"}
        stream = container.add_stream("libx264", rate=FPS, options=quick)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.gop_size = 5
        began = time.monotonic()
        for number in range(10**6):
            picture = np.full((*SIZE.shape, 3), level, np.uint8)
            picture[: SIZE.height // 2, : number % SIZE.width] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            time.sleep(max(0.0, began + number / FPS - time.monotonic()))


def main() -> None:
    url, form, level = sys.argv[1], sys.argv[2], int(sys.argv[3])
    while True:  # until somebody listens
        with contextlib.suppress(ConnectionRefusedError):
            send(url, form, level)
        time.sleep(0.2)


if __name__ == "__main__":
    main()
