"""Now and then: what is done often enough a few times a second."""


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
