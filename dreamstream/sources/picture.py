"""Still pictures from files, one or a folder of them.

file -> its head: what it is, how large -> decoded -> H×W×3, RGB, upright, what is transparent matted on black
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dreamstream.errors import SourceError, reason
from dreamstream.frame import Pixels
from dreamstream.size import Size
from dreamstream.sources.shot import Shot, opaque
from dreamstream.sources.upright import upright

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "JPEG2000", "PPM", "TGA")
_MOST = 900_000_000  # pixels
_LARGE = 2**26  # pixels, from which on a picture is reduced before anything else is done with it
_BAND = 2**20  # pixels that are converted at a time
_ORIENTATION = 0x0112  # EXIF's tag
_TURNS = {
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}
"""What makes a picture of an orientation upright."""
_ENDINGS = {
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".gif",
    ".tif",
    ".tiff",
    ".bmp",
    ".avif",
    ".jp2",
    ".ppm",
    ".tga",
}
_SECONDS = 0.04  # that a picture of several is shown


class Pictures:
    """Footage of pictures from files, 25 a second."""

    torn = False

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self.seconds = len(paths) * _SECONDS

    def shots(self, begin: float = 0.0) -> Iterator[Shot]:
        """See `Footage`."""
        for index, path in enumerate(self._paths):
            clear = partial(read_clear, path)
            yield Shot(index * _SECONDS, _SECONDS, partial(read_picture, path), clear=clear)

    @property
    def alpha(self) -> bool:
        """See `Footage`."""
        return any(map(_is_clear, self._paths))


def pictures_in(folder: Path) -> list[Path]:
    """Return a folder's pictures in natural order, `x9` before `x10`; SourceError where there are none."""
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS]
    except OSError as error:
        raise SourceError(f"{folder}: {reason(error)}; a folder of pictures is needed") from error
    paths = [path for path in files if not path.name.startswith(".")]
    if not paths:
        raise SourceError(f"{folder}: a folder with no picture in it; .png, .jpg and the like are read")
    return sorted(paths, key=lambda path: (_in_parts(path.name), path.name))


def files_read(path: Path) -> list[Path]:
    """Return what is read where a source is this file or folder: itself, and of a folder its pictures."""
    return [path, *(pictures_in(path) if path.is_dir() else ())]


def _in_parts(name: str) -> list[str | int]:
    """Return a name's texts and numbers, in turn."""
    return [int(part) if at % 2 else part.casefold() for at, part in enumerate(re.split(r"([0-9]+)", name))]


def read_picture(path: Path) -> Pixels:
    """Return the picture of a file, of an animation the first; SourceError says what is wrong with it.

    A large one comes reduced by a whole factor, to 16 million pixels or more.
    """
    with opened(path) as image:
        ordinary = image is None or (Size(*image.size).area <= _LARGE and not image.has_transparency_data)
        picture = _decoded(path) if ordinary else None
        if picture is None and image is not None:
            picture = _matted(image)
    if picture is None:
        raise SourceError(f"{path}: not a picture that can be read")
    return picture


def read_clear(path: Path) -> Pixels:
    """Return the picture of a file as `read_picture` does, with its alpha, and not on black."""
    with opened(path) as image:
        if image is not None and image.has_transparency_data:
            return _matted(image, clear=True)
    return opaque(read_picture(path))


def _is_clear(path: Path) -> bool:
    with opened(path) as image:
        return image is not None and image.has_transparency_data


def check_area(path: Path, size: Size, moving: bool = False) -> None:
    """Raise SourceError where a picture, still or `moving`, has more pixels than are opened."""
    if size.area > (most := _LARGE if moving else _MOST):
        of = " of what moves" if moving else ""
        raise SourceError(f"{path}: {size} is too large; {most // 10**6} million pixels{of} are the most")


@contextmanager
def opened(path: Path) -> "Iterator[Image | None]":
    """Give a file as Pillow opens it, its head alone being read; None where it knows no such pictures.

    SourceError says what is wrong with it, or goes wrong while it is open; as that it is too large.
    """
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # how many may be is said here
    try:
        if path.stat().st_size == 0:
            raise SourceError(f"{path}: the file is empty")
        with Image.open(path, formats=_FORMATS) as image:
            check_area(path, Size(*image.size))
            yield image
    except UnidentifiedImageError:
        yield None
    except SourceError:
        raise
    except Exception as error:  # in a broken file Pillow may run into anything
        raise SourceError(f"{path}: cannot be read ({reason(error) or type(error).__name__})") from error


def _decoded(path: Path) -> Pixels | None:
    """Return the picture as OpenCV decodes it, None where it cannot; 6 bytes a pixel are taken meanwhile."""
    data = np.fromfile(path, dtype=np.uint8)  # OpenCV's own reading fails on some names on Windows
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, np.uint8)


def _matted(image: "Image", clear: bool = False) -> Pixels:
    """Return an open picture on black, reduced by the whole factor from which on it is not large.

    With `clear` it has its alpha instead.
    """
    from PIL import Image

    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1), (False, False, False))
    factor = _factor(image)
    if factor > 1:
        image.draft(None, Size(*image.size).scaled(1 / factor))  # a JPEG is decoded at a fraction
        factor = _factor(image)
    width, height = image.size
    pixels = np.empty((ceil(height / factor), ceil(width / factor), 3 + clear), np.uint8)
    rows = factor * max(1, _BAND // (width * factor))
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(top + rows, height)))
        if band.mode.startswith("I;16"):  # Pillow would cut off what is above 255
            band = Image.fromarray((np.asarray(band) >> 8).astype(np.uint8))
        reduced = (band.convert("RGBA") if clear else on_black(band)).reduce(factor)
        pixels[top // factor : ceil((top + rows) / factor)] = np.asarray(reduced)[..., : 3 + clear]
    return upright(pixels, *turn)


def on_black(image: "Image") -> "Image":
    """Return a picture of RGB, and where something is transparent in it each colour times its alpha."""
    return image.convert("RGBA").convert("RGBa") if image.has_transparency_data else image.convert("RGB")


def _factor(image: "Image") -> int:
    return ceil(sqrt(Size(*image.size).area / _LARGE))
