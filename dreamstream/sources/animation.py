"""Animations, which Pillow reads: GIF, WebP, APNG and AVIF."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dreamstream.frame import Pixels
from dreamstream.size import Size
from dreamstream.sources.picture import check_area, on_black, opened
from dreamstream.sources.shot import Shot

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("GIF", "WEBP", "PNG", "AVIF")  # a TIFF of several pages is no film
_USUAL = 100.0  # milliseconds, where none are said, as browsers have it
_SHORTEST_OF_GIF = 20.0  # what is shown for less was meant to be shown as usual


def is_animated(image: "Image") -> bool:
    """Return whether an open file is an animation of several pictures."""
    return image.format in _FORMATS and getattr(image, "is_animated", False)


class Animation:
    """Footage of an animation. Of a WebP all compressed pictures are in memory, as libwebp needs them."""

    seconds = 0.0  # known only at its end

    def __init__(self, path: Path) -> None:
        self._path, self.torn = path, False

    @property
    def alpha(self) -> bool:
        """See `Footage`. Most GIFs name a colour that is none; it counts where their first picture has it."""
        with opened(self._path) as image:
            assert image is not None, "it was looked at before"
            if image.format != "GIF":
                return image.has_transparency_data
            return bool((_clear(image)[..., 3] < 255).any())

    def shots(self, begin: float = 0.0) -> Iterator[Shot]:
        """See `Footage`."""
        time = 0.0
        with opened(self._path) as image:
            assert image is not None, "it was looked at before"
            check_area(self._path, Size(*image.size), moving=True)
            first = int(getattr(image, "default_image", False))  # which stands in where an APNG cannot play
            for index in range(first, image.n_frames):  # type: ignore[attr-defined]
                try:
                    image.seek(index)
                    pixels = np.ascontiguousarray(np.asarray(on_black(image))[..., :3])
                except Exception:  # in a broken file Pillow may run into anything
                    self.torn = True
                    if index == first:
                        raise
                    return
                seconds = _milliseconds(image) / 1000
                matted = lambda pixels=pixels: pixels  # noqa: E731
                yield Shot(time, seconds, matted, clear=partial(_clear, image))
                time += seconds


def _clear(image: "Image") -> Pixels:
    """Return the picture that an animation is at, with its alpha."""
    return np.array(image.convert("RGBA"))


def _milliseconds(image: "Image") -> float:
    """Return how long the picture that an animation is at, decoded, is shown."""
    duration = float(image.info.get("duration", 0))
    shortest = _SHORTEST_OF_GIF if image.format == "GIF" else 1.0
    return duration if duration >= shortest else _USUAL
