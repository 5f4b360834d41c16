"""How the operator hears of a show on a terminal that takes nothing."""

import logging
import threading
from pathlib import Path

from rich.console import Console

from dreamstream.live.face import open_face
from dreamstream.live.show import Show, ShowSettings
from dreamstream.stage import Settings, Stage
from tests.fakes import PATIENCE


def test_a_held_terminal_holds_nobody_who_logs(tiny: Settings, tmp_path: Path) -> None:
    class Held(logging.Handler):
        """Takes a line only when it is let go, as a terminal after Ctrl-S."""

        def emit(self, record: logging.LogRecord) -> None:
            assert go.wait(PATIENCE)
            lines.append(record.getMessage())

    go, lines = threading.Event(), list[str]()
    before, held = logging.root.handlers[:], Held()
    logging.root.handlers[:] = [held]
    show = Show(Stage(tiny), ShowSettings())
    try:
        with open_face(show, Console(file=(tmp_path / "out").open("w"))):
            for number in range(3):
                logging.getLogger("dreamstream").warning("line %d", number)
            assert lines == []
            go.set()
        assert lines == ["line 0", "line 1", "line 2"]
        assert logging.root.handlers == [held]
    finally:
        go.set()
        logging.root.handlers[:] = before
        show.end()
