"""Thumbs: frames in a handful of pixels, to know how bright a moment is without drawing it.

frame -> 9×16 colours, once; moment -> the blend of both, in the light that the params ask for -> luminance
"""

import cv2
import numpy as np

from dreamstream.effects import lit, luminance
from dreamstream.effects.light import Colours
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms.tween import Moment

SIZE = Size(16, 9)


class Thumbs:
    """Keeps those of the two newest frames that were asked for."""

    def __init__(self) -> None:
        self._kept: list[tuple[Frame, Colours]] = []

    def luminance(self, moment: Moment, blend: float, params: Params, level: float) -> float:
        """Return the mean relative luminance (0..1) of a moment at a level of light."""
        colours = self._of(moment.later)
        if blend < 1:
            colours = colours * np.float32(blend) + self._of(moment.earlier) * np.float32(1 - blend)
        return luminance(lit(colours, params, level))

    def _of(self, frame: Frame) -> Colours:
        for kept, colours in self._kept:
            if kept is frame:
                return colours
        colours = thumb(frame.pixels)
        self._kept = [*self._kept[-1:], (frame, colours)]
        return colours


def thumb(pixels: np.ndarray) -> Colours:
    """Return a picture's colours (9×16×3 or ×4, 0..1)."""
    return np.asarray(cv2.resize(pixels, SIZE, interpolation=cv2.INTER_AREA), np.float32) / np.float32(255)
