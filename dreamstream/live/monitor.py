"""The monitor: all signals that come in, in the terminal, to find out what a control sends.

controls -> board -> a line for each signal, what a hand moved last on top; into a pipe, one whenever it comes
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dreamstream.controls import Board, Inbox, Route
from dreamstream.controls.board import Inlet
from dreamstream.controls.control import Controls
from dreamstream.controls.signals import is_by_hand, signal_of
from dreamstream.every import Every
from dreamstream.tell import bar

_TURN, _DRAW = 1 / 60, 0.1  # seconds from one turn of the controls, and from one drawing, to the next
_NOTHING = "no control is here: plug one in, or name one by a flag (docs/controls.md)"
_AROUND = 7  # rows of a terminal that are no signal's


class AllBoard(Board):
    """A board for whoever looks at all that comes: nothing may be left out."""

    def wants(self, name: str) -> bool:
        """See `Board`."""
        return True


class Monitor:
    """Shows what stands on a board, and what a person's routes move with it.

    `events` gives what the window system has to say, for the controls that hear it.
    """

    def __init__(
        self,
        board: Board,
        inbox: Inbox,
        controls: Controls,
        console: Console,
        routes: Sequence[Route] = (),
        events: Callable[[], Sequence[object]] = lambda: (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._board, self._inbox, self._controls, self._console = board, inbox, controls, console
        self._events, self._clock = events, clock
        self._goals: dict[str, str] = {}
        for route in routes:
            signal_of(route.signal, board)  # what is put under other names where a route has them
            others = f"{self._goals[route.signal]}, " if route.signal in self._goals else ""
            self._goals[route.signal] = others + route.to
        self._draw = Every(_DRAW)
        self._printed: dict[str, str] = {}
        self._done = ""  # the newest that came for a param or an action by its name

    def run(self) -> None:
        """Show it until Ctrl-C."""
        with contextlib.suppress(KeyboardInterrupt):
            if not self._console.is_terminal:
                self._console.print("\n".join(self._lines()))
                self._run(self.print_news)
            with Live(console=self._console, auto_refresh=False) as live:
                self._run(lambda: live.update(self.table(), refresh=True))

    def turn(self) -> None:
        """Have the controls do what must be done on this thread."""
        for event in self._events():
            self._controls.hear(event)
        self._controls.turn()
        self._inbox.turn(
            lambda name, value: self._note(f"sets {name} to {value}"),
            lambda name: self._note(f"presses {name}"),
            lambda name: self._note(f"lets {name} go"),
        )

    def table(self) -> Table:
        """Return the signals that the terminal has room for: those of hands first, the newest on top."""
        now, inlets = self._clock(), self._board.snapshot()
        newest = sorted(inlets, key=lambda name: _order(name, inlets[name]))
        room = max(self._console.height - _AROUND - len(self._controls.all), 1)
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left")
        table.title = Text("\n".join(self._lines()))
        for head in ("signal", "", "value", "came", "ago", "moves"):
            table.add_column(head, header_style="cyan", no_wrap=True)
        for name in newest[:room]:
            inlet = inlets[name]
            ago, goal = now - inlet.when, self._goals.get(name, "")
            style = "bold" if ago < 1 else "" if ago < 10 else "dim"
            row = (name, bar(inlet.value), value_of(inlet), f"{inlet.puts} ×", f"{ago:.0f} s", goal)
            table.add_row(*(Text(cell, style=style) for cell in row))
        if len(newest) > room:
            table.add_row(f"and {len(newest) - room} more")
        return table

    def print_news(self) -> None:
        """Print a line for each signal that has come since the last time, or moved by itself to be seen."""
        for name, inlet in self._board.snapshot().items():
            stands = str(inlet.puts) if is_by_hand(name) else bar(inlet.value)
            if self._printed.get(name) != stands:
                self._printed[name] = stands
                goal = f"  moves {self._goals[name]}" if name in self._goals else ""
                self._console.print(f"{bar(inlet.value)} {name} {value_of(inlet)}{goal}")

    def _lines(self) -> list[str]:
        return [*(self._controls.lines or [_NOTHING]), *filter(None, [self._done]), "move one; Ctrl-C ends"]

    def _note(self, text: str) -> None:
        self._done = text
        if not self._console.is_terminal:
            self._console.print(text)

    def _run(self, show: Callable[[], None]) -> NoReturn:
        while True:
            self.turn()
            if self._draw.due(self._clock()):
                show()
            time.sleep(_TURN)


def value_of(inlet: Inlet) -> str:
    """Return where an inlet stands, or how far it was turned."""
    if inlet.turned:
        return f"{inlet.turned:+g} steps"
    return f"{inlet.value:.3f}" + (" pressed" if inlet.key and inlet.pressed else "")


def _order(name: str, inlet: Inlet) -> tuple[object, ...]:
    """Return by what signals are ordered; of those that move by themselves the broad ones stand first."""
    if is_by_hand(name):
        return 0, -inlet.when, name
    kind, _, last = name.rpartition(":")
    return (1, name.count(":"), kind, int(last)) if last.isdecimal() else (1, name.count(":"), kind, 0, last)
