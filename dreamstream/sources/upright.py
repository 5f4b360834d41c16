"""Turning pictures upright."""

from typing import TypeVar, cast

import numpy as np

from dreamstream.sources.cover import Levels

_Picture = TypeVar("_Picture", bound=Levels)


def upright(pixels: _Picture, transposed: bool, mirrored: bool, upside_down: bool) -> _Picture:
    """Return a picture with rows and columns exchanged, then its left and right, its top and bottom."""
    turned = pixels.swapaxes(0, 1) if transposed else pixels
    turned = turned[:: -1 if upside_down else 1, :: -1 if mirrored else 1]
    return cast(_Picture, np.ascontiguousarray(turned))
