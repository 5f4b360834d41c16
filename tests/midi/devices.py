"""A MIDI device on a JACK server, as the other side of the wire: a process of its own, as a device is."""

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from mido import Message

from tests.fakes import PATIENCE

_LEAVES = 3.0  # seconds in which a server lets a device go; one that is killed may hold up the others

_DEVICE = """
import sys, rtmidi
name = sys.argv[1]
lamps = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name + " lamps")
lamps.ignore_types(True, False, True)
lamps.set_callback(lambda event, data: print(bytes(event[0]).hex(), flush=True))
lamps.open_virtual_port("LAMPS")
out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name)
out.open_virtual_port("CTRL")
print("here", flush=True)
for line in sys.stdin:
    out.send_message(list(bytes.fromhex(line)))
out.delete()
lamps.delete()
"""


def until(done: Callable[[], object], patience: float = PATIENCE) -> bool:
    """Wait until something is so; return whether it is, before the patience is over."""
    end = time.monotonic() + patience
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


class Device:
    """Faders and buttons that send, lamps that hear; plugged in until it is unplugged."""

    def __init__(self, name: str) -> None:
        self.port = f"{name}:CTRL"
        self._process = subprocess.Popen(
            [sys.executable, "-c", _DEVICE, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._came: queue.SimpleQueue[str] = queue.SimpleQueue()
        assert self._process.stdout is not None
        self._process.stdout.readline()
        threading.Thread(target=self._hear, daemon=True).start()

    def send(self, kind: str, **fields: int) -> None:
        """Send a message; channels count from 0, as in mido."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{bytes(Message(kind, **fields).bytes()).hex()}\n")
        self._process.stdin.flush()

    def fader(self, value: int, control: int = 7) -> None:
        """Move a fader of channel 1."""
        self.send("control_change", channel=0, control=control, value=value)

    def got(self) -> list[Message]:
        """Return what was sent to it since the last time."""
        return [Message.from_hex(self._came.get()) for _ in range(self._came.qsize())]

    def unplug(self) -> None:
        """Pull it out."""
        if self._process.poll() is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(_LEAVES)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _hear(self) -> None:
        for line in self._process.stdout or ():
            self._came.put(line)
