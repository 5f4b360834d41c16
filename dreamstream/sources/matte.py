"""Pictures with an alpha, as other programs give them, on black."""

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Pixels


def matted(pixels: NDArray[np.uint8], opaque: bool = False, blue_first: bool = False) -> Pixels:
    """Return RGB of RGBA, or of BGRA: each colour times its alpha, unless they are `opaque`."""
    code = cv2.COLOR_BGRA2RGB if blue_first else cv2.COLOR_RGBA2RGB
    colours = np.asarray(cv2.cvtColor(pixels, code), np.uint8)
    if opaque or pixels[..., 3].min() == 255:
        return colours
    alpha = cv2.cvtColor(pixels[..., 3], cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.multiply(colours, alpha, scale=1 / 255), np.uint8)
