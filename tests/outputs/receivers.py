"""What receives streams, by PyAV over loopback; and what feeds outputs."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import av
import numpy as np

from dreamstream.frame import Frame, new_pixels
from dreamstream.ring import Ring
from dreamstream.size import Size
from dreamstream.worker import Worker

SIZE = Size(320, 176)
_BITS = 12


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """Return a port that nobody has."""
    with socket.socket(socket.AF_INET, kind) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def numbered(index: int, size: Size = SIZE) -> Frame:
    """A picture that has its number in it, as black and white fields, and its sent time."""
    pixels = new_pixels(size)
    pixels[:] = 90
    for bit in range(_BITS):
        width = size.width // _BITS
        pixels[: size.height // 2, bit * width : (bit + 1) * width] = 235 if index >> bit & 1 else 20
    pixels[size.height // 2 :, :, 0] = np.linspace(0, 255, size.width).astype(np.uint8)
    return Frame(pixels, index, time.monotonic())


def number_of(pixels: np.ndarray) -> int:
    """Read the number again."""
    height, width = pixels.shape[0], pixels.shape[1] // _BITS
    fields = [
        pixels[height // 8 : height // 4, bit * width + 4 : (bit + 1) * width - 4] for bit in range(_BITS)
    ]
    return sum(int(field.mean() > 127) << bit for bit, field in enumerate(fields))


class Feed:
    """A ring that a thread feeds with numbered pictures; `sent` has the time of each, `slowest` the put."""

    def __init__(self, rate: float = 25.0, size: Size = SIZE) -> None:
        self.ring, self._rate, self._size = Ring(16), rate, size
        self.sent: dict[int, float] = {}
        self.slowest = 0.0
        self._worker = Worker("feed", self._feed).start()

    def _feed(self, stopping: threading.Event) -> None:
        index = 0
        while not stopping.wait(1 / self._rate):
            index = index % ((1 << _BITS) - 1) + 1
            frame = numbered(index, self._size)
            self.sent[index] = frame.time
            self.ring.put(frame)
            self.slowest = max(self.slowest, time.monotonic() - frame.time)

    def stop(self) -> None:
        self._worker.stop()


class Receiver:
    """Opens an address in a thread, again and again until it is there, and decodes what comes."""

    def __init__(self, address: str, options: dict[str, str] | None = None, lasting: bool = True) -> None:
        self.address, self._options, self._lasting = address, options or {}, lasting
        self.numbers: list[int] = []
        self.seconds: list[float] = []
        self.keys: list[float] = []
        self.delays: list[float] = []
        self.size: Size | None = None
        self.sent: dict[int, float] = {}
        self._worker = Worker("receiver", self._receive).start()

    def _receive(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            with contextlib.suppress(av.FFmpegError, OSError):
                self._decode(stopping)
            stopping.wait(0.05)

    def _decode(self, stopping: threading.Event) -> None:
        options = {"fflags": "nobuffer", "probesize": "100000", "analyzeduration": "1000000", **self._options}
        with av.open(self.address, options=options, timeout=(20.0, 5.0)) as container:
            stream: Any = container.streams.video[0]
            stream.codec_context.flags |= 1 << 19  # AV_CODEC_FLAG_LOW_DELAY
            stream.thread_count = 1
            for picture in container.decode(stream):
                pixels = picture.to_ndarray(format="rgb24")
                number = number_of(pixels)
                if number in self.sent:
                    self.delays.append(time.monotonic() - self.sent[number])
                self.size = Size.of(pixels)
                self.numbers.append(number)
                self.seconds.append(float(picture.pts * picture.time_base))
                if picture.key_frame:
                    self.keys.append(self.seconds[-1])
                if stopping.is_set():
                    return

    def stop(self) -> None:
        """End it; one that waits for nobody is left to its timeout."""
        with contextlib.suppress(Exception):
            self._worker.stop(10.0)


@contextlib.contextmanager
def feeding(rate: float = 25.0, size: Size = SIZE) -> Iterator[Feed]:
    feed = Feed(rate, size)
    try:
        yield feed
    finally:
        feed.stop()
