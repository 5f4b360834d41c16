"""The ear: runs the program that listens, and gives what it hears, hop by hop."""

import json
from collections.abc import Iterator

import numpy as np

from dreamstream.errors import SoundError
from dreamstream.sound.analysis import RATE, Floats
from dreamstream.sound.devices import Device, capture

_BYTES = 4  # of a sample


class Ear:
    """Listens to a device, or to a file as it plays. `close` may come from any thread.

    What is heard waits in the pipe: a third of a second, then the device loses some.
    """

    name = ""
    rate = RATE
    latency = 0.0
    """Seconds from the device to here, as far as it tells."""

    def __init__(self, device: Device) -> None:
        self._program = capture(device.kind, device.name)
        assert self._program.stdout is not None
        self._samples = self._program.stdout

    def open(self) -> None:
        """Wait until it listens, and is known by its name; SoundError says why it cannot."""
        try:
            heading = json.loads(self._samples.readline() or "{}")
            self.rate, self.latency, self.name = heading["rate"], heading["latency"], heading["name"]
        except (KeyError, ValueError):
            raise self._failure() from None

    def begin(self, second: float = 0.0) -> None:
        """Begin to listen; have a file played from a second on."""
        assert self._program.stdin is not None
        try:
            self._program.stdin.write(f"{second}\n".encode())
            self._program.stdin.flush()
        except OSError:
            raise self._failure() from None

    def hops(self, size: int) -> Iterator[Floats]:
        """Give so many mono samples at a time, until a file is over; SoundError when the device is gone."""
        while len(samples := self._samples.read(_BYTES * size)) == _BYTES * size:
            yield np.frombuffer(samples, np.float32)
        if self._program.wait():
            raise self._failure()

    def close(self) -> None:
        """End the program: whoever reads what it hears comes to the end."""
        self._program.kill()
        self._program.wait()

    def _failure(self) -> SoundError:
        assert self._program.stderr is not None
        text = self._program.stderr.read().decode(errors="replace")
        self.close()
        return SoundError(text or "the system's sound has failed")
