"""A control: a way in for hands, sounds or other programs, beside the keyboard.

Each has a thread of its own where it must wait; it puts what comes on the board and into the inbox, and never
touches the show.
"""

import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from dreamstream.every import Every
from dreamstream.params import Params
from dreamstream.tell import Tell
from dreamstream.worker import Worker

_PATIENCE = 2.0  # seconds that a thread has to end
_SAY = 60.0  # seconds from one line on a control that fails to the next

_log = logging.getLogger(__name__)


class Reading(Protocol):
    """The state of a show, as lines that are ready to be read, and what the operator is told."""

    @property
    def lines(self) -> Sequence[str]:
        """All of it."""
        ...

    @property
    def messages(self) -> Sequence[str]:
        """What is told, as part of it."""
        ...


class Control:
    """What every control can be asked, by the thread that turns the show; nothing of it may take long."""

    name = ""
    """What it is called in a line, as in `midi`."""

    def turn(self) -> None:
        """Do what must be done on that thread, each screen frame."""

    def hear(self, event: object) -> None:
        """Take an event of the window system that is no key's, as pygame has it, on that thread, too."""

    def told(self, params: Params) -> None:
        """Take the show's params, some 20 times a second where they changed: for lamps and motor faders."""

    def offered(self, read: Callable[[], Reading]) -> None:
        """Take what reads the show's state, each screen frame; to be read some times a second at most."""

    @property
    def welcome(self) -> str:
        """What is printed when the show begins, for the operator alone: it may hold secrets."""
        return self.line

    @property
    def line(self) -> str:
        """What the operator should see of it, as in `midi: nanoKONTROL2`; empty where there is nothing."""
        return ""

    def close(self) -> None:
        """End its threads and close what it has opened."""


class Threaded(Control):
    """A control with a thread of its own: says so where that has ended by itself, and ends it."""

    _tell: Tell
    _worker: Worker

    def turn(self) -> None:
        """See `Control`."""
        if self._worker.error is not None:
            self._tell(f"{self.name}: it has ended: {self._worker.error}", self.name)

    def close(self) -> None:
        """See `Control`."""
        with contextlib.suppress(Exception):  # told already
            self._worker.stop(_PATIENCE)


class Controls:
    """Several controls, asked one after the other: where one fails, that is told, and the others go on."""

    def __init__(self, controls: Sequence[Control], tell: Tell, clock: Callable[[], float]) -> None:
        self.all, self._tell, self._clock = controls, tell, clock
        self._say: defaultdict[str, Every] = defaultdict(partial(Every, _SAY))

    def turn(self) -> None:
        """See `Control`."""
        self._ask(lambda control: control.turn())

    def hear(self, event: object) -> None:
        """See `Control`."""
        self._ask(lambda control: control.hear(event))

    def told(self, params: Params) -> None:
        """See `Control`."""
        self._ask(lambda control: control.told(params))

    def offered(self, read: Callable[[], Reading]) -> None:
        """See `Control`."""
        self._ask(lambda control: control.offered(read))

    @property
    def welcomes(self) -> tuple[str, ...]:
        """What is printed of them when the show begins."""
        return self._texts(lambda control: control.welcome)

    @property
    def lines(self) -> tuple[str, ...]:
        """What the operator should see of them."""
        return self._texts(lambda control: control.line)

    def close(self) -> None:
        """See `Control`."""
        self._say.clear()
        self._ask(lambda control: control.close())

    def _texts(self, text: Callable[[Control], str]) -> tuple[str, ...]:
        texts: list[str] = []
        self._ask(lambda control: texts.append(text(control)))
        return tuple(filter(None, texts))

    def _ask(self, ask: Callable[[Control], object]) -> None:
        for control in self.all:
            try:
                ask(control)
            except Exception as error:
                if self._say[control.name].due(self._clock()):
                    self._tell(f"{control.name} failed, and goes on: {error}")
                    _log.info("it failed here", exc_info=error)
