"""What is heard comes on the board by the names that routes have for it."""

import numpy as np
import pytest

from benchmarks.sound import clicks
from dreamstream.controls.board import Board
from dreamstream.controls.signals import FAMILIES
from dreamstream.sound import Analyser
from dreamstream.sound.analysis import HOP, RATE
from dreamstream.sound.signals import put


def test_all_that_is_put_is_what_a_route_can_name() -> None:
    board = Board()
    put(Analyser().hear(np.zeros(HOP, np.float32)), board)
    names = set(board.snapshot())
    assert len(names) == 8 + 24 + 24
    assert all(FAMILIES["sound"].spelling.fullmatch(name) for name in names)


@pytest.mark.parametrize("bpm", [60, 124, 180])
def test_each_beat_is_one_stroke_on_it(bpm: float) -> None:
    times = np.arange(0.4, 16, 60 / bpm)
    samples = clicks(times, 20)
    board, analyser, strokes = Board(), Analyser(), list[float]()
    beat = board.inlet("sound:beat")
    for hop in samples[: 16 * RATE // HOP * HOP].reshape(-1, HOP):
        before, heard = beat.strokes, analyser.hear(hop)
        put(heard, board)
        strokes += [heard.time] * (beat.strokes - before)
    settled = [at for at in strokes if at > 8]
    assert len(settled) == pytest.approx(8 * bpm / 60, abs=1)
    assert all(np.abs(times - at).min() < 0.03 for at in settled)
    assert beat.value > 0
    for _ in range(4 * RATE // HOP):
        put(analyser.hear(np.zeros(HOP, np.float32)), board)
    assert all(inlet.value == 0 and not inlet.pressed for inlet in board.snapshot().values())
