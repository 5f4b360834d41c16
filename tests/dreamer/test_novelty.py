"""How new, and how alive, made streams are: frames of ten an hour, by a real eye on a small net."""

from collections.abc import Callable
from statistics import median

import numpy as np
import pytest

from dreamstream.controls import Board
from dreamstream.dreamer.eye import Eye
from dreamstream.dreamer.novelty import Novelty
from dreamstream.dreamer.pulse import Pulse
from dreamstream.frame import Frame
from dreamstream.pictures.vitals import Vitals
from dreamstream.score import records
from tests.dreamer.dreamers import dreamer_of
from tests.fakes import picture, tiny_net

EACH = 2.0  # seconds from frame to frame


class Watched:
    """A novelty that is told of a made stream; no look takes any time."""

    def __init__(self, board: Board | None = None) -> None:
        self.board, self.notes = board or Board(), list[records.Novelty]()
        net = tiny_net()
        eye = Eye(net, ("conv1", "conv2"), waits=True)
        self.novelty = Novelty(self.board, lambda: eye, self.notes.append, lambda: 0.0)
        self.count = 0

    def watch(self, stream: Callable[[int], np.ndarray], minutes: float) -> "Watched":
        for _ in range(round(minutes * 60 / EACH)):
            self.count += 1
            self.novelty.dreamt(Frame.of(stream(self.count), self.count, None, self.count * EACH))
        return self

    def at(self, name: str) -> float:
        inlet = self.board.peek(f"dream:{name}")
        assert inlet is not None, f"no {name} has come"
        return inlet.value


ALL = [picture(24, 32, seed) for seed in range(12)]


def loop(number: int) -> np.ndarray:
    return ALL[number % 5]


