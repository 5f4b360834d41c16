"""Motion: where a film or camera moves, as far as can be seen at a glance.

picture of the source -> glance -> its change from the one before -> evened, and held for a moment -> 0..1
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from dreamstream.frame import Canvas
from dreamstream.params import Params
from dreamstream.params.frames import frames_in
from dreamstream.pictures import HOST
from dreamstream.pictures.glance import glance

_NOISE, _MUCH = 0.01, 0.08  # of a colour's whole range: changes that are none, and all that counts
_EVENED = 0.8  # standard deviation, in places of the glance
_HELD = 0.5  # seconds in which a place where nothing moves any more goes down to 37 %


@dataclass(frozen=True, eq=False)
class Motion:
    """What is known at one picture of a source: its colours, and how much each place moves (18×32, 0..1).

    Frames count, not time: the same pictures move the same way.
    """

    seen: Canvas
    places: Canvas

    @staticmethod
    def begun(picture: Canvas) -> "Motion":
        """Return that of a source's first picture (H×W×3, 0..255): nothing is known to move."""
        seen = glance(picture)
        return Motion(seen, np.zeros(seen.shape[:2], np.float32))

    def next(self, picture: Canvas, params: Params) -> "Motion":
        """Return that of the next picture."""
        seen = glance(picture)
        change = HOST.blur(np.abs(seen - self.seen).max(axis=2), _EVENED)
        moves = HOST.clip((change - _NOISE) / (_MUCH - _NOISE), 0, 1)
        held = self.places * np.float32(math.exp(-1 / max(frames_in(_HELD, params), 1)))
        return replace(self, seen=seen, places=np.maximum(moves, held))
