"""What flowed in: the last minutes of films and cameras, a small picture a second, for maps of what is there.

Frames count, not time: a film that is rendered again gives the same pictures.
"""

from collections import deque

from dreamstream.dreamer import Listener
from dreamstream.frame import Canvas, Pixels, rounded
from dreamstream.pictures import HOST
from dreamstream.size import Size

_EACH = 20  # frames: a second, as a rule
_MOST = 150  # pictures that are kept: two minutes and a half
_SHORTER = 192  # px of a kept picture's shorter side, at most
ENOUGH = 20
"""Pictures from which on there is something to make a map of."""


class Flowed(Listener):
    """Keeps what it is told of, in 30 MB at most; for the thread that dreams."""

    def __init__(self) -> None:
        self.count = 0
        """How many pictures were taken to be kept, also those that are gone again."""
        self._frames = 0
        self._kept: deque[Pixels] = deque(maxlen=_MOST)

    def flowed_in(self, frame: int, picture: Canvas) -> None:
        """See `Listener`."""
        if self._frames % _EACH == 0:
            size = Size.of(picture)
            small = HOST.resize(picture, size.scaled(min(1.0, _SHORTER / min(size))))
            self._kept.append(rounded(small))
            self.count += 1
        self._frames += 1

    def pictures(self) -> list[Pixels]:
        """Return those that are kept, the oldest first."""
        return list(self._kept)
