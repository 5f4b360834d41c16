"""Thumbs: frames in a handful of pixels, to know how bright a moment is without drawing it.

frame -> 9×16 colours, once; moment -> the blend of both, in the light that the params ask for -> luminance
"""

from functools import lru_cache

import cv2
import numpy as np

from dreamstream.effects import lit, luminance
from dreamstream.effects.light import Colours
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms.tween import Moment

SIZE = Size(16, 9)


def moment_luminance(moment: Moment, blend: float, params: Params, level: float) -> float:
    """Return the mean relative luminance (0..1) of a moment at a level of light."""
    colours = _thumb_of(moment.later)
    if blend < 1:
        colours = colours * np.float32(blend) + _thumb_of(moment.earlier) * np.float32(1 - blend)
    return luminance(lit(colours, params, level))


def thumb(pixels: np.ndarray) -> Colours:
    """Return a picture's colours (9×16×3 or ×4, 0..1)."""
    return np.asarray(cv2.resize(pixels, SIZE, interpolation=cv2.INTER_AREA), np.float32) / np.float32(255)


@lru_cache(maxsize=4)
def _thumb_of(frame: Frame) -> Colours:
    return thumb(frame.pixels)
