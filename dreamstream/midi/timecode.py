"""MIDI time code (MTC): quarter frames -> where a tape or a film is.

Eight messages, a quarter of a frame apart, say one time of two frames ago: four bits each.
"""

from dataclasses import dataclass

_RATES = (24.0, 25.0, 30 / 1.001, 30.0)
_PIECES = 8


@dataclass(frozen=True)
class TimeCode:
    """A time in hours, minutes, seconds and frames, of so many a second."""

    hours: int
    minutes: int
    seconds: int
    frames: int
    rate: float

    def __str__(self) -> str:
        return f"{self.hours:02}:{self.minutes:02}:{self.seconds:02}:{self.frames:02}"

    def shares(self) -> dict[str, float]:
        """Return how much of the second, the minute and the hour has gone, by the names of their signals."""
        second = min((self.frames + 2) / round(self.rate), 1.0)  # it is two frames later when all has come
        minute = (self.seconds + second) / 60
        return {"mtc:second": second, "mtc:minute": minute, "mtc:hour": (self.minutes + minute) / 60}


class TimeCodeReader:
    """Puts the quarter frames together."""

    def __init__(self) -> None:
        self._pieces: list[int] = []

    def take(self, piece: int, value: int) -> TimeCode | None:
        """Take a quarter frame; return the time that it completes. A tape run backwards is not read."""
        if piece == 0:
            self._pieces = [value]
        elif piece == len(self._pieces):
            self._pieces.append(value)
        else:
            self._pieces = []
        if len(self._pieces) < _PIECES:
            return None
        low, high = self._pieces[::2], self._pieces[1::2]
        frames, seconds, minutes, hours = (a + 16 * b for a, b in zip(low, high, strict=True))
        self._pieces = []
        return TimeCode(hours % 32, minutes % 64, seconds % 64, frames % 32, _RATES[hours // 32 % 4])
