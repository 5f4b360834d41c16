"""The terminal: log lines written by a thread of their own, and below them a show's state, drawn over itself.

    log record -> queue -> the terminal           (the log's thread)
    ShowState -> the newest one -> the terminal   (the status's thread)

A terminal may be slow, held (Ctrl-S) or gone: the show's threads never wait for it.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dreamstream.every import Every
from dreamstream.live.run import Offer
from dreamstream.live.state import ShowState
from dreamstream.worker import Worker

EACH = 0.5
"""Seconds from one drawing to the next."""
_GONE = (OSError, ValueError, SystemExit)
"""What writing to a terminal raises that is there no more (a closed one, or rich where a pipe is broken)."""


@contextlib.contextmanager
def log_behind(*handlers: logging.Handler) -> Iterator[None]:
    """Have a thread of its own hand log records to these handlers, or to those that are there already."""
    before, waiting = logging.root.handlers[:], SimpleQueue[Any]()
    listener = QueueListener(waiting, *(handlers or before))
    logging.root.handlers[:] = [QueueHandler(waiting)]
    listener.start()
    try:
        yield
    finally:
        logging.root.handlers[:] = before
        listener.stop()


@contextlib.contextmanager
def open_status(console: Console, requested: bool = True) -> Iterator[Offer]:
    """Have a thread write the log, and show the state in the terminal where that is asked for and can be."""
    if requested and console.is_terminal and not console.is_dumb_terminal:
        with Status(console) as status:
            yield status.offer
    else:
        with log_behind():
            yield lambda read: None


class Status:
    """Shows the newest state, and log lines above it, while it is entered.

    `offer` is for the main thread, and takes little time.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._each = clock, Every(EACH)
        self._live = Live(
            console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._state: ShowState | None = None
        self._new = threading.Event()
        self._worker = Worker("status", self._draw, self._new.set)
        self._log = log_behind(_ConsoleHandler(console))

    def __enter__(self) -> "Status":
        self._live.start()
        self._log.__enter__()
        self._worker.start()
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(*_GONE):
            self._worker.stop()
        self._log.__exit__(None, None, None)
        with contextlib.suppress(*_GONE):
            self._live.stop()

    def offer(self, read: Callable[[], ShowState]) -> None:
        """Read the state and have it drawn, if it is time to."""
        if self._each.due(self._clock()):
            self._state = read()
            self._new.set()

    def _draw(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._new.wait()
            self._new.clear()
            if self._state is not None and not stopping.is_set():
                self._live.update(panel(self._state), refresh=True)


class _ConsoleHandler(logging.Handler):
    """Writes log lines as the handler before it, above what else is on the console."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        if logging.root.handlers:
            self.setFormatter(logging.root.handlers[0].formatter)

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(*_GONE):
            style = "yellow" if record.levelno >= logging.WARNING else ""
            self._console.print(self.format(record), style=style)


def panel(state: ShowState) -> RenderableType:
    """Return a state as what rich draws; it is no higher than it must be."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    dreamt = "  ".join(filter(None, (f"{state.dreamed:.1f}/s", state.pace)))
    changed = "  ".join(f"{name} {value}" for name, value in state.changed)
    rows = [
        ("transform", state.transform),
        ("net", state.net),
        ("goal", state.goal),
        ("effects", state.effects),
        ("changed", changed),
        ("tempo", state.tempo),
        ("plays", state.autopilot),
        ("dreamed", dreamt),
        ("seen", state.novelty),
        ("screen", state.screen),
        ("frames", f"{state.ring}  dropped {state.dropped}"),
        ("machine", "  ".join(filter(None, (state.engine, f"{state.memory:.0f} MB")))),
        *(("controls", text) for text in state.controls),
        *(("route", text) for text in state.routes),
        *(("REC", text) for text in state.recordings),
        *(("OUT", text) for text in state.outputs),
        *(("", message) for message in state.messages),
    ]
    for label, text in rows:
        if text:
            style = {"REC": "bold red", "OUT": "bold red", "": "bold yellow"}.get(label, "")
            table.add_row(label, Text(text, style=style))
    return Group(Text(""), table)
