"""A glance: a picture of any size in a handful of colours, in a tenth of a millisecond."""

import cv2
import numpy as np

from dreamstream.frame import Canvas, Pixels
from dreamstream.size import Size

_SIZE = Size(32, 18)
_SAMPLES = 3  # a side of each of its colours: the mean of nine pixels, so that fine grain counts for little


def glance(picture: Pixels | Canvas) -> Canvas:
    """Return 18×32 of a picture's colours (0..1): means of pixels that lie evenly in it."""
    samples = Size(_SIZE.width * _SAMPLES, _SIZE.height * _SAMPLES)
    few = cv2.resize(picture, samples, interpolation=cv2.INTER_NEAREST)
    colours = cv2.resize(few.astype(np.float32), _SIZE, interpolation=cv2.INTER_AREA)
    return np.asarray(colours / np.float32(255), np.float32)
