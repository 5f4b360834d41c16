"""Octaves: the sizes that one frame is dreamt at, and going from one to the next.

Sizes shrink by `octave_scale`, as in the notebook; resizing is linear, and looks at pixel centres.
"""

import cv2
import numpy as np

from dreamstream.nets import Image
from dreamstream.size import Size

SMALLEST = 32
"""Pixels of the smaller side: below this a net's deeper layers see nothing but their own padding."""


def octave_sizes(canvas: Size, count: int, scale: float) -> list[Size]:
    """Return the size of each octave, largest first; fewer than `count` on a small canvas."""
    sizes = [canvas]
    for i in range(1, count):
        size = Size(round(canvas.width / scale**i), round(canvas.height / scale**i))
        if min(size) < SMALLEST:
            break
        sizes.append(size)
    return sizes


def resize(image: Image, size: Size) -> Image:
    """Return the image at another size, by linear interpolation."""
    if image.shape[:2] == size.shape:
        return image
    resized = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.float32)
