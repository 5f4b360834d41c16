"""All outputs of one show: started, switched and ended in one place."""

import time
from collections.abc import Sequence

from dreamstream.errors import OutputError
from dreamstream.outputs.kinds import Target
from dreamstream.outputs.output import Output, OutputStatus
from dreamstream.record import Filming
from dreamstream.ring import Ring
from dreamstream.tell import Tell

_PATIENCE = 3.0  # seconds that all of them have to end


class Outputs:
    """Sends the dream's frames, and the screen's pictures, to these targets. For the main thread."""

    def __init__(self, targets: Sequence[Target], ring: Ring, filming: Filming, tell: Tell) -> None:
        takes = {"dream": ring.reader, "screen": filming.reader}
        self._all = [Output(target, takes[target.picture], tell) for target in targets]

    def start(self) -> None:
        """Open them all, each on its own thread."""
        for output in self._all:
            output.start()

    def toggle(self, number: int | None = None) -> str:
        """Switch one, counted from 1, off or on, or all: off if any is on; say which.

        Raises OutputError where there is none.
        """
        chosen = self._all if number is None else self._all[number - 1 : number]
        if not chosen:
            which = f"no output {number}" if number is not None and self._all else "no output"
            raise OutputError(f"there is {which} to be switched; --out KIND:WHERE adds one")
        on = not any(output.on for output in chosen)
        for output in chosen:
            output.switch(on)
        names = ", ".join(output.target.shown for output in chosen)
        return f"output{'s' * (len(chosen) > 1)} {'on' if on else 'off'}: {names}"

    @property
    def statuses(self) -> tuple[OutputStatus, ...]:
        """How each of them is."""
        return tuple(output.status for output in self._all)

    @property
    def lines(self) -> tuple[str, ...]:
        """The same as text."""
        return tuple(status.line for status in self.statuses)

    def close(self) -> None:
        """End them all; what hangs is left to the end of the program."""
        until = time.monotonic() + _PATIENCE
        for output in self._all:
            output.ask_to_stop()
        for output in self._all:
            output.stop(max(until - time.monotonic(), 0.0))
