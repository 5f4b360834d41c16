"""The feed: the sources of a show in turn, and where in them it reads.

A frame that failed is tried again with the picture that it had: so the pictures follow from the frames alone,
except from where a film was when the show began, which `jumps` returns.
"""

from collections import defaultdict
from collections.abc import Sequence

from dreamstream.frame import Canvas
from dreamstream.knobs import Knobs
from dreamstream.size import Size
from dreamstream.sources.source import Source


class Feed:
    """Sources, one after the other, round and round; not for use by two threads."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = list(sources)
        self._current = 0
        self._outdated: dict[int, Size] = {}  # the new size of sources that still have the one before
        self._expected = defaultdict[int, int](int)  # the place that each source would read next
        self._jumps: list[tuple[int, int]] = []
        self._latest: tuple[tuple[int, int], Canvas] | None = None

    def read(self, index: int | None = None, seconds: float | None = None) -> Canvas:
        """Return the next picture; asked again for the same frame, the same one. Raises SourceError.

        With `seconds` it is what a film shows so much later than the picture before. With an index it is
        not the caller's own: it must not be written to.
        """
        if index is None:
            return self._read(seconds)
        key = index, self._current
        if self._latest is None or self._latest[0] != key:
            self._latest = key, self._read(seconds)
        return self._latest[1]

    def turn(self, knobs: Knobs) -> None:
        """Have all sources go by these params from now on."""
        for source in self._sources:
            source.turn(knobs)

    @property
    def moving(self) -> bool:
        """Whether the source that it is at gives another picture each time."""
        return self._sources[self._current].moving

    @property
    def message(self) -> str:
        """What is wrong with the source that it is at, though it gives pictures."""
        return self._sources[self._current].message

    def forward(self, count: int) -> None:
        """Go so many sources on; each one that is passed is replaced by its next."""
        for _ in range(count):
            self._sources[self._current] = self._sources[self._current].next()
            self._current = (self._current + 1) % len(self._sources)

    def go_to(self, source: Source, index: int) -> None:
        """Put one more source behind the last and go to it, for a frame; SourceError changes nothing."""
        picture = source.read()
        self._sources.append(source)
        self._current = len(self._sources) - 1
        self._latest = (index, self._current), picture
        self._note_place()

    def resize(self, size: Size) -> None:
        """Give pictures of another size from now on; each source follows when it is read."""
        self._latest = None
        self._outdated = dict.fromkeys(range(len(self._sources)), size)

    def jumps(self) -> list[tuple[int, int]]:
        """Return (source, place) of each read since the last call that did not follow the read before."""
        jumps, self._jumps = self._jumps, []
        return jumps

    def _read(self, seconds: float | None) -> Canvas:
        current = self._current
        if current in self._outdated:
            self._sources[current] = self._sources[current].resized(self._outdated[current])
            del self._outdated[current]
        if seconds is not None:
            self._sources[current].elapse(seconds)
        picture = self._sources[current].read()
        self._note_place()
        return picture

    def _note_place(self) -> None:
        """Note where the current source was read, and a jump if that does not follow the read before."""
        current, source = self._current, self._sources[self._current]
        if source.moving:
            follows = source.place in (self._expected[current], 0)  # at its end a film starts again
            if source.jumped or not follows:
                self._jumps.append((current, source.place))
            self._expected[current] = source.place + 1
