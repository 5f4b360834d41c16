"""Begun: a frame on its way from the device to the host, while the next one is dreamt."""

from collections.abc import Callable
from dataclasses import dataclass

from dreamstream.dream import Aim
from dreamstream.dreamer.effort import Effort
from dreamstream.dreamer.pace import Pace
from dreamstream.pictures import Landing, Picture
from dreamstream.transforms import Warp


@dataclass(frozen=True, eq=False)
class Begun:
    """A frame whose numbers may not have landed yet: its pixels, what is wrong with it, its ascent's seconds.

    `canvas` and `aim` are what it was made of: the last ones that are known to be good.
    """

    index: int
    started: float
    pace: Pace
    effort: Effort
    warp: Callable[[], Warp] | None
    canvas: Picture
    aim: Aim | None
    pixels: Landing
    check: Callable[[], None]
    climbing: Callable[[], float]
