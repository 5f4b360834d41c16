"""What is heard comes on the board by the names that routes have for it."""

import numpy as np

from dreamstream.controls.board import Board
from dreamstream.controls.signals import FAMILIES
from dreamstream.sound import Analyser, put


def test_all_that_is_put_is_what_a_route_can_name() -> None:
    board = Board()
    put(Analyser().hear(np.zeros(512, np.float32)), board)
    names = set(board.snapshot())
    assert len(names) == 8 + 24 + 24
    assert all(FAMILIES["sound"].spelling.fullmatch(name) for name in names)
