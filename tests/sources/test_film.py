"""A film as a source: its shots in turn, or by the time that passes; and again as they were."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import SourceError
from dreamstream.size import Size
from dreamstream.sources import Feed, Shot
from dreamstream.sources.film import Film

SIZE = Size(4, 4)
LENGTHS = st.lists(st.integers(1, 40), min_size=2, max_size=9)
"""Of shots, in 64ths of a second, of which sums are exact."""


class Flat:
    """Footage of flat pictures, the number of each as its grey level."""

    seconds, torn, alpha = 0.0, False, False

    def __init__(self, lengths: Sequence[float]) -> None:
        self._lengths = [length / 64 for length in lengths]

    def shots(self, begin: float = 0.0) -> Iterator[Shot]:
        starts = accumulate(self._lengths, initial=0.0)
        for place, (start, length) in enumerate(zip(starts, self._lengths, strict=False)):
            yield Shot(start, length, partial(np.full, (4, 4, 3), place, np.uint8))


def film(lengths: list[int]) -> Film:
    return Film("film", SIZE, Flat(lengths))


@given(LENGTHS)
def test_of_itself_it_gives_each_shot_in_turn_and_goes_round(lengths: list[int]) -> None:
    source, count = film(lengths), len(lengths)
    for index in range(2 * count + 1):
        assert source.read().max() == source.place == index % count
        assert not source.jumped


@given(LENGTHS, st.lists(st.integers(0, 200), max_size=20))
def test_by_the_clock_it_shows_what_is_due(lengths: list[int], gaps: list[int]) -> None:
    source, ends, now = film(lengths), np.cumsum(lengths), 0
    before = 0
    for index, gap in enumerate([0, *gaps]):
        source.elapse(gap / 64)
        level = source.read().max()
        now += gap
        rounds, rest = divmod(now, int(ends[-1]))
        place = int(np.searchsorted(ends, rest, side="right"))
        assert level == source.place == place
        total = rounds * len(lengths) + place
        assert source.jumped == (index > 0 and total - before != 1)
        before = total


@given(LENGTHS, st.lists(st.one_of(st.none(), st.integers(0, 200)), min_size=1, max_size=20))
def test_what_was_shown_by_the_clock_is_shown_again_by_its_jumps(
    lengths: list[int], gaps: list[int | None]
) -> None:
    feed, places, jumps = Feed([film(lengths)]), [], []
    for index, gap in enumerate(gaps):
        places.append(int(feed.read(index, None if gap is None else gap / 64).max()))
        jumps.append(feed.jumps())
    again = film(lengths)
    for place, jump in zip(places, jumps, strict=True):
        for _, to in jump:
            again.seek(to)
        assert again.read().max() == place


@given(LENGTHS, st.lists(st.integers(0, 8), max_size=12))
def test_it_is_read_from_where_it_was_sent(lengths: list[int], places: list[int]) -> None:
    source = film(lengths)
    for place in places:
        source.seek(place % len(lengths))
        assert source.read().max() == place % len(lengths)


def test_times_that_a_file_rounds_are_met() -> None:
    """Matroska has milliseconds: 33, 67, 100."""

    class Rounded(Flat):
        def shots(self, begin: float = 0.0) -> Iterator[Shot]:
            for shot in super().shots():
                yield replace(shot, time=round(shot.time, 3))

    source = Film("film.mkv", SIZE, Rounded([64 / 30] * 90))
    for place in range(90):
        source.elapse(1 / 30)
        assert source.read().max() == place


def test_a_film_that_has_nothing_left_is_told() -> None:
    class Gone(Flat):
        opened = 0

        def shots(self, begin: float = 0.0) -> Iterator[Shot]:
            self.opened += 1
            return super().shots() if self.opened == 1 else iter(())

    source = Film("film.mp4", SIZE, Gone([1, 1]))
    source.read()
    source.read()
    with pytest.raises(SourceError, match=r"film\.mp4: no picture comes from it any more"):
        source.read()
