"""The judge: what dies, bores, raises or freezes is left; what nobody measures is not judged."""

from dreamstream.autopilot.judge import Judge, Pulse
from dreamstream.autopilot.taste import Taste
from dreamstream.controls import Board
from tests.fakes import FakeClock

LEAVE = Taste.read().leave


def verdicts(seconds: int, signals: dict[str, float], frames: int = 20, failures: float = 0.0) -> list[str]:
    """Each second's verdict on a scene that comes in within 10 s."""
    clock = FakeClock()
    board = Board(clock)
    judge = Judge(board)
    judge.begin(clock(), 10.0, Pulse(100, 5))
    found = []
    for second in range(1, seconds + 1):
        clock.advance(1)
        for name, value in signals.items():
            board.put(name, value)
        pulse = Pulse(100 + frames * second, 5 + int(failures * second))
        found.append(judge.verdict(clock(), pulse, LEAVE))
    return found


def test_what_is_well_stays() -> None:
    assert {*verdicts(600, {"dream:alive": 0.9, "dream:new5": 0.5})} == {""}


def test_what_nobody_measures_is_not_judged() -> None:
    assert {*verdicts(600, {})} == {""}


def test_what_is_low_for_long_is_left_and_the_way_there_does_not_count() -> None:
    dead = verdicts(60, {"dream:alive": 0.1})
    assert dead.index("died") + 1 == 10 + LEAVE.seconds
    bored = verdicts(400, {"dream:new5": 0.0})
    assert bored.index("bored") == 300 + LEAVE.seconds, "without a past nothing is old"


def test_what_fails_or_freezes_is_left() -> None:
    assert verdicts(60, {}, failures=1)[LEAVE.failures - 1] == "raised"
    assert verdicts(60, {}, frames=0).index("froze") + 1 == LEAVE.still


def test_what_was_low_is_forgiven_and_what_was_measured_long_ago_says_nothing() -> None:
    clock = FakeClock()
    board = Board(clock)
    judge = Judge(board)
    judge.begin(clock(), 0.0, Pulse())
    board.put("dream:alive", 0.0)
    clock.advance(61)
    assert not any(judge.verdict(clock.advance(1) or clock(), Pulse(), LEAVE) for _ in range(600))
    for second in range(600):
        clock.advance(1)
        board.put("dream:alive", 0.0 if second % 15 else 1.0)
        assert not judge.verdict(clock(), Pulse(), LEAVE)
