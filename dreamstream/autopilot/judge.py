"""The judge: whether a scene is to be left before its end, and why.

    board: dream:alive, dream:new5 -> low for long
    frames that come, frames that failed -> "froze", "raised"

What nobody measures is not judged.
"""

from dataclasses import dataclass

from dreamstream.autopilot.taste import Leave
from dreamstream.controls import Board

_SIGNALS = {"dream:alive": "died", "dream:new5": "bored"}
_OLD = 10.0  # seconds after which a measure says nothing of now


@dataclass(frozen=True)
class Pulse:
    """How far a dream is: frames that came, and failed, since the show began."""

    frames: int = 0
    failures: int = 0


class Judge:
    """Judges a scene, from `begin` on, at each `verdict`; only then has it the board's signals measured."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._low: dict[str, float] = {}  # by signal: since when
        self._pulse = Pulse()
        self._moved = 0.0  # when the newest frame came
        self._from = 0.0  # when the scene is there, and judged

    def begin(self, now: float, grace: float, pulse: Pulse) -> None:
        """Begin with a scene that is there, whatever was before it, in so many seconds."""
        self._low.clear()
        self._pulse, self._moved, self._from = pulse, now, now + grace

    def verdict(self, now: float, pulse: Pulse, leave: Leave) -> str:
        """Return why the scene is to be left, in a word as in `tide: died`; or an empty text."""
        if pulse.frames != self._pulse.frames:
            self._pulse, self._moved = Pulse(pulse.frames, self._pulse.failures), now
        if pulse.failures - self._pulse.failures >= leave.failures:
            return "raised"
        if pulse.frames and now - self._moved >= leave.still:  # before the first the net is being loaded
            return "froze"
        for name, why in _SIGNALS.items():
            inlet, least = self._board.inlet(name), leave.alive if why == "died" else leave.new
            if now < self._from or not inlet.puts or now - inlet.when > _OLD or inlet.value >= least:
                self._low.pop(name, None)
            elif now - self._low.setdefault(name, now) >= leave.seconds:
                return why
        return ""
