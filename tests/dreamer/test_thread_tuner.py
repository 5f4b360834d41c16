"""Finding the number of threads on simulated machines: what a frame takes with each number, times noise."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dreamer.thread_tuner import ThreadTuner, thread_counts

IDLE = {1: 0.042, 2: 0.024}
BUSY = {1: 0.042, 2: 0.140}


class Machine:
    def __init__(self, costs: Mapping[int, float], at: int = 0, noise: float = 0.0) -> None:
        self.costs, self.noise, self.rng = dict(costs), noise, np.random.default_rng(0)
        self.used: list[int] = []
        self.now, self.tried, self.frames = 0.0, 0, Counter[int]()
        self.tuner = ThreadTuner(sorted(costs), at, self.used.append)

    def dream(self, seconds: float, kind: object = "block9") -> "Machine":
        end = self.now + seconds
        while self.now < end:
            self.tried += self.tuner.start_frame(kind)
            count = self.used[-1]
            took = self.costs[count] * float(np.exp(self.noise * self.rng.normal()))
            self.tuner.end_frame(took)
            self.frames[count] += 1
            self.now += took
        return self

    @property
    def count(self) -> int:
        return self.tuner.count


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize(("costs", "best"), [(IDLE, 2), (BUSY, 1)])
def test_it_finds_the_faster_of_two(costs: Mapping[int, float], best: int, at: int) -> None:
    assert Machine(costs, at, noise=0.1).dream(6).count == best


@given(st.integers(0, 6), st.integers(0, 6))
def test_it_climbs_to_the_best_of_many(best: int, at: int) -> None:
    counts = thread_counts(16)[:7]
    machine = Machine({n: 0.02 * 1.2 ** abs(i - best) for i, n in enumerate(counts)}, at)
    assert machine.dream(60).count == counts[best]


def test_a_core_that_is_taken_is_given_way_to_soon_and_taken_back_later() -> None:
    machine = Machine(IDLE, at=1).dream(40)
    machine.costs = BUSY
    assert machine.dream(6).count == 1
    machine.costs = IDLE
    assert machine.dream(35).count == 2


def test_what_is_much_slower_is_hardly_tried() -> None:
    machine = Machine(BUSY).dream(120)
    assert machine.frames[2] < 0.01 * machine.frames[1]


def test_equal_numbers_are_seldom_tried() -> None:
    machine = Machine({1: 0.02, 2: 0.02}, noise=0.2).dream(300)
    assert machine.tried < 0.05 * sum(machine.frames.values())


def test_frames_of_another_kind_end_a_try() -> None:
    machine = Machine(IDLE).dream(2.06)
    assert machine.tuner.start_frame("block9")
    assert not machine.tuner.start_frame("block3")
    assert machine.count == machine.used[-1] == 1


def test_slow_frames_are_looked_at_first_and_tried_but_a_few_times() -> None:
    machine = Machine({1: 4.0, 2: 3.0}).dream(36)
    assert machine.tried == 0  # who keeps the rate comes first
    machine.dream(36)
    assert (machine.count, machine.tried) == (2, 4)


def test_one_number_is_never_tried() -> None:
    machine = Machine({1: 0.02}).dream(30)
    assert ({*machine.used}, machine.tried) == ({1}, 0)


@pytest.mark.parametrize(
    ("most", "counts"), [(1, [1]), (2, [1, 2]), (5, [1, 2, 3, 4, 5]), (16, [1, 2, 3, 4, 6, 8, 12, 15, 16])]
)
def test_the_numbers_worth_trying(most: int, counts: list[int]) -> None:
    assert thread_counts(most) == counts
