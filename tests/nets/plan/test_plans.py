"""The cache of plans: each is built once, whoever asks, and no more are kept than were agreed."""

import threading

import pytest

from dreamstream.errors import NetError
from dreamstream.nets.plan.plan import Plan
from dreamstream.nets.plan.plans import Key, Plans
from tests.fakes import PATIENCE, FakeClock

import torch  # isort: skip


def key(number: int) -> Key:
    return (f"layer{number}",), (1, 3, 8, 8)


class Builder:
    """Builds empty plans, counts them, and holds each until it may go on."""

    def __init__(self) -> None:
        self.built: list[Key] = []
        self.threads: set[str] = set()
        self.begun, self.may = threading.Event(), threading.Event()
        self.may.set()

    def __call__(self, wanted: Key) -> Plan:
        self.begun.set()
        assert self.may.wait(PATIENCE)
        self.built.append(wanted)
        self.threads.add(threading.current_thread().name)
        return Plan([], {}, torch.float32, bytes=100)


def test_a_plan_is_built_once() -> None:
    build = Builder()
    plans = Plans(build)
    assert plans.get(key(1)) is plans.get(key(1))
    assert plans.begin(key(1))
    assert build.built == [key(1)]


def test_begin_builds_on_another_thread_and_get_waits_for_it() -> None:
    build = Builder()
    plans = Plans(build)
    build.may.clear()
    assert not plans.begin(key(1))
    assert build.begun.wait(PATIENCE)
    assert not plans.begin(key(1))
    build.may.set()
    plan = plans.get(key(1))
    assert plans.begin(key(1))
    assert plans.get(key(1)) is plan
    assert build.built == [key(1)]
    assert threading.current_thread().name not in build.threads


def test_the_least_used_go_first() -> None:
    build = Builder()
    plans = Plans(build, most=2)
    for number in (1, 2, 1, 3, 1, 2):
        plans.get(key(number))
    assert len(plans) == 2
    assert build.built == [key(1), key(2), key(3), key(2)]


def begun(count: int, clock: FakeClock) -> tuple[Builder, Plans]:
    """Return plans of which the first is being built, and `count` more are asked for, a second apart."""
    build = Builder()
    plans = Plans(build, clock=clock)
    build.may.clear()
    for number in range(1, count + 2):
        plans.begin(key(number))
        assert build.begun.wait(PATIENCE)
        clock.advance(1.0)
    return build, plans


def test_what_was_asked_for_last_is_built_first_and_what_nobody_waits_for_is_not() -> None:
    build, plans = begun(4, FakeClock())
    plans.begin(key(4))
    build.may.set()
    while len(plans) == 5:  # the one that nobody waits for is let go of last
        threading.Event().wait(0.001)
    assert build.built == [key(1), key(4), key(5), key(3)]


def test_who_needs_a_plan_does_not_wait_for_others() -> None:
    build, plans = begun(2, FakeClock())
    getter = threading.Thread(target=plans.get, args=(key(2),))
    build.begun.clear()
    getter.start()
    assert build.begun.wait(PATIENCE), "it builds beside the one under way"
    build.may.set()
    getter.join(30)
    assert key(2) in build.built


def test_no_more_are_kept_than_there_is_room_for_but_as_many_as_a_frame_needs() -> None:
    plans = Plans(Builder(), memory=1000)
    for number in range(20):
        plans.get(key(number))
    assert len(plans) == 11  # the one just built comes on top
    plans = Plans(Builder(), memory=1)
    for number in range(20):
        plans.get(key(number))
    assert len(plans) == 8


def test_the_end_waits_for_no_plan_that_was_not_begun() -> None:
    build, plans = begun(3, FakeClock())
    assert not plans.close(0.0)
    build.may.set()
    assert plans.close(30)
    assert build.built == [key(1)]
    assert Plans(build).close(0)


def test_what_cannot_be_built_is_said_each_time_and_tried_again() -> None:
    tries = []

    def build(wanted: Key) -> Plan:
        tries.append(wanted)
        raise NetError("too small")

    plans = Plans(build)
    for _ in range(2):
        with pytest.raises(NetError, match="too small"):
            plans.get(key(1))
    assert len(tries) == 2
    assert plans.begin(key(1)), "who waits for it would wait for ever"
    assert len(tries) == 2


def test_many_who_ask_at_once_get_the_same() -> None:
    build = Builder()
    plans, found = Plans(build), list[Plan]()
    threads = [threading.Thread(target=lambda: found.append(plans.get(key(1)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    assert len(build.built) == 1
