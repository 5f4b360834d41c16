"""Giving way on simulated machines: what share of the CPU the dreamer gets, nice and not."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dreamer.fair_share import FairShare

QUIET = 0.9, 0.8  # the share while it takes its own, and while it gives way
BUSY = 0.4, 0.1
FOOLED = 0.8, 0.1  # one thread beside one program: room enough, until it gives way


@dataclass
class Machine:
    shares: tuple[float, float]
    frame: float = 0.05
    share: FairShare = field(default_factory=FairShare)
    gave_way: float = 0.0  # seconds
    frames: int = 0

    def dream(self, seconds: float) -> "Machine":
        end = self.now + seconds
        while self.now < end:
            nice = self.share.gives_way
            got = self.shares[nice]
            wanted = self.frame / got
            self.share.note(wanted, self.frame)
            self.now += wanted
            self.gave_way += wanted * nice
            self.frames += 1
        return self

    now = 0.0


def test_it_gives_way_on_a_quiet_machine_once_that_is_known() -> None:
    machine = Machine(QUIET)
    assert not machine.share.gives_way
    assert machine.dream(4).share.gives_way
    machine.dream(600)
    assert machine.gave_way > 595


def test_it_never_gives_way_beside_programs_that_leave_no_room() -> None:
    assert Machine(BUSY).dream(600).gave_way == 0


@pytest.mark.parametrize("frame", [0.005, 0.05, 0.3])
def test_it_takes_its_share_soon_when_programs_come_and_gives_way_when_they_have_gone(frame: float) -> None:
    machine = Machine(QUIET, frame).dream(60)
    machine.shares = BUSY
    machine.dream(2 + 2 * frame / BUSY[1])
    assert not machine.share.gives_way
    machine.shares = QUIET
    assert machine.dream(5).share.gives_way


def test_it_gives_way_less_and_less_often_where_that_starves_it() -> None:
    assert Machine(FOOLED).dream(600).gave_way < 0.06 * 600


def test_a_slow_second_or_two_take_nothing_from_the_screen() -> None:
    machine = Machine(QUIET).dream(60)
    machine.share.note(0.5, 0.05)
    machine.dream(60)
    assert machine.gave_way > 115


@given(st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.002, 0.2))
def test_it_is_never_starved_for_long(fair: float, nice: float, frame: float) -> None:
    machine = Machine((fair, min(nice, fair)), frame).dream(300)
    starved = machine.shares[True] < 0.5
    assert machine.gave_way < 0.1 * 300 + 5 * frame / machine.shares[True] or not starved
    if machine.shares[True] > 0.6:
        assert machine.gave_way > 290
