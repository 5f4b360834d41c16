"""Now and then: what is done often enough a few times a second; what has failed, and is tried again."""


class Every:
    """Says when it is time again: at most once in so many `seconds`, on whatever clock is given."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next: float | None = None

    def due(self, now: float) -> bool:
        """Return whether it is time; if so, the next time is `seconds` from now."""
        if self._next is not None and now < self._next:
            return False
        self._next = now + self._seconds
        return True

    def hurry(self) -> None:
        """Make it due at the next call."""
        self._next = None


class Pauses:
    """How long to wait before what has failed is tried again: each time twice as long, up to `longest`."""

    def __init__(self, first: float, longest: float) -> None:
        self._first, self._longest = first, longest
        self._next = first

    def next(self) -> float:
        """Return the seconds to wait now."""
        pause = min(self._next, self._longest)
        self._next = 2 * pause
        return pause

    def reset(self) -> None:
        """Begin with the first again: it goes well."""
        self._next = self._first
