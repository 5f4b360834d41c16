"""Following: the dream carried along what moves in its source, so that it stays on the things there.

source's picture before, picture -> flow -> canvas moved, and how much of the source flows in
"""

import numpy as np

from dreamstream.frame import Canvas
from dreamstream.params import Params
from dreamstream.pictures import Picture
from dreamstream.sources.flow import Flow, Seen, flow_between, seen
from dreamstream.transforms import Field


class Following:
    """Keeps what was seen of a source's newest picture, and in which frame; made anew it knows of none."""

    def __init__(self) -> None:
        self._newest: tuple[int, Seen] | None = None
        self._flow: Flow | None = None

    def flow(self, picture: Canvas, frame: int) -> Flow | None:
        """Return the flow to a frame's picture from the one of the frame before; None where there is none.

        Asked again for the same frame, as one that failed is tried again, it gives the same.
        """
        index, before = self._newest or (None, None)
        if index != frame:
            now = seen(picture)
            self._flow = flow_between(before, now) if before and index == frame - 1 else None
            self._newest = frame, now
        return self._flow


def carried(canvas: Picture, flow: Flow, params: Params) -> tuple[Field, Picture]:
    """Return the motion, as much of it as `follow` says, and the canvas moved by it."""
    motion = Field(flow.vectors if params.follow == 1 else flow.vectors * np.float32(params.follow))
    return motion, motion.apply(canvas, params.cubic)


def inflow(flow: Flow, params: Params, share: float) -> Canvas:
    """Return how much of the source flows in at each place (H×W, 0..1): a share, and more of what is new."""
    return np.asarray(share + np.float32((1 - share) * params.follow) * flow.new, np.float32)
