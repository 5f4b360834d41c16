"""The ear: runs the program that listens, and gives what it hears, hop by hop."""

import json
from collections.abc import Iterator

import numpy as np

from dreamstream.sound.analysis import RATE, Floats
from dreamstream.sound.devices import Device, capture

_BYTES = 8  # of both sides' samples


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

    def open(self) -> None:
        """Wait until it listens, and is known by its name; SoundError says why it cannot."""
        try:
            heading = json.loads(self._program.stdout.readline() or "{}")
            self.rate, self.latency, self.name = heading["rate"], heading["latency"], heading["name"]
        except (KeyError, ValueError):
            raise self._program.failure() from None

    def begin(self, second: float = 0.0) -> None:
        """Begin to listen; have a file played from a second on."""
        self._program.ask(second)

    def hops(self, size: int) -> Iterator[Floats]:
        """Give so many samples (n × 2) at a time, until a file is over; SoundError when a device is gone."""
        while len(samples := self._program.stdout.read(_BYTES * size)) == _BYTES * size:
            yield np.frombuffer(samples, np.float32).reshape(-1, 2)
        if self._program.process.wait():
            raise self._program.failure()

    def close(self) -> None:
        """End the program: whoever reads what it hears comes to the end."""
        self._program.kill()
        self._program.process.wait()
