"""The bag: all once before any comes again, whatever is put out of it and comes to it."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dreamstream.autopilot.bag import Bag

NAMES = [f"preset{number}" for number in range(8)]


@given(st.integers(0, 9999), st.sets(st.sampled_from(NAMES)))
def test_in_a_round_all_come_once_and_those_that_are_liked_once_more(seed: int, liked: set[str]) -> None:
    bag = Bag(random.Random(seed))
    drawn = [bag.draw(NAMES, liked) for _ in range(len(NAMES))]
    assert sorted(drawn) == NAMES
    encores = [bag.draw(NAMES, liked) for _ in liked]
    assert len({*encores}) == len(encores)
    assert {*encores} <= liked or encores[0] in NAMES


@given(st.integers(0, 9999), st.lists(st.sampled_from([*NAMES, "out"]), max_size=60))
def test_nothing_comes_twice_in_a_row_nor_out_of_quarantine(seed: int, outs: list[str]) -> None:
    bag, before, away = Bag(random.Random(seed)), "", dict[str, None]()
    for out in outs:
        name = bag.draw(NAMES)
        if len(away) < len(NAMES):
            assert name not in away
        if len(NAMES) - len(away) > 1:
            assert name != before
        before = name
        if out == "out":
            bag.put_out(name)
            away[name] = None
        assert len(bag.quarantined) <= len(NAMES)


def test_where_all_are_out_the_oldest_comes_back() -> None:
    bag = Bag(random.Random(1))
    for name in ("c", "a", "b"):
        bag.put_out(name)
    assert bag.draw(["a", "b", "c"]) == "c"
    assert bag.quarantined == ("a", "b")
    bag.put_out("c")
    assert [bag.draw(["a", "b", "c"]) for _ in range(3)] == ["a", "a", "a"]


def test_nothing_starves_and_what_is_new_comes_in_its_round() -> None:
    bag = Bag(random.Random(3))
    first = [bag.draw(NAMES[:5], rest=lambda name: float(name == "preset0")) for _ in range(3)]
    rest = [bag.draw(NAMES) for _ in range(5)]
    assert sorted(first + rest) == NAMES


def test_what_has_rested_comes_early_mostly() -> None:
    firsts = Counter(
        Bag(random.Random(seed)).draw(NAMES, (), lambda n: float(n == "preset3")) for seed in range(300)
    )
    assert firsts["preset3"] > 120
    assert len(firsts) > 4, "and not always"
