import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.ring import Ring
from dreamstream.size import Size
from tests.fakes import frame


def test_latest_gives_the_newest_oldest_first() -> None:
    ring = Ring(3)
    assert ring.latest() == ()
    for index in range(5):
        ring.put(frame(index))
    assert [f.index for f in ring.latest(2)] == [3, 4]
    assert [f.index for f in ring.latest(9)] == [2, 3, 4]


@given(st.integers(2, 6), st.lists(st.integers(0, 5), max_size=30))
def test_every_frame_is_either_read_in_order_or_counted_as_dropped(capacity: int, bursts: list[int]) -> None:
    ring = Ring(capacity)
    ring.put(frame(0))  # before the reader came: not its own
    reader = ring.reader()
    read, put = [], 0
    for burst in bursts:
        for _ in range(burst):
            put += 1
            ring.put(frame(put))
        got = reader.read(timeout=0)
        if got is not None:
            read.append(got.index)
    ring.close()
    while (got := reader.read()) is not None:
        read.append(got.index)
    assert read == sorted(set(read))
    assert len(read) + reader.dropped == put
    assert ring.statistics().dropped == reader.dropped


def test_close_wakes_a_reader_that_waits() -> None:
    ring = Ring(2)
    reader = ring.reader()
    got: list[object] = []
    waiter = threading.Thread(target=lambda: got.append(reader.read()))
    waiter.start()
    ring.close()
    waiter.join(30)
    assert got == [None]


def test_a_closed_reader_still_gives_what_was_put_before_and_no_more() -> None:
    ring = Ring(4)
    reader = ring.reader()
    ring.put(frame(1))
    reader.close()
    ring.put(frame(2))
    got = reader.read()
    assert got is not None
    assert got.index == 1
    assert reader.read() is None
    assert ring.statistics().readers == 0


def test_what_is_put_after_a_reader_s_end_is_not_dropped_by_it() -> None:
    ring = Ring(2)
    reader = ring.reader()
    for index in range(3):
        ring.put(frame(index))
    reader.close()
    for index in range(3, 50):
        ring.put(frame(index))
    assert reader.read() is None
    assert reader.dropped == 3


def test_put_after_close_is_ignored() -> None:
    ring = Ring(2)
    ring.close()
    ring.put(frame(1))
    assert ring.statistics().put == 0
    assert ring.statistics().closed


def test_a_ring_needs_a_bound_that_holds_two() -> None:
    with pytest.raises(ValueError, match="2 frames"):
        Ring(1)


def test_a_limit_in_bytes_holds_fewer_large_frames_but_the_least() -> None:
    small, large = frame(1, size=Size(10, 10)), frame(2, size=Size(30, 10))  # 300 and 900 bytes
    ring = Ring(8, 3000, least=2)
    for _ in range(12):
        ring.put(small)
    assert (ring.statistics().held, ring.statistics().capacity) == (8, 8)
    for _ in range(12):
        ring.put(large)
    assert (ring.statistics().held, ring.statistics().capacity) == (3, 3)
    for _ in range(12):
        ring.put(small)
    assert ring.statistics().held == 8
    ring = Ring(8, 100, least=4)
    for _ in range(12):
        ring.put(large)
    assert (ring.statistics().held, ring.statistics().capacity) == (4, 4)
