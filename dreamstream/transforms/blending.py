"""What filters share: how far a picture goes towards its filtered one."""

import cv2
import numpy as np

from dreamstream.transforms.transform import CommonKnobs
from dreamstream.transforms.warp import Canvas


def blend(canvas: Canvas, filtered: Canvas, params: CommonKnobs, most: float = 1.0) -> Canvas:
    """Return the picture `amount` · `most` of the way to the filtered one: from 1 on, that one."""
    share = np.float32(min(abs(params.amount) * most, 1.0))
    return canvas + share * (filtered - canvas)


def within(canvas: Canvas) -> Canvas:
    """Return the canvas cut to 0..255; it is written over, so it must be the filter's own."""
    return np.clip(canvas, 0, 255, out=canvas)


def luma(canvas: Canvas) -> Canvas:
    """Return the brightness (H×W, Rec. 601: 0.299 R + 0.587 G + 0.114 B), 0..255."""
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY), np.float32)
