"""An album keeps the newest pictures, small, and no more than it may."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.size import Size
from dreamstream.sources.album import Album
from tests.fakes import picture


def test_a_picture_comes_back_nearly_as_it_was_at_any_size() -> None:
    album, first = Album(4, 10**6), picture(96, 128)
    album.put(first)
    again = album.picture(0, Size(128, 96))
    assert again.dtype == np.float32
    assert np.abs(again - first).mean() < 3
    assert album.picture(0, Size(64, 48)).shape == (48, 64, 3)
    assert album.bytes < first.size / 5


def test_a_large_picture_is_kept_smaller() -> None:
    album = Album(4, 10**7)
    album.put(picture(1080, 1920))
    assert album.bytes < 200_000
    assert album.picture(0, Size(1920, 1080)).shape == (1080, 1920, 3)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5), st.integers(1, 40_000), st.lists(st.integers(1, 80), min_size=1, max_size=12))
def test_it_holds_no_more_than_it_may_and_the_newest(count: int, most: int, sides: list[int]) -> None:
    album, rng = Album(count, most), np.random.default_rng(0)
    for side in sides:
        album.put(rng.uniform(0, 255, (side, side, 3)).astype(np.float32))
        assert 1 <= len(album) <= count
        assert album.bytes <= most or len(album) == 1
    flat = np.full((32, 32, 3), 77, np.float32)
    album.put(flat)
    assert np.abs(album.picture(len(album) - 1, Size(32, 32)) - flat).max() < 3
    assert np.array_equal(album.picture(0, Size(32, 32)), album.picture(len(album), Size(32, 32)))
