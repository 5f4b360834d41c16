"""What is refused costs the operator a line a minute, and what comes too fast is held back."""

from collections.abc import Callable

from dreamstream.controls.limits import Budget, Refusals


class Minute:
    """Has things done when it is told that the time is over."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], object]] = []

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        assert seconds == 60
        self.waiting.append(do)

    def over(self) -> None:
        waiting, self.waiting = self.waiting, []
        for do in waiting:
            do()


def test_the_first_is_told_at_once_and_others_a_minute_later_with_their_number() -> None:
    told: list[str] = []
    minute = Minute()
    refusals = Refusals("osc", lambda text, key="": told.append(text), minute.later)
    for number in range(5000):
        refusals.add(f"bad {number}")
    assert told == ["osc: bad 0"]
    assert not refusals.open
    minute.over()
    assert told[1:] == ["osc: bad 4999 (4998 more were refused in the last minute)"]
    minute.over()
    assert len(told) == 2
    assert refusals.open
    assert not minute.waiting
    refusals.add("bad again")
    assert told[2:] == ["osc: bad again"]


def test_a_line_moves_no_cursor_and_fills_no_screen() -> None:
    told: list[str] = []
    refusals = Refusals("osc", lambda text, key="": told.append(text), Minute().later)
    refusals.add("\x1b[2J\r\n\x07" + "x" * 60_000)
    assert told[0].isprintable()
    assert len(told[0]) < 300


def test_a_budget_lets_its_rate_pass() -> None:
    now = [0.0]
    budget = Budget(10, lambda: now[0])
    assert [budget.take() for _ in range(12)] == [True] * 10 + [False] * 2
    now[0] = 0.25
    assert [budget.take() for _ in range(3)] == [True, True, False]
    now[0] = 100.0
    assert sum(budget.take() for _ in range(50)) == 10
