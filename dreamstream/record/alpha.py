"""Alpha: how much of each pixel is seen where a film is laid over another, from what the picture shows.

    luma, key:#00ff00, change -> (picture, the source's) -> 0 (nothing) .. 255 (all), behind the colours

The colours stay as they are (straight, not premultiplied), as editors expect it in these formats.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dreamstream.errors import UsageError
from dreamstream.frame import Canvas, Frame, Pixels, new_pixels
from dreamstream.size import Size

Mask = NDArray[np.uint8]
"""H×W, 0..255."""
_Make = Callable[[Pixels, Canvas | None], Mask]

_LUMA = np.array([[0.2126, 0.7152, 0.0722]], np.float32)  # of BT.709
_KEY = 32.0, 96.0
_CHANGE = 8.0, 48.0
"""Levels that the colours differ by, that which does so most: where an alpha begins, and where it is full."""
_GRAIN = 2.0  # pixels that a change is smoothed by: dreams differ in grain everywhere


@dataclass(frozen=True)
class Alpha:
    """What an alpha is made from, as it was written; `against` a source, where it is its change."""

    text: str
    make: _Make
    against: bool = False

    def on(
        self, frames: Iterator[Frame], source: Callable[[], Canvas | None] = lambda: None
    ) -> Iterator[Frame]:
        """Give the frames with their alpha; `source` returns its picture as each comes."""
        for frame in frames:
            pixels = new_pixels(frame.size, 4)
            pixels[..., :3] = frame.pixels
            pixels[..., 3] = self.make(frame.pixels, source())
            yield replace(frame, pixels=pixels)


def alpha_of(text: str) -> Alpha:
    """Return what `luma`, `key:#00ff00` or `change` asks for; raises UsageError."""
    kind, _, rest = text.partition(":")
    if text in ("luma", "change"):
        return Alpha(text, _luma if text == "luma" else _change, against=text == "change")
    if kind == "key" and re.fullmatch("#?[0-9a-fA-F]{6}", rest):
        colour = np.frombuffer(bytes.fromhex(rest.removeprefix("#")), np.uint8)
        return Alpha(text, lambda pixels, source: _ramp(_distance(pixels, colour), *_KEY))
    raise UsageError(f"'{text}' makes no alpha; luma, change or key:#00ff00, with a colour, does")


def _luma(pixels: Pixels, source: Canvas | None) -> Mask:
    import cv2

    return np.asarray(cv2.transform(pixels, _LUMA), np.uint8)


def _change(pixels: Pixels, source: Canvas | None) -> Mask:
    """Return how far the dream is from its source; all of it is seen where there is none."""
    import cv2

    if source is None:
        return np.full(pixels.shape[:2], 255, np.uint8)
    size = Size.of(pixels)
    before = source if Size.of(source) == size else cv2.resize(source, size)
    there = np.asarray(cv2.convertScaleAbs(before), np.uint8)
    return _ramp(np.asarray(cv2.GaussianBlur(_distance(pixels, there), (0, 0), _GRAIN)), *_CHANGE)


def _distance(pixels: Pixels, others: Pixels) -> Mask:
    """Return by how much the colour differs most that does so most."""
    difference = np.maximum(pixels, others)
    difference -= np.minimum(pixels, others)
    return np.asarray(difference.max(2))


def _ramp(values: Mask, low: float, high: float) -> Mask:
    """Return 0 up to `low`, 255 from `high` on, and even steps between."""
    steps = np.clip((np.arange(256) - low) * (255 / (high - low)), 0, 255)
    table: Mask = np.rint(steps).astype(np.uint8)
    return table[values]
