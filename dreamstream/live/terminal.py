"""The terminal's status: a show's report, drawn over itself a few times a second.

    Report (main thread) -> the newest one is kept -> drawn by a thread of its own

Log lines go above it. Where the output is no terminal there is no status, only the log's lines.
"""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dreamstream.live.report import Report
from dreamstream.worker import Worker

EACH = 0.5
"""Seconds from one drawing to the next."""
_LINES = 1000  # the newest log lines that wait to be written
_GONE = (OSError, ValueError, SystemExit)
"""What writing to a terminal raises that is there no more (a closed one, or rich where a pipe is broken)."""


class Status:
    """Shows the newest report while it is entered; `offer` is for the main thread, and takes little time."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._live = Live(
            console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._report: Report | None = None
        self._new = threading.Event()
        self._due = 0.0
        self._worker = Worker("status", self._draw, self._new.set)
        self._handler = _AboveStatus(self._new)
        self._before: list[logging.Handler] = []

    def __enter__(self) -> "Status":
        self._before = logging.root.handlers[:]
        if self._before:
            self._handler.setFormatter(self._before[0].formatter)
        logging.root.handlers[:] = [self._handler]
        self._live.start()
        self._worker.start()
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(*_GONE):
            self._worker.stop()
        with contextlib.suppress(*_GONE):
            self._live.stop()
        logging.root.handlers[:] = self._before

    def offer(self, report: Callable[[], Report]) -> None:
        """Take a report to be drawn, if it is time for one."""
        now = self._clock()
        if now >= self._due:
            self._due = now + EACH
            self._report = report()
            self._new.set()

    def _draw(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._new.wait()
            self._new.clear()
            self._write_lines()
            if self._report is not None and not stopping.is_set():
                self._live.update(panel(self._report), refresh=True)
        self._write_lines()

    def _write_lines(self) -> None:
        for line, style in self._handler.taken():
            self._console.print(line, style=style)


class _AboveStatus(logging.Handler):
    """Keeps log lines for the thread that draws: a terminal may be slow, held (Ctrl-S) or gone."""

    def __init__(self, new: threading.Event) -> None:
        super().__init__()
        self._new = new
        self._lines: deque[tuple[str, str]] = deque(maxlen=_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append((self.format(record), "yellow" if record.levelno >= logging.WARNING else ""))
        self._new.set()

    def taken(self) -> Iterator[tuple[str, str]]:
        """Give each line with its style, once."""
        while self._lines:
            yield self._lines.popleft()


def panel(report: Report) -> RenderableType:
    """Return a report as what rich draws; it is no higher than it must be."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    dreamt = "  ".join(filter(None, (f"{report.dreamed:.1f}/s", report.pace)))
    changed = "  ".join(f"{name} {value}" for name, value in report.changed)
    rows = [
        ("transform", report.transform),
        ("net", report.net),
        ("goal", report.goal),
        ("effects", report.effects),
        ("changed", changed),
        ("dreamed", dreamt),
        ("screen", report.screen_text.removeprefix("screen ")),
        ("frames", f"{report.ring}  dropped {report.dropped}"),
        ("machine", "  ".join(filter(None, (report.engine, f"{report.memory:.0f} MB")))),
        *(("ended" if each.failure else "REC", each.text) for each in report.recordings),
        *(("", message) for message in report.messages),
    ]
    for label, text in rows:
        if text:
            style = {"REC": "bold red", "ended": "red", "": "bold yellow"}.get(label, "")
            table.add_row(label, Text(text, style=style))
    return Group(Text(""), table)
