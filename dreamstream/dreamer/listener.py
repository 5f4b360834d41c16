"""The listener: what a dreamer tells while it dreams.

dreamer, its loop -> each listener: the score, the params of the newest frames ...

All of it is told on the thread that dreams, so a listener must be quick, and must not raise.
"""

from typing import Protocol

from dreamstream.dreamer.effort import Effort
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.score.records import AnySwap


class Listener(Protocol):
    """Is told what the frames depend on, with the frame's number; does nothing unless overridden."""

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
