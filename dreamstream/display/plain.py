"""The plain painter: a moment with OpenCV, at canvas size, four bytes a pixel.

frames -> four bytes a pixel, once a frame -> warped, blended -> effects -> lit
"""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from dreamstream.display.picture import Picture
from dreamstream.display.plain_effects import PlainEffects
from dreamstream.display.thumbs import Thumbs, thumb
from dreamstream.effects import Light, lit, luminance
from dreamstream.frame import Frame, Pixels
from dreamstream.params import Params
from dreamstream.tell import Tell, tell_nobody
from dreamstream.transforms.tween import Moment, blended, ways_of

_FRAMES_KEPT = 4


class PlainPainter:
    """Keeps the frames in the form that they are drawn in: `order` is OpenCV's conversion to it."""

    def __init__(self, tell: Tell = tell_nobody, advice: str = "", start: float | None = None) -> None:
        self._pictures: dict[int, tuple[Frame, Pixels]] = {}
        self._order = cv2.COLOR_RGB2BGRA
        self._light, self._thumbs, self._effects = Light(), Thumbs(), PlainEffects(tell, advice, start)

    def paint(self, moment: Moment, picture: Picture, order: int) -> tuple[object, Callable[[], Pixels]]:
        """Return what the picture hangs on (None where it is always another), and what makes it (H×W×4)."""
        self._use(order)
        params = picture.params
        links = self._effects.usable(picture)
        done = None
        if links:
            done = self._effects.run(links, picture, self._blended(moment, params.tween), order)
        level = self._light.level(
            params, picture.seconds, lambda level: self._measured(done, moment, params, level)
        )
        return None if links else (moment, params, level), partial(self._lit, done, moment, params, level)

    def close(self) -> None:
        """Let go of the frames."""
        self._pictures.clear()

    def _lit(self, done: Pixels | None, moment: Moment, params: Params, level: float) -> Pixels:
        pixels = self._blended(moment, params.tween) if done is None else done
        return self._effects.lit(pixels, params, level, self._order)

    def _measured(self, blended: Pixels | None, moment: Moment, params: Params, level: float) -> float:
        if blended is None:
            return self._thumbs.luminance(moment, ways_of(moment, params.tween)[2], params, level)
        colours = thumb(blended)[..., :3]
        return luminance(
            lit(colours[..., ::-1] if self._order == cv2.COLOR_RGB2BGRA else colours, params, level)
        )

    def _use(self, order: int) -> None:
        if order != self._order:
            self._order = order
            self._pictures.clear()

    def _blended(self, moment: Moment, tween: bool) -> Pixels:
        return blended(moment, tween, self._picture)

    def _picture(self, frame: Frame) -> Pixels:
        """Return the frame in the surface's own form, made once; that not used for longest goes."""
        held = self._pictures.pop(frame.index, None)
        if held is not None and held[0] is frame:
            self._pictures[frame.index] = held  # at the end again
            return held[1]
        if len(self._pictures) >= _FRAMES_KEPT:
            self._pictures.pop(next(iter(self._pictures)))
        picture = np.asarray(cv2.cvtColor(frame.pixels, self._order), np.uint8)
        self._pictures[frame.index] = (frame, picture)
        return picture
