"""A transition under way: from the picture that was shown last to the one that is dreamt now.

    the dreamt params have another source, another preset -> the last picture is kept -> progress, 0..1

What goes between the two is a file of the Interactive Shader Format; `EffectPasses` draws it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import moderngl

from dreamstream.display.picture import Picture
from dreamstream.isf.buffers import Buffer
from dreamstream.knobs import NONE
from dreamstream.size import Size

if TYPE_CHECKING:
    from dreamstream.display.gl_painter import LastPass


class Transition:
    """Notices that the picture changes, and how far the way to the new one is gone; for one painter."""

    def __init__(self, gl: moderngl.Context) -> None:
        self._gl = gl
        self._change: int | None = None
        self._kept: Buffer | None = None  # while one is under way
        self._begun = self._ends = 0.0

    def look(self, picture: Picture, size: Size, shown: "Callable[[], LastPass] | None") -> bool:
        """Return whether a transition is under way in a picture, which is not drawn yet.

        Where it begins, what was `shown` last is kept, without the light of the screen, at a size.
        """
        before, now = self._change, picture.change
        self._change = now
        chosen = picture.params.transition != NONE
        if chosen and shown is not None and before is not None and now is not None and before != now:
            self._begun, self._ends = picture.seconds, _end(picture)
            self._kept = Buffer(self._gl, size)
            self._kept.use()
            shown().draw(into_texture=False)  # its lower row first, as the format has pictures
            self._kept.turn()
        if not chosen or picture.seconds >= self._ends:
            self._kept = None
        return self._kept is not None

    @property
    def start(self) -> moderngl.Texture:
        """The picture that it goes from, while one is under way."""
        assert self._kept is not None, "no transition is under way"
        return self._kept.shown

    def progress(self, seconds: float) -> float:
        """Return how far it is, 0..1, while one is under way."""
        return min(max((seconds - self._begun) / (self._ends - self._begun), 0.0), 1.0)


def _end(picture: Picture) -> float:
    """Return when a transition that begins with a picture is over: with a tempo on a beat to come."""
    params, first = picture.params, picture.beat
    ends = picture.seconds + params.transition_time
    if first is None or not params.bpm or not params.transition_time:
        return ends
    beat = 60 / params.bpm
    ends = first + round((ends - first) / beat) * beat
    return ends if ends - picture.seconds >= beat / 2 else ends + beat
