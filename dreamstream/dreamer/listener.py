"""Whom a dreamer tells what it does, and whom it asks what to do; both on the thread that dreams.

frame's number -> director: changes of params, swaps, places in films, effort -> the frame
dreamer, its loop -> each listener: the score, the params of the newest frames ...
"""

from typing import TYPE_CHECKING, Protocol

from dreamstream.dreamer.effort import Effort
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.score.records import AnySwap

if TYPE_CHECKING:
    from dreamstream.dreamer.dreamer import Dreamer


class Listener(Protocol):
    """Is told what the frames depend on, with the frame's number; does nothing unless overridden.

    It must be quick, and must not raise.
    """

    def changed(self, frame: int, params: Params) -> None:
        """Frames are dreamt with other params from this one on; told for the first frame, too."""
        return

    def effort(self, frame: int, effort: Effort | None) -> None:
        """From this frame on, only so much is done of what the params ask for; None: all of it again."""
        return

    def threads(self, frame: int, count: int) -> None:
        """From this frame on, gradients are computed with another number of CPU threads."""
        return

    def pull(self, frame: int, part: str, pull: float) -> None:
        """How strongly a part of the objective pulls was measured for this frame; see `Goal`."""
        return

    def source(self, frame: int, source: int, place: int) -> None:
        """This frame read a moving source (by its number) elsewhere than next in order."""
        return

    def swapped(self, frame: int, swap: AnySwap) -> None:
        """From this frame on, another net, canvas or source is played."""
        return

    def dreamt(self, frame: Frame) -> None:
        """A frame is done, and in the ring."""
        return

    def frozen(self, frame: int, seconds: float) -> None:
        """The dream stood still before this frame, frozen, for so long."""
        return

    def failed(self, frame: int, why: str) -> None:
        """This frame failed; it is tried again."""
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
