"""The feed: the sources of a show in turn, and where in them it reads.

    sources -> the current one -> pictures

A frame that failed is tried again with the picture that it had: so what is read follows from the frames
alone, but for where a film was when the show began. `jumps` tells that.
"""

from collections.abc import Sequence

from dreamstream.size import Size
from dreamstream.sources.source import Canvas, Source


class Feed:
    """Sources, one after the other, round and round; not for use by two threads."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = list(sources)
        self._at = 0
        self._size: Size | None = None
        self._behind: set[int] = set()
        self._expected = [0] * len(self._sources)
        self._jumps: list[tuple[int, int]] = []
        self._held: tuple[tuple[int, int], Canvas] | None = None

    def read(self, index: int | None = None) -> Canvas:
        """Return the next picture; asked again for the same frame, the same one. Raises SourceError.

        With an index it is not the caller's own: it must not be written to.
        """
        if index is None:
            return self._read()
        key = index, self._at
        if self._held is None or self._held[0] != key:
            self._held = key, self._read()
        return self._held[1]

    def forward(self, count: int) -> None:
        """Go so many sources on; each that is left goes to what follows it."""
        for _ in range(count):
            self._sources[self._at] = self._sources[self._at].next()
            self._at = (self._at + 1) % len(self._sources)

    def go_to(self, source: Source, index: int) -> None:
        """Put one more source behind the last and go to it, for a frame; SourceError changes nothing."""
        picture = source.read()
        self._sources.append(source)
        self._expected.append(source.place + 1 if source.moving else 0)
        self._at = len(self._sources) - 1
        self._held = (index, self._at), picture

    def resize(self, size: Size) -> None:
        """Give pictures of another size from now on; each source follows when it is read."""
        self._size, self._held = size, None
        self._behind = set(range(len(self._sources)))

    def jumps(self) -> list[tuple[int, int]]:
        """Return (source, place) of each read since the last call that was not where the last one led to."""
        jumps, self._jumps = self._jumps, []
        return jumps

    def _read(self) -> Canvas:
        if self._at in self._behind and self._size is not None:
            self._sources[self._at] = self._sources[self._at].resized(self._size)
            self._behind.discard(self._at)
        source = self._sources[self._at]
        picture = source.read()
        if source.moving:
            if source.place not in (self._expected[self._at], 0):  # from its end a film begins anew by itself
                self._jumps.append((self._at, source.place))
            self._expected[self._at] = source.place + 1
        return picture
