"""How often is often enough."""

from dreamstream.every import Every, Pauses


def test_it_is_time_at_once_and_then_after_so_many_seconds() -> None:
    every = Every(0.5)
    assert [now for now in (0.0, 0.1, 0.49, 0.5, 0.6, 1.4, 1.5) if every.due(now)] == [0.0, 0.5, 1.4]


def test_it_can_be_hurried() -> None:
    every = Every(0.5)
    assert every.due(7.0)
    assert not every.due(7.1)
    every.hurry()
    assert every.due(7.2)
    assert not every.due(7.6)


def test_pauses_grow_to_the_longest_and_begin_anew_when_it_goes_well() -> None:
    pauses = Pauses(1.0, 5.0)
    assert [pauses.next() for _ in range(5)] == [1.0, 2.0, 4.0, 5.0, 5.0]
    pauses.reset()
    assert pauses.next() == 1.0
    assert Pauses(9.0, 5.0).next() == 5.0
