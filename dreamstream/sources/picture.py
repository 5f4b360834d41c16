"""Still pictures from files.

file -> its head: what it is, how large -> decoded -> H×W×3, RGB, upright, what is transparent matted on black
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dreamstream.errors import SourceError, reason
from dreamstream.frame import Pixels
from dreamstream.size import Size

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "JPEG2000", "PPM", "TGA")
_MOST = 900_000_000  # pixels
_LARGE = 2**26  # pixels, from which on a picture is reduced before anything else is done with it
_BAND = 2**20  # pixels that are converted at a time
_ORIENTATION = 0x0112  # EXIF's tag
_TURNS = {2: (True, 0), 3: (False, 2), 4: (True, 2), 5: (True, 1), 6: (False, 3), 7: (True, 3), 8: (False, 1)}
"""What makes a picture of an orientation upright: mirrored or not, then quarter turns, anticlockwise."""


def read_picture(path: Path) -> Pixels | None:
    """Return the picture of a file; None where it is none, as a GIF, which is a film.

    A large one comes smaller, but no smaller than 8000 pixels along the longer side. SourceError says what is
    wrong with it, as that it is cut off or too large.
    """
    with _opened(path) as image:
        if image is None:
            return _decoded(path) if cv2.haveImageReader(str(path)) else None
        if image.format == "GIF":
            return None
        size = Size(*image.size)
        if size.area > _MOST:
            raise SourceError(f"{path}: {size} is too large; {_MOST // 10**6} million pixels are the most")
        ordinary = size.area <= _LARGE and not image.has_transparency_data
        picture = _decoded(path) if ordinary else None
        return _matted(image) if picture is None else picture


@contextmanager
def _opened(path: Path) -> "Iterator[Image | None]":
    """Give a file as Pillow opens it, its head alone being read; None where it knows no such pictures."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # how many may be is said here
    try:
        if path.stat().st_size == 0:
            raise SourceError(f"{path}: the file is empty")
        with Image.open(path, formats=_FORMATS) as image:
            yield image
    except UnidentifiedImageError:
        yield None
    except SourceError:
        raise
    except Exception as error:  # in a broken file Pillow may run into anything
        raise SourceError(f"{path}: {reason(error) or type(error).__name__}") from error


def _decoded(path: Path) -> Pixels | None:
    """Return the picture as OpenCV decodes it, None where it cannot; 6 bytes a pixel are taken meanwhile."""
    data = np.fromfile(path, dtype=np.uint8)  # OpenCV's own reading fails on some names on Windows
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, np.uint8)


def _matted(image: "Image") -> Pixels:
    """Return an open picture on black, reduced by the whole factor from which on it is not large."""
    from PIL import Image

    mirrored, turns = _TURNS.get(image.getexif().get(_ORIENTATION, 1), (False, 0))
    factor = _factor(image)
    if factor > 1:
        image.draft(None, Size(*image.size).scaled(1 / factor))  # a JPEG is decoded at a fraction
        factor = _factor(image)
    width, height = image.size
    pixels = np.empty((ceil(height / factor), ceil(width / factor), 3), np.uint8)
    rows = factor * max(1, _BAND // (width * factor))
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(top + rows, height)))
        if band.mode.startswith("I;16"):  # Pillow would cut off what is above 255
            band = Image.fromarray((np.asarray(band) >> 8).astype(np.uint8))
        on_black = band.convert("RGBA").convert("RGBa")  # each colour times its alpha
        pixels[top // factor : ceil((top + rows) / factor)] = np.asarray(on_black.reduce(factor))[..., :3]
    return np.ascontiguousarray(np.rot90(pixels[:, ::-1] if mirrored else pixels, turns))


def _factor(image: "Image") -> int:
    return ceil(sqrt(Size(*image.size).area / _LARGE))
