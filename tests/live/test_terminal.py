"""The terminal's status: all of a state is in it, and log lines stay above it."""

import io
import logging
import threading
from pathlib import Path

from rich.console import Console

from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.live.state import ShowState, StateReader, recording_text, screen_text
from dreamstream.live.terminal import EACH, Status, open_status, panel
from dreamstream.record import RecordStatus
from dreamstream.stage import Settings, Stage
from tests.fakes import PATIENCE, FakeClock

STATE = ShowState(
    transform="zoom+rotate:0.5 × 1.2",
    net="tiny: conv2 (eyes)",
    goal="class goldfish",
    effects="mirror+trails:0.5",
    changed=(("octaves", "3"), ("grain", "4 grey levels")),
    dreamed=19.96,
    dreamt_as="octaves 3 × 1.4",
    pace="1 of 2 octaves",
    screen=screen_text(59.9, 0.0174, "OpenGL"),
    ring="ring 64/64  frame 812",
    dropped=3,
    engine="bf16 on cpu, 2 threads",
    memory=431.7,
    recordings=(recording_text(RecordStatus(Path("show.mp4"), 812, 3, seconds=75.2), 12_300_000),),
    tempo="128 bpm tap ○●○○",
    novelty="0.31 new in 5 minutes, alive 1.0",
    controls=("midi: nanoKONTROL2", "sound: club, 21 ms"),
    routes=("███░░░░░░░ midi:cc:1:7 → zoom 0.01", "and 7 more"),
    messages=("blackout", "x.gif: No space left on device", "recording show.mp4"),
)
WORDS = [
    *(
        "128 bpm tap ○●○○",
        "0.31 new in 5 minutes, alive 1.0",
        "midi: nanoKONTROL2",
        "sound: club, 21 ms",
        "███░░░░░░░ midi:cc:1:7 → zoom 0.01",
        "and 7",
    ),
    *("zoom+rotate:0.5 × 1.2", "tiny: conv2 (eyes)", "class goldfish", "mirror+trails:0.5", "20.0/s"),
    *("1 of 2 octaves", "60/s, p99 17 ms", "OpenGL", "ring 64/64", "dropped 3", "bf16 on cpu, 2 threads"),
    *("show.mp4  1:15  12.3 MB  812 frames, 3 dropped", "No space left", "blackout", "recording show.mp4"),
]


def terminal(width: int = 120) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, force_terminal=True, width=width, height=40, highlight=False, markup=False), out


def test_all_of_a_state_is_shown() -> None:
    console, out = terminal()
    console.print(panel(STATE))
    text = out.getvalue()
    assert [word for word in [*WORDS, "octaves 3", "grain 4 grey levels", "432 MB"] if word not in text] == []
    lines = "\n".join(STATE.lines)
    assert [word for word in WORDS if word not in lines] == []


def test_the_hud_tells_the_tempo_once_there_is_one(tiny: Settings) -> None:
    show = Show(Stage(tiny), ShowSettings())
    hands = Hands(show)
    states = StateReader(show, hands)
    assert "bpm" not in "".join(states.read().lines)
    show.stage.store.change(bpm=127.6, quantise="beat")
    hands.turn()
    assert any(
        line.startswith("127.6 bpm") and line.endswith("waits for the beat") for line in states.read().lines
    )
    show.end()


def test_the_newest_state_is_drawn_and_read_only_when_it_is_due() -> None:
    console, out = terminal()
    clock, asked = FakeClock(), []

    def read() -> ShowState:
        asked.append(clock())
        return STATE

    logger = logging.getLogger("dreamstream.test")
    handlers = logging.root.handlers[:]
    with Status(console, clock) as status:
        for _ in range(4):
            status.offer(read)
            clock.advance(EACH / 2)
        logger.warning("[bold]a word[/bold] for the operator")
        while "tiny: conv2" not in out.getvalue():  # another thread draws; the test's time limit ends it
            pass
    assert len(asked) == 2
    assert "[bold]a word[/bold] for the operator" in out.getvalue(), "nothing in it is taken for markup"
    assert logging.root.handlers == handlers


def test_no_log_line_waits_for_a_terminal_that_is_held() -> None:
    console, out = terminal()
    go, held = threading.Event(), threading.Event()

    def write(text: str) -> int:
        held.set()
        go.wait()
        return io.StringIO.write(out, text)

    with Status(console, FakeClock()) as status:
        out.write = write  # type: ignore[method-assign]  # Ctrl-S
        status.offer(lambda: STATE)
        held.wait()
        logging.getLogger("dreamstream.test").warning("preset ocean")  # the screen's thread goes on
        go.set()
    assert "preset ocean" in out.getvalue()


def test_a_terminal_that_is_gone_ends_nothing() -> None:
    console, out = terminal()
    handlers = logging.root.handlers[:]
    with Status(console, FakeClock()) as status:
        out.close()
        status.offer(lambda: STATE)
        logging.getLogger("dreamstream.test").warning("preset ocean")
    assert logging.root.handlers == handlers


def test_it_ends_even_if_nothing_ever_came() -> None:
    console, out = terminal()
    with Status(console, FakeClock()):
        pass
    assert "transform" not in out.getvalue()


def test_a_held_terminal_holds_nobody_who_logs(tmp_path: Path) -> None:
    class Held(logging.Handler):
        """Takes a line only when it is let go, as a terminal after Ctrl-S."""

        def emit(self, record: logging.LogRecord) -> None:
            assert go.wait(PATIENCE)
            lines.append(record.getMessage())

    go, lines = threading.Event(), list[str]()
    before, held = logging.root.handlers[:], Held()
    logging.root.handlers[:] = [held]
    try:
        with open_status(Console(file=(tmp_path / "out").open("w"))):
            for number in range(3):
                logging.getLogger("dreamstream").warning("line %d", number)
            assert lines == []
            go.set()
        assert lines == ["line 0", "line 1", "line 2"]
        assert logging.root.handlers == [held]
    finally:
        go.set()
        logging.root.handlers[:] = before
