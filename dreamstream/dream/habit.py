"""Habit: what stays in its place fades, so that something else may grow there.

    canvas -> its shapes at a quarter of the size -> their mean of late -> a share of it taken away

A dream that is not moved falls into an attractor: the net sharpens what is there and nothing new appears (the
article's reason to distort at all). Eyes get used to what stands still, and so does this. A picture that
moves leaves little behind in the mean, and is hardly touched.
"""

import cv2
import numpy as np

from dreamstream.nets import Image
from dreamstream.params import Params
from dreamstream.size import Size

_SMALLER = 4  # times: what is finer is texture, which follows the shapes
_LARGE = 6.0  # px at that size: light and colours larger than this are the look's, and stay
_MEMORY = 0.04  # share of a new frame in the mean: about 25 frames


class Habit:
    """Keeps the mean of one stream's shapes; a canvas of another size begins anew."""

    def __init__(self) -> None:
        self._mean: Image | None = None

    def faded(self, canvas: Image, params: Params) -> Image:
        """Return the canvas (H×W×3) less `restless` times the mean of its shapes, and remember it.

        What remains of the shapes is made as contrasty as they were: nothing is lost but their place.
        """
        if params.restless == 0:
            self._mean = None
            return canvas
        size = Size.of(canvas)
        small_size = max(1, size.width // _SMALLER), max(1, size.height // _SMALLER)
        small = cv2.resize(canvas, small_size, interpolation=cv2.INTER_AREA)
        shapes = np.asarray(small - cv2.GaussianBlur(small, (0, 0), _LARGE), np.float32)
        if self._mean is None or self._mean.shape != shapes.shape:
            self._mean = np.zeros_like(shapes)
        self._mean += np.float32(_MEMORY) * (shapes - self._mean)
        fresh = np.asarray(cv2.scaleAdd(self._mean, -params.restless, shapes), np.float32)
        fresh *= np.float32(cv2.norm(shapes) / max(cv2.norm(fresh), 1.0))
        change = cv2.resize(fresh - shapes, size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.add(canvas, change, change), np.float32)
