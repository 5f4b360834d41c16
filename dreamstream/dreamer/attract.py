"""Attract: once nothing has moved before the camera for long, the dream goes on from what moved there before.

    picture -> how much of it stirs -> long nothing? -> what is remembered, one after the other, in its place
                                    -> something?    -> remembered now and then; the picture again at once

It counts frames, not time, and looks at the pictures alone: the same pictures bring back the same ones.
"""

import numpy as np

from dreamstream.frame import Canvas
from dreamstream.maths import smoothstep
from dreamstream.params import Params
from dreamstream.params.frames import frames_in
from dreamstream.pictures.glance import glance
from dreamstream.size import Size
from dreamstream.sources.album import Album

_STIRS = 0.06  # of a colour's range: a change that is more than a camera's noise
_PART = 50  # of the picture one part in so many has to change
_EACH = 2.0  # seconds of motion from one picture that is remembered to the next
_STAYS = 8.0  # seconds that one is shown, and then
_OVER = 6.0  # seconds that it takes to fade to the next, or from the live picture to the first
_BACK = 0.4  # seconds that the live picture takes to come back
_COUNT, _BYTES = 64, 16 * 2**20  # what is remembered at most


class Attract:
    """Watches a source's pictures, one each frame, and remembers some; the same frame gets the same again."""

    def __init__(self) -> None:
        self._album = Album(_COUNT, _BYTES)
        self._seen: Canvas | None = None  # at a glance, of the newest picture
        self._still = self._moved = 0  # frames in a row in which nothing stirred; all in which something did
        self._level = 0.0  # how far it has gone over to what is remembered, 0..1
        self._pair: tuple[Canvas, ...] = ()  # what is shown of that, and what comes next
        self._number = self._passed = 0  # the first's, and the frames for which it has been shown
        self._newest: tuple[int, Canvas] | None = None

    def shown(self, picture: Canvas, params: Params, frame: int) -> Canvas:
        """Return what flows into a frame in place of the source's picture: mostly that itself."""
        if params.attract == 0:
            self._still, self._level = 0, 0.0
            return picture
        if self._newest is None or self._newest[0] != frame:
            self._watch(picture, params)
            self._newest = frame, self._mixed(picture, params) if self._level else picture
        return self._newest[1]

    def _watch(self, picture: Canvas, params: Params) -> None:
        """Look at the next picture; remember it where it is time to; go on to what is remembered, or back."""
        before, self._seen = self._seen, glance(picture)
        each = _frames(_EACH, params)
        if before is not None and _stirs(before, self._seen):
            self._moved, self._still = self._moved + 1, 0
            if self._moved % each == each // 2:  # who has just come in is not worth it yet
                self._album.put(picture)
        else:
            self._still += 1
        if self._still > _frames(params.attract, params) and len(self._album):
            self._level = min(1.0, self._level + 1 / _frames(_OVER, params))
        else:
            self._level = max(0.0, self._level - 1 / _frames(_BACK, params))

    def _mixed(self, picture: Canvas, params: Params) -> Canvas:
        """Return the picture mixed with what is remembered, a frame later in its turn than the last."""
        size, stays, over = Size.of(picture), _frames(_STAYS, params), _frames(_OVER, params)
        self._passed += 1
        if self._passed > stays + over:
            self._pair, self._number, self._passed = (), self._number + 1, 1
        if not self._pair or Size.of(self._pair[0]) != size:
            self._pair = tuple(self._album.picture(self._number + more, size) for more in (0, 1))
        one, other = self._pair
        remembered = _between(one, other, smoothstep(max(0.0, self._passed - stays) / over))
        return _between(picture, remembered, smoothstep(self._level))


def _frames(seconds: float, params: Params) -> int:
    return max(1, frames_in(seconds, params))


def _stirs(before: Canvas, seen: Canvas) -> bool:
    """Return whether something moved from a glance to the next, if only in a small part of the picture."""
    changes = np.abs(seen - before).mean(-1)
    few = changes.size // _PART
    return float(np.partition(changes, -few, None)[-few:].mean()) > _STIRS


def _between(one: Canvas, other: Canvas, share: float) -> Canvas:
    mixed = other - one
    mixed *= np.float32(share)
    mixed += one
    return mixed
