"""Sound as a control: a device or a file is listened to, and what is heard is put on the board.

device -> a process that listens -> hops -> Analyser -> board (a thread of its own)
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from dreamstream.controls import Board
from dreamstream.controls.control import Threaded
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import SoundError
from dreamstream.record import Tape
from dreamstream.sound.analysis import Analyser, Heard, hop_of
from dreamstream.sound.devices import Device
from dreamstream.sound.ear import Ear
from dreamstream.sound.signals import follow, put
from dreamstream.sound.track import mono
from dreamstream.tell import Tell, bar
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_AGAIN = 1.0  # seconds from one try to find a device to the next
_SOON = 0.02  # seconds from one look whether a file is to begin to the next
_SMOOTHING = 0.05  # of the time that a hop takes


class Sound(Threaded):
    """Listens to a device for as long as the show goes on, and looks for it again while it is gone.

    A file begins as soon as it is `begun`, and then goes on with the clock, whatever happens; where it has
    ended, all is at rest. The tempo follows the beat that is heard. All of it is on a `tape`, for recordings.
    """

    name = "sound"

    def __init__(
        self,
        device: Device,
        board: Board,
        tell: Tell,
        tempo: Tempo,
        begun: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
        tape: Tape | None = None,
    ) -> None:
        self._device, self._board, self._tell, self._tempo = device, board, tell, tempo
        self._begun, self._clock, self._tape = begun, clock, tape
        self._ear: Ear | None = None
        self._taking = 0.0  # seconds in which a hop is heard
        self._level = 0.0
        self._state, self._start = "opening", 0.0
        self._lock = threading.Lock()
        self._worker = Worker("sound", self._run, self._deafen).start()

    @property
    def line(self) -> str:
        """What is listened to, how late it is, and how loud."""
        ear = self._ear
        if ear is None or not ear.name:
            return f"sound: {_shown(self._device)}, {self._state}"
        return f"sound: {ear.name}, {1000 * self.latency:.0f} ms  {bar(self._level)}"

    @property
    def latency(self) -> float:
        """Seconds from a sound at the device to its signals, at most; 0 while none is there."""
        ear = self._ear
        return ear.latency + hop_of(ear.rate) / ear.rate + self._taking if ear is not None else 0.0

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                self._listen(stopping)
                self._state = "ended"
                self._tell("", self.name)
                return
            except Exception as error:  # the show goes on, whatever it was
                if not isinstance(error, SoundError):
                    _log.info("what was heard failed here", exc_info=error)
                if self._state != "gone" and not stopping.is_set():
                    self._state = "gone"
                    text = f"sound: {_shown(self._device)} is gone ({error}); it is looked for again"
                    self._tell(text, self.name)
            finally:
                put(Heard(0.0), self._board)
            stopping.wait(_AGAIN)

    def _listen(self, stopping: threading.Event) -> None:
        """Hear a device until it is gone (SoundError), or a file until its end."""
        with closing(Ear(self._device)) as ear:
            with self._lock:
                if stopping.is_set():
                    return
                self._ear = ear
            try:
                ear.open()
                ear.begin(self._second(stopping))
                analyser = Analyser(ear.rate)
                for samples in ear.hops(analyser.hop):
                    came = self._clock()
                    if self._tape is not None:
                        self._tape.put(samples, ear.rate, came - ear.latency)
                    self._hear(analyser.hear(mono(samples)), came - ear.latency)
                    self._taking += _SMOOTHING * (self._clock() - came - self._taking)
            finally:
                self._ear = None

    def _second(self, stopping: threading.Event) -> float:
        """Return where a file is to play from once the show has begun; later on, where it would be by now."""
        if self._device.kind != "file":
            return 0.0
        while not self._begun() and not stopping.wait(_SOON):
            pass
        now = self._clock()
        self._start = self._start or now
        return now - self._start

    def _hear(self, heard: Heard, when: float) -> None:
        put(heard, self._board)
        follow(heard, self._tempo, when)
        self._level = heard.level
        if self._state == "gone":
            self._state = ""
            self._tell("", self.name)

    def _deafen(self) -> None:
        """Free the thread from waiting for the device."""
        with self._lock:
            if self._ear is not None:
                self._ear.close()


def _shown(device: Device) -> str:
    return Path(device.name).name if device.kind == "file" else str(device)
