"""A control: a way in for hands, sounds or other programs, beside the keyboard.

Each has a thread of its own where it must wait; it puts what comes on the board and into the inbox, and never
touches the show.
"""

import contextlib

from dreamstream.params import Params
from dreamstream.tell import Tell
from dreamstream.worker import Worker

_PATIENCE = 2.0  # seconds that a thread has to end


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
