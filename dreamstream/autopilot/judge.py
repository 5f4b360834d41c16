"""The judge: whether a scene is to be left before its end, and why.

    board: dream:alive, dream:new5 -> low for long
    frames that come, frames that failed -> "froze", "raised"

What nobody measures is not judged.
"""

from dataclasses import dataclass

from dreamstream.autopilot.taste import Leave
from dreamstream.controls import Board

_ALIVE, _NEW = "dream:alive", "dream:new5"
_SIGNALS = {_ALIVE: "died", _NEW: "bored"}
_OLD = 60.0  # seconds after which a measure says nothing of now
_PAST = 300.0  # seconds of past that a judgement of what is new needs


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
        self._first: float | None = None  # when it was told for the first time what is new
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
            least = leave.alive if why == "died" else leave.new
            if not self._is_low(name, least, now):
                self._low.pop(name, None)
            elif now - self._low.setdefault(name, now) >= leave.seconds:
                return why
        return ""

    def _is_low(self, name: str, least: float, now: float) -> bool:
        inlet = self._board.inlet(name)
        if not inlet.puts or now - inlet.when > _OLD:
            return False
        if name == _NEW:
            self._first = now if self._first is None else self._first
            if now - self._first < _PAST:
                return False
        return now >= self._from and inlet.value < least
