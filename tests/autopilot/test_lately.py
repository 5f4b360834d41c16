"""The account of what was seen: what rested longest is picked first."""

import random
from collections import Counter

from dreamstream.autopilot.lately import MEMORY, Lately


def test_rest_goes_from_0_to_1_in_half_an_hour() -> None:
    lately = Lately()
    assert lately.rest("layer", "block9", 0.0) == 1
    lately.use("layer", "block9", 100.0)
    assert lately.rest("layer", "block9", 100.0) == 0
    assert lately.rest("layer", "block9", 100 + MEMORY / 2) == 0.5
    assert lately.rest("layer", "block9", 1e9) == 1
    assert lately.rest("channel", "block9", 100.0) == 1


def test_what_is_seen_now_is_picked_hardly_ever_and_what_rested_mostly() -> None:
    lately, rng = Lately(), random.Random(1)
    lately.use("layer", "now", 1000.0)
    lately.use("layer", "old", 1000.0 - MEMORY / 3)
    picks = Counter(lately.pick("layer", ["now", "old", "new"], 1000.0, rng) for _ in range(1000))
    assert picks["now"] < 10 < picks["old"] < picks["new"]
    assert lately.pick("layer", ["now"], 1000.0, rng) == "now", "where there is nothing else"


def test_some_are_each_once_and_at_most_all() -> None:
    lately, rng = Lately(), random.Random(1)
    assert sorted(lately.some("channel", range(5), 9, 0.0, rng)) == [0, 1, 2, 3, 4]
    assert len({*lately.some("channel", range(100), 6, 0.0, rng)}) == 6


def test_the_account_does_not_grow_for_ever() -> None:
    lately = Lately()
    for second in range(20_000):
        lately.use("channel", second, float(second))
    assert len(lately._used) < 6000
