"""Octaves: the sizes that one frame is dreamt at, and going from one to the next.

Sizes shrink by `octave_scale`, as in the notebook; resizing is linear, and looks at pixel centres.
"""

import cv2
import numpy as np

from dreamstream.nets import Image

SMALLEST = 32
"""Pixels of the smaller side: below this a net's deeper layers see nothing but their own padding."""


def octave_sizes(height: int, width: int, count: int, scale: float) -> list[tuple[int, int]]:
    """Return (height, width) of each octave, largest first; fewer than `count` on a small canvas."""
    sizes = [(height, width)]
    for i in range(1, count):
        size = round(height / scale**i), round(width / scale**i)
        if min(size) < SMALLEST:
            break
        sizes.append(size)
    return sizes


def scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """Return (height, width) at a share of its sides, both even; as it is at 1."""
    if scale == 1:
        return size
    return 2 * round(size[0] * scale / 2), 2 * round(size[1] * scale / 2)


def resize(image: Image, size: tuple[int, int]) -> Image:
    """Return the image at (height, width), by linear interpolation."""
    if image.shape[:2] == size:
        return image
    resized = cv2.resize(image, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.float32)
