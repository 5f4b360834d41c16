"""The director: what a dreamer asks before each frame, where it is not to play freely.

frame's number -> cue: changes of params, swaps, places in films -> effort, if not the pace's -> the frame

It is asked on the thread that dreams.
"""

from typing import TYPE_CHECKING

from dreamstream.dreamer.effort import Effort
from dreamstream.params import Params

if TYPE_CHECKING:
    from dreamstream.dreamer.dreamer import Dreamer


class Director:
    """Directs a dreamer through a show; leaves it alone unless overridden."""

    def cue(self, dreamer: "Dreamer") -> None:
        """Do what the next frame, `dreamer.index`, is to begin with, before its params are looked up.

        It may change the store, swap, seek. A frame that failed is cued again when it is tried again.
        """

    def effort(self, frame: int, params: Params) -> Effort | None:
        """Return how much of what the params ask for is done in a frame; None: as much as the pace allows."""
        return None
