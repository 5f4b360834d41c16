"""The swapper's waiting list: what is opened is applied or discarded once, and the newest request wins."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dreamstream.errors import NetError
from dreamstream.live.swapper import Swapper
from dreamstream.stage import Settings, Stage
from dreamstream.stage.swap import OneMoreSource, OtherNet


class FakeSwap:
    """An opened swap whose `apply` does what the test says."""

    def __init__(self, name: str, apply: Callable[[], bool]) -> None:
        self.name, self._apply = name, apply
        self.ends: list[str] = []

    def apply(self, *arguments: object) -> bool:
        if self._apply():
            self.ends.append("applied")
        return bool(self.ends)

    def discard(self) -> None:
        self.ends.append("discarded")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[FakeSwap]:
    """What has been opened, in order."""
    swaps: list[FakeSwap] = []

    def open_fake(swap: Any, stage: Stage) -> None:
        if "missing" in str(swap):
            raise NetError("no such file")
        swaps.append(FakeSwap(str(swap), lambda: True))
        swap.apply, swap.discard = swaps[-1].apply, swaps[-1].discard

    for kind in (OtherNet, OneMoreSource):
        monkeypatch.setattr(kind, "open", open_fake)
    return swaps


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def swapper(tiny: Settings, told: list[str]) -> Iterator[Swapper]:
    swapper = Swapper(Stage(tiny), lambda text, key="": told.append(text))
    yield swapper
    assert swapper.close(60)


def wait(ready: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_what_is_opened_is_applied_once(swapper: Swapper, opened: list[FakeSwap], told: list[str]) -> None:
    usual = sys.getswitchinterval()
    swapper.source("a.png")
    assert sys.getswitchinterval() < usual, "the screen has its turn quickly meanwhile"
    wait(lambda: opened)
    wait(lambda: swapper.turn(None) or told)  # type: ignore[arg-type]
    assert (opened[0].ends, told, swapper.preparing) == (["applied"], ["a.png"], "")
    assert sys.getswitchinterval() == usual
    swapper.turn(None)  # type: ignore[arg-type]
    assert opened[0].ends == ["applied"]


def test_what_a_newer_request_replaces_is_discarded(
    swapper: Swapper, opened: list[FakeSwap], told: list[str]
) -> None:
    swapper.net("a.caffemodel")
    wait(lambda: opened)
    swapper.net("b.caffemodel")
    wait(lambda: len(opened) == 2)
    wait(lambda: swapper.turn(None) or told)  # type: ignore[arg-type]
    assert [each.ends for each in opened] == [["discarded"], ["applied"]]
    assert told == ["net b.caffemodel: conv2"]


def test_a_request_may_come_while_the_one_before_is_being_applied(
    swapper: Swapper, opened: list[FakeSwap], told: list[str]
) -> None:
    swapper.net("a.caffemodel")
    wait(lambda: opened)

    def not_yet() -> bool:
        swapper.net("b.caffemodel")
        return False

    opened[0]._apply = not_yet
    wait(lambda: swapper.turn(None) or opened[0].ends)  # type: ignore[arg-type]
    assert opened[0].ends == ["discarded"]
    wait(lambda: swapper.turn(None) or told)  # type: ignore[arg-type]
    assert [each.ends for each in opened] == [["discarded"], ["applied"]]


def test_what_is_not_ready_is_asked_again(swapper: Swapper, opened: list[FakeSwap]) -> None:
    swapper.source("a.png")
    wait(lambda: opened)
    answers = iter([False, False, True])
    opened[0]._apply = lambda: next(answers)
    wait(lambda: swapper.turn(None) or opened[0].ends)  # type: ignore[arg-type]
    assert (len(opened), opened[0].ends, list(answers)) == (1, ["applied"], [])


def test_what_fails_is_told_unless_something_newer_was_asked_for(
    swapper: Swapper, opened: list[FakeSwap], told: list[str]
) -> None:
    swapper.source("missing.png")
    wait(lambda: told)
    assert told == ["no swap to missing.png: no such file"]
    swapper.source("a.png")
    wait(lambda: opened)

    def fail() -> bool:
        raise NetError("it is broken")

    opened[0]._apply = fail
    wait(lambda: swapper.turn(None) or told[1:])  # type: ignore[arg-type]
    assert told[1:] == ["no swap to a.png: it is broken"]
    assert opened[0].ends == ["discarded"]


def test_the_end_discards_what_was_never_applied(
    swapper: Swapper, opened: list[FakeSwap], told: list[str]
) -> None:
    usual = sys.getswitchinterval()
    swapper.source("a.png")
    wait(lambda: opened)
    assert swapper.close(60)
    assert (opened[0].ends, swapper.preparing, told) == (["discarded"], "", [])
    assert sys.getswitchinterval() == usual
