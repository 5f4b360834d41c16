"""Pictures side by side, in rows."""

from collections.abc import Sequence

import numpy as np

from dreamstream.frame import Pixels

COLUMNS = 8
GAP = 4
"""Pixels between two pictures."""


def grid(pictures: Sequence[Pixels]) -> Pixels:
    """Return pictures of one size in rows of eight, with black between them; of none an empty one."""
    height, width = pictures[0].shape[:2] if pictures else (0, 0)
    across, down = min(len(pictures), COLUMNS), -(-len(pictures) // COLUMNS)
    whole = np.zeros((max(down * (height + GAP) - GAP, 0), max(across * (width + GAP) - GAP, 0), 3), np.uint8)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, COLUMNS)
        top, left = row * (height + GAP), column * (width + GAP)
        whole[top : top + height, left : left + width] = picture
    return whole
