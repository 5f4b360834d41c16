"""Pixel sorting: in each line, runs of pixels whose luma is between two thresholds, put in order.

canvas -> luma -> runs -> one number for each pixel (run, key, place) -> sorted -> places -> canvas

The method is Kim Asendorf's (2010); here every line is sorted at once. The number of a pixel holds its
run above its key above its place: sorting the plain numbers sorts the keys within the runs, leaves the
runs where they are, and says where each pixel came from.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Canvas
from dreamstream.knobs import param
from dreamstream.pictures import HOST
from dreamstream.transforms.transform import CommonKnobs, Tick, Transforms, knob

_PLACE_BITS, _KEY_BITS = 16, 32
_KEYS = np.uint32(2**32 - 1)

TRANSFORMS = Transforms()


class SortKnobs(CommonKnobs):
    """Part of Params."""

    sort_share: float = knob(0.1, "share of the lines, each frame", 0, 1, 0.05)
    sort_low: float = knob(90.0, "least luma that is sorted", 0, 255, 5, "grey levels")
    sort_high: float = knob(220.0, "greatest luma that is sorted", 0, 255, 5, "grey levels")
    sort_columns: bool = param(False, "columns instead of rows", group="transform")
    sort_hue: bool = param(False, "by hue instead of luma", group="transform")


@TRANSFORMS.filter(
    "sort runs of pixels in some lines",
    "sort_share",
    "sort_low",
    "sort_high",
    "sort_columns",
    "sort_hue",
    host=True,
)
def pixel_sort(canvas: Canvas, params: SortKnobs, tick: Tick) -> Canvas:
    """Sort the runs of a random share of the lines, other lines each frame; contents are all kept.

    `amount` scales the share; below 0 the brightest pixel, or the last hue, comes first.
    """
    lines = np.asarray(cv2.transpose(canvas), np.float32) if params.sort_columns else canvas
    chosen = tick.rng.random(len(lines)) < params.sort_share * abs(params.amount)
    if not chosen.any():
        return canvas
    part = np.ascontiguousarray(lines[chosen])
    brightness = HOST.luma(part)
    low, high = sorted((params.sort_low, params.sort_high))
    inside = (brightness >= low) & (brightness <= high)
    key = brightness
    if params.sort_hue:
        key = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2HSV)[..., 0], np.float32)  # 0..360
    order = run_order(inside, key, params.amount < 0)
    result = lines.copy()
    result[chosen] = np.take(part.reshape(-1, 3), order, axis=0).reshape(part.shape)
    return np.asarray(cv2.transpose(result), np.float32) if params.sort_columns else result


def run_order(inside: NDArray[np.bool_], key: Canvas, falling: bool = False) -> NDArray[np.int64]:
    """Return which pixel (a flat index) comes to each place (flat) when runs are sorted along the rows.

    A run is a stretch of True in `inside` (H×W, W at most 65,536); `key` (H×W) is not negative.
    Equal keys keep their order.
    """
    height, width = inside.shape
    begins = np.ones(inside.shape, np.bool_)  # a pixel outside is a run of its own
    begins[:, 1:] = ~(inside[:, 1:] & inside[:, :-1])
    numbers = np.cumsum(begins, axis=1, dtype=np.uint64)
    numbers <<= np.uint64(_KEY_BITS)
    bits = np.maximum(key, np.float32(0)).view(np.uint32)  # floats from 0 on are ordered as their bits are
    numbers |= bits ^ _KEYS if falling else bits
    numbers <<= np.uint64(_PLACE_BITS)
    numbers |= np.arange(width, dtype=np.uint64)
    numbers.sort(axis=1)
    places = (numbers & np.uint64(2**_PLACE_BITS - 1)).astype(np.int64)
    places += np.arange(height)[:, None] * width
    return places.ravel()
