"""Whom a dreamer tells what it does, and whom it asks what to do; both on the thread that dreams.

frame's number -> director: changes of params, swaps, places in films, effort -> the frame
dreamer, its loop -> each listener: the score, the params of the newest frames ...
"""

from typing import TYPE_CHECKING, Protocol

from dreamstream.dreamer.effort import Effort
from dreamstream.frame import Canvas, Frame
from dreamstream.params import Params
from dreamstream.score import records

if TYPE_CHECKING:
    from dreamstream.dreamer.dreamer import Dreamer


class Listener(Protocol):
    """Is told what the frames depend on, with the frame's number; does nothing unless overridden.

    It must be quick, and must not raise.
    """

    def changed(self, frame: int, params: Params) -> None:
        """Frames are dreamt with other params from this one on; told for the first frame, too."""
        return

    def note(self, record: records.Event) -> None:
        """Something else came with a frame, whose number the record has: a swap, another effort ..."""
        return

    def flowed_in(self, frame: int, picture: Canvas) -> None:
        """A film's or camera's picture flows into the frame that comes; it must not be written to."""
        return

    def dreamt(self, frame: Frame) -> None:
        """A frame is done, and in the ring."""
        return


class Director:
    """Directs a dreamer through a show; leaves it alone unless overridden."""

    def cue(self, dreamer: "Dreamer") -> None:
        """Do what the next frame, `dreamer.index`, is to begin with, before its params are looked up.

        It may change the store, swap, seek. A frame that failed is cued again when it is tried again.
        """

    def effort(self, frame: int, params: Params) -> Effort | None:
        """Return how much of what the params ask for is done in a frame; None: as much as the pace allows."""
        return None
