"""Limits: what comes too fast or is wrong costs the show nothing, and the operator a line a minute."""

from collections.abc import Callable

from dreamstream.tell import Tell

Later = Callable[[float, Callable[[], object]], object]
"""Has something done in so many seconds."""

_MINUTE = 60.0
_LINE = 240  # letters


class Budget:
    """Lets `rate` things a second pass, and so many of a second at once. `clock` gives seconds."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._rate, self._clock = rate, clock
        self._left, self._last = rate, clock()

    def take(self) -> bool:
        """Return whether one more may pass now."""
        now = self._clock()
        self._left = min(self._rate, self._left + (now - self._last) * self._rate)
        self._last = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Refusals:
    """Tells the first thing that was refused at once, and of a minute's others the last, and how many.

    `name` is the control's, in front of each.
    """

    def __init__(self, name: str, tell: Tell, later: Later) -> None:
        self._name, self._tell, self._later = name, tell, later
        self._count, self._text = 0, ""
        self.open = True
        """Whether the next is told at once: only then a hint is worth its time."""

    def add(self, text: str) -> None:
        """Count something that was refused; `text` says who sent what, and what would be right."""
        self._count, self._text = self._count + 1, text
        if self.open:
            self._say()

    def _say(self) -> None:
        more = f" ({self._count - 1} more were refused in the last minute)" if self._count > 1 else ""
        self._tell(f"{self._name}: {_clean(self._text)}{more}")
        self._count, self.open = 0, False
        self._later(_MINUTE, self._minute_over)

    def _minute_over(self) -> None:
        self.open = True
        if self._count:
            self._say()


def _clean(text: str) -> str:
    """Return a text that no sender can move the terminal's cursor with, or fill the screen."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[: _LINE + 1])
    return shown if len(shown) <= _LINE else shown[:_LINE] + " ..."
