"""What the dream and its source measure, as signals: told on the dreamer's thread, put on the board.

    dreamt frame -> dream:brightness, dream:motion, dream:novelty
    picture of a film or camera that flows in -> camera:motion

A frame costs two tenths of a millisecond, and nothing where no route reads them.
"""

import math

import numpy as np

from dreamstream.controls import Board
from dreamstream.dreamer.listener import Listener
from dreamstream.frame import Canvas, Frame
from dreamstream.pictures.glance import glance

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # of Rec. 709
_MOTION, _NOVELTY = 0.02, 0.15  # of a colour's whole range: changes that come to a half
_SECONDS = 5.0  # in which what is seen becomes what was seen, to 63 %

_BRIGHTNESS, _MOVES, _NEW, _CAMERA = "dream:brightness", "dream:motion", "dream:novelty", "camera:motion"


class Measures(Listener):
    """Measures what it is told of, as far as the board's routes want it; each is from 0 to 1.

    Brightness is the mean luma. Motion is the mean change of colours from the frame before, and novelty that
    from what was seen in the last seconds, whose older half counts little; both are x / (x + what is usual),
    so that a usual dream is about a half, one that stands still 0, and a cut near 1.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._before: Canvas | None = None
        self._seen: tuple[Canvas, float] | None = None  # the mean of what was seen, and until when
        self._flowed: Canvas | None = None  # the newest picture of the source
        self._flows = False

    def flowed_in(self, frame: int, picture: Canvas) -> None:
        """See `Listener`."""
        if not self._board.wants(_CAMERA):
            return
        colours, before = glance(picture), self._flowed
        self._flowed, self._flows = colours, True
        if before is not None:
            self._board.put(_CAMERA, _share(colours - before, _MOTION))

    def dreamt(self, frame: Frame) -> None:
        """See `Listener`."""
        if self._flowed is not None and not self._flows:  # nothing flows any more, or from what stands still
            self._flowed = None
            self._board.put(_CAMERA, 0.0)
        self._flows = False
        if not any(map(self._board.wants, (_BRIGHTNESS, _MOVES, _NEW))):
            return
        colours = glance(frame.pixels)
        seen, until = self._seen or (colours, frame.time)
        self._board.put(_BRIGHTNESS, float((colours @ _LUMA).mean()))
        self._board.put(_NEW, _share(colours - seen, _NOVELTY))
        if self._before is not None:
            self._board.put(_MOVES, _share(colours - self._before, _MOTION))
        share = -math.expm1((until - frame.time) / _SECONDS)
        self._before, self._seen = colours, (seen + np.float32(share) * (colours - seen), frame.time)


def _share(change: Canvas, usual: float) -> float:
    mean = float(np.abs(change).mean())
    return mean / (mean + usual)
