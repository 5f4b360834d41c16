"""The places of pixels."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dreamstream.size import Size


@lru_cache(maxsize=8)
def coordinates(size: Size) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the x and the y of every pixel (H×W each); not to be written to."""
    y, x = np.mgrid[: size.height, : size.width].astype(np.float32)
    return x, y


def window_pixels(picture: Size, window: Size, place: Sequence[int]) -> tuple[NDArray[np.int64], ...]:
    """Return what picks a window out of a picture, given its first row and column: rows and columns."""
    rows, columns = (
        np.arange(first, first + extent) % side
        for first, extent, side in zip(place, window.shape, picture.shape, strict=True)
    )
    return np.ix_(rows, columns)
