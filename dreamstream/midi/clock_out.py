"""The clock out: the show's beats as MIDI's, for what is to keep step with it.

the count of beats -> Ticker -> start on a bar, 24 ticks a beat, stop -> ports
"""

import math
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from dreamstream.controls.tempo import Tempo
from dreamstream.midi.clock import PER_BEAT
from dreamstream.params import BAR
from dreamstream.worker import Worker

if TYPE_CHECKING:
    from mido import Message

_IDLE = 0.02  # seconds from one look to the next without a tempo, and at most


class Ticker:
    """Says what is to be sent by how the count of beats goes: pure, for any one thread."""

    def __init__(self) -> None:
        self._sent, self._jumps, self._running = 0, -1, False

    def due(self, beats: float, bpm: float, jumps: int) -> list[str]:
        """Return the messages that are due at a count of beats, which has jumped so often.

        A song starts on the next bar; where the count jumps, or goes without a tempo, it stops before that.
        """
        now = math.floor(beats * PER_BEAT + 1e-6)
        jumped = jumps != self._jumps or not 0 <= now - self._sent <= PER_BEAT
        messages = []
        if not bpm or jumped:
            messages = ["stop"] * self._running
            self._sent, self._jumps, self._running = now, jumps, False
        for tick in range(self._sent + 1, now + 1):
            if not self._running and tick % (BAR * PER_BEAT) == 0:
                messages.append("start")
                self._running = True
            messages.append("clock")
        self._sent = now
        return messages

    def pause(self, beats: float, bpm: float) -> float:
        """Return the seconds until the next tick, or look."""
        return min((self._sent + 1 - beats * PER_BEAT) * 60 / (bpm * PER_BEAT), _IDLE) if bpm > 0 else _IDLE

    def end(self) -> list[str]:
        """Return what is to be sent at the end."""
        return ["stop"] * self._running


class ClockOut:
    """Sends the clock, on a thread of its own; `tempo` counts the beats, `send` takes each message."""

    def __init__(self, tempo: Tempo, clock: Callable[[], float], send: "Callable[[Message], None]") -> None:
        self._tempo, self._clock, self._send_one, self._ticker = tempo, clock, send, Ticker()
        self._worker = Worker("midi clock", self._run).start()

    def close(self) -> None:
        """Stop the song."""
        self._worker.stop()

    def _run(self, stopping: threading.Event) -> None:
        tempo, pause = self._tempo, 0.0
        while not stopping.wait(max(pause, 0.0)):
            beats, bpm = tempo.beats(self._clock()), tempo.bpm
            self._send(self._ticker.due(beats, bpm, tempo.jumps))
            pause = self._ticker.pause(beats, bpm)
        self._send(self._ticker.end())

    def _send(self, messages: list[str]) -> None:
        from mido import Message

        for message in messages:
            self._send_one(Message(message))