def fresh(number: int) -> np.ndarray:
    """Each half a minute noise of two colours and a grain that were never seen."""
    rng = np.random.default_rng(number // 15)
    height, width = rng.integers(2, 24), rng.integers(2, 32)
    noise, (one, other) = rng.random((int(height), int(width), 1)), rng.random((2, 3))
    rows, columns = np.arange(24) * height // 24, np.arange(32) * width // 32
    return np.asarray((one + noise[rows][:, columns] * (other - one)) * 255, np.float32)


def fade(number: int) -> np.ndarray:
    """One picture that becomes another one in twenty minutes."""
    share = min(number * EACH / 1200, 1)
    dark, bright = ALL[0] * (0.3, 0.6, 1), 255 - ALL[7] * (0.9, 0.5, 0.1)
    return np.asarray(dark * (1 - share) + bright * share, np.float32)


def test_a_loop_is_not_new_fresh_pictures_are_and_a_slow_fade_is_between() -> None:
    new: dict[str, tuple[float, float]] = {}
    for name, stream in {"loop": loop, "fresh": fresh, "fade": fade}.items():
        watched = Watched().watch(stream, 10)
        each = [(watched.at("new5"), watched.at("new30")) for _ in range(9) if watched.watch(stream, 1)]
        new[name] = median(new5 for new5, _ in each), median(new30 for _, new30 in each)
    assert new["loop"] == pytest.approx((0, 0), abs=1e-3)
    assert 0.8 < min(new["fresh"]) <= max(new["fresh"]) <= 1
    assert 0.05 < new["fade"][0] < new["fade"][1] < 0.7 * min(new["fresh"])


def test_while_there_is_no_such_past_it_is_compared_with_the_oldest_and_said() -> None:
    watched = Watched().watch(lambda number: ALL[0], 0.9)
    assert watched.board.peek("dream:new5") is None
    assert watched.novelty.standing.new5 is None
    watched.watch(fresh, 2.1)
    standing = watched.novelty.standing
    assert standing.new5 == standing.new30 == watched.at("new30") > 0.3
    assert "new in 3 minutes" in standing.line
    watched.watch(fresh, 4)
    assert "new in 5 minutes" in watched.novelty.standing.line
    assert "in 7 minutes" in watched.novelty.standing.line


def test_half_an_hour_is_kept_and_no_more() -> None:
    watched = Watched().watch(lambda number: ALL[3], 2)
    was = watched.novelty.present
    assert was is not None
    watched.watch(fresh, 20)
    assert watched.novelty.familiar(was) == pytest.approx(1, abs=1e-3), "the eye has seen it"
    assert watched.at("new30") > 0.2
    watched.watch(loop, 20)
    assert watched.novelty.familiar(was) < 0.999, "that was forty minutes ago"
    now = watched.novelty.present
    assert now is not None
    assert watched.novelty.loud("conv2") == now.loudest["conv2"], "it went round and round"
    assert watched.novelty.loud("another layer") == ()
    assert len(watched.novelty._kept) <= 200


def test_what_it_measured_is_noted_now_and_then() -> None:
    watched = Watched().watch(loop, 10)
    assert 10 < len(watched.notes) <= 20
    last = watched.notes[-1]
    assert set(last.novelty) == {"new5", "new30", "alive", "past"}
    assert records.parse_line(records.line_of(last)) == last


def test_looks_rest_a_hundred_times_as_long_as_they_take() -> None:
    now, looks = 0.0, list[float]()

    class Slow(Eye):
        def see(self, pixels: np.ndarray, before: np.ndarray | None = None) -> None:
            nonlocal now
            looks.append(now)
            now += 0.3

    slow = Slow(tiny_net(), ())
    novelty = Novelty(Board(), lambda: slow, clock=lambda: now)
    for index in range(1, 2000):
        now += 0.1
        novelty.dreamt(Frame.of(ALL[0], index, None, now))
    assert 0.3 * len(looks) <= 0.01 * now + 0.3
    assert len(looks) > 5


def test_another_net_is_looked_with_as_soon_as_it_plays() -> None:
    opened: list[Eye] = []

    def open_eye() -> Eye:
        opened.append(Eye(tiny_net(), ("conv1",), waits=True))
        return opened[-1]

    novelty = Novelty(Board(), open_eye, clock=lambda: 0.0)
    for index in range(1, 8):
        if index in (3, 5):
            swap = records.CanvasSwap((64, 48)) if index == 3 else records.NetSwap({"net": "other"})
            novelty.note(records.Swap(index, swap))
        novelty.dreamt(Frame.of(ALL[index], index, None, index * EACH))
    assert len(opened) == 2


def test_a_pulse_is_that_of_the_newest_frames_and_of_one_long_before() -> None:
    frames = [picture(135, 240, seed % 7).astype(np.uint8) for seed in range(1000, 1300)]
    pulse = Pulse()
    felt = {index: vitals for index, each in enumerate(frames, 1) if (vitals := pulse.feel(each))}
    assert list(felt) == [100, 200, 300]
    assert felt[100] == Vitals.of(frames[89:100])
    assert felt[300] == Vitals.of(frames[289:300], frames[99])
    assert pulse.feel(frames[0][:48]) is None, "another canvas is no fault"


@pytest.mark.parametrize(("dead", "word"), [(np.zeros((48, 64, 3)), "black"), (picture(), "still")])
def test_what_dies_is_told_on_the_board_and_to_the_operator(dead: np.ndarray, word: str) -> None:
    watched = Watched().watch(fresh, 4)
    watched.watch(lambda number: dead.astype(np.float32), 4)
    assert watched.at("alive") == 0
    assert word in watched.novelty.standing.line


def test_a_real_dream_is_watched() -> None:
    watched, dreamer = Watched(), dreamer_of()
    for index in range(1, 210):
        frame = dreamer.step()
        watched.novelty.dreamt(Frame(frame.pixels, index, index / 2, None))
    assert watched.novelty.standing.alive is not None
    assert 0 <= watched.at("new5") <= 1
