"""Mapping without OpenGL: each pixel of the window is read from where the mapping's net says.

picture (H×W×4), Layout, Mapping -> tables, made once -> OpenCV -> the window's pixels
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.display.layout import Layout
from dreamstream.frame import Pixels
from dreamstream.mapping import Mapping
from dreamstream.mapping.light import colour_table, shares
from dreamstream.size import Size

_BESIDE = -2.0  # a pixel that is none of the picture's, nor next to one


@dataclass(frozen=True)
class _Tables:
    """Where each pixel reads (as OpenCV has it, in fixed point), its levels, and what is left of them."""

    places: tuple[NDArray[np.integer], NDArray[np.integer]]
    levels: Pixels | None
    shares: NDArray[np.float32] | None


@lru_cache(maxsize=8)
def _tables(
    mapping: Mapping, shown: tuple[float, ...], corners: bytes, window: Size, picture: Size, rgb: bool
) -> _Tables:
    points = mapping.net(np.frombuffer(corners).reshape(4, 2)).reading(window)
    beside = points[..., 0] < 0
    read = []
    for first, extent, side, along in zip(
        shown[:2], shown[2:], picture, np.moveaxis(points, -1, 0), strict=True
    ):
        at = np.clip((first + along * extent) * side - 0.5, 0, side - 1)
        read.append(np.where(beside, _BESIDE, at).astype(np.float32))
    places = cv2.convertMaps(read[0], read[1], cv2.CV_16SC2)
    table = colour_table(mapping)
    same = bool((table == np.arange(256)[:, None]).all())
    table = np.hstack([table if rgb else table[:, ::-1], np.arange(256, dtype=np.uint8)[:, None]])
    left = shares(mapping, points).astype(np.float32) if any(mapping.edges) else None
    return _Tables(
        (np.asarray(places[0], np.int16), np.asarray(places[1], np.uint16)),
        None if same else np.ascontiguousarray(table[None]),
        None if left is None else np.repeat(left[..., None], 4, axis=2),
    )


def mapped(
    picture: Pixels, layout: Layout, mapping: Mapping, window: Size, order: int, method: int
) -> Pixels:
    """Return the window's pixels (H×W×4): the picture, whole and in that order of channels, mapped."""
    tables = _tables(
        *(mapping, layout.shown, layout.corners.tobytes(), window, Size.of(picture)),
        rgb=order == cv2.COLOR_RGB2RGBA,
    )
    pixels = cv2.remap(picture, *tables.places, method, borderMode=cv2.BORDER_CONSTANT)
    if tables.levels is not None:
        pixels = cv2.LUT(pixels, tables.levels)
    if tables.shares is not None:
        pixels = cv2.multiply(pixels, tables.shares, dtype=cv2.CV_8U)
    return np.asarray(pixels, np.uint8)
