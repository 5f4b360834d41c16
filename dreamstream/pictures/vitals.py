"""Vitals: whether a stream of pictures is alive, by a few numbers of its newest.

    pictures -> luma, contrast, colour, ... -> each between its limits: a verdict, a number from 0 to 1

Any one of the limits that is passed makes a picture dead, or as good as dead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Pixels
from dreamstream.pictures.host import HOST
from dreamstream.size import Size

RECENT = 10
"""Frames whose changes are averaged."""
LONG = 200
"""Frames in which the shapes ought to have changed."""
_COARSE = 4  # px that are averaged before a change is measured
_GREY_NOISE = 10  # the colour below which noise is called grey


@dataclass(frozen=True)
class _Limit:
    """What is wrong with a picture beyond `dead`, one of its vitals; from `well` on all is well."""

    wrong: str
    vital: str
    dead: float
    well: float

    def share(self, value: float) -> float:
        """Return how far a value is from `dead` (0) to `well` (1); beyond them it goes on."""
        return (value - self.dead) / (self.well - self.dead)


_LIMITS = (
    _Limit("black", "luma", 20, 40),
    _Limit("white", "luma", 235, 215),
    _Limit("flat", "contrast", 8, 16),
    _Limit("noise", "smooth", 0.75, 0.85),
    _Limit("clipped", "clipped", 0.5, 0.3),
    _Limit("grey", "colour", 5, 10),
    _Limit("garish", "colour", 150, 120),  # a vivid photograph's is about 100
    _Limit("still", "change", 0.5, 1),
    _Limit("still", "steady", 0.95, 0.9),
)


@dataclass(frozen=True)
class Vitals:
    """How a picture is; in grey levels where nothing else is said.

    `luma` is the mean, `contrast` the standard deviation, `entropy` (bits) that of the luma's 256 values;
    `colour` is the colourfulness M3 of Hasler and Süsstrunk (2003, 'Measuring colourfulness in natural
    images'); `clipped` the share of pixels with a channel at 0 or 255; `smooth` the correlation of the luma
    of neighbouring pixels; `change` the mean difference of successive pictures, averaged over 4×4 px, where
    grain does not count; `steady` the correlation, averaged likewise, of the luma with that of a picture 200
    frames before.
    """

    luma: float
    contrast: float
    colour: float
    clipped: float
    smooth: float
    entropy: float
    change: float
    steady: float

    @staticmethod
    def of(pictures: Sequence[Pixels], before: Pixels | None = None) -> "Vitals":
        """Return those of the last picture (H×W×3, uint8); `change` is the mean over all.

        `change` is 0 where there is only one, `steady` without a picture `before`.
        """
        newest = pictures[-1].astype(np.float32)
        light = HOST.luma(newest)
        coarse = [_coarse(picture) for picture in pictures]
        changes = [float(np.abs(after - before).mean()) for before, after in pairwise(coarse)]
        ends = (pictures[-1] == 0) | (pictures[-1] == 255)
        return Vitals(
            luma=float(light.mean()),
            contrast=float(light.std()),
            colour=_colourfulness(newest),
            clipped=float(ends.any(axis=2).mean()),
            smooth=_smooth(light),
            entropy=_entropy(light),
            change=float(np.mean(changes)) if changes else 0.0,
            steady=_steady(coarse[-1], _coarse(before)) if before is not None else 0.0,
        )

    def verdict(self) -> str:
        """Return what is wrong, or `alive`."""
        wrong = [limit.wrong for limit in _LIMITS if limit.share(getattr(self, limit.vital)) < 0]
        names = ("grey noise" if name == "noise" and self.colour < _GREY_NOISE else name for name in wrong)
        return ", ".join(dict.fromkeys(names)) or "alive"

    @property
    def alive(self) -> float:
        """How alive it is: 0 where anything is wrong, 1 where nothing is near to it."""
        return min(max(min(limit.share(getattr(self, limit.vital)) for limit in _LIMITS), 0.0), 1.0)


def _coarse(picture: Pixels) -> NDArray[np.float32]:
    """Return the means of 4×4 px; what is left over at the right and below is left out."""
    height, width = (side // _COARSE * _COARSE or side for side in picture.shape[:2])
    whole = picture[:height, :width].astype(np.float32)
    return HOST.shrink(whole, Size(width, height).scaled(1 / _COARSE))


def _steady(after: NDArray[np.float32], before: NDArray[np.float32]) -> float:
    """Return how much two pictures' lumas correlate; 1 where one of them is flat."""
    first, second = (HOST.luma(np.ascontiguousarray(picture)).ravel() for picture in (before, after))
    if min(first.std(), second.std()) < 1e-3:
        return 1.0
    return float(np.corrcoef(first, second)[0, 1])


def _colourfulness(picture: NDArray[np.float32]) -> float:
    red, green, blue = cv2.split(picture)
    warmth, tint = red - green, (red + green) / 2 - blue
    return float(np.hypot(warmth.std(), tint.std()) + 0.3 * np.hypot(warmth.mean(), tint.mean()))


def _smooth(light: NDArray[np.float32]) -> float:
    """Return the correlation with the pixels to the right and below; 1 for a flat picture."""
    away = light - light.mean()
    variance = float(np.square(away).mean())
    if variance < 1e-3:
        return 1.0
    beside = float((away[:, 1:] * away[:, :-1]).mean())
    below = float((away[1:] * away[:-1]).mean())
    return (beside + below) / 2 / variance


def _entropy(light: NDArray[np.float32]) -> float:
    counts = np.bincount(np.rint(light).astype(np.int64).ravel(), minlength=256)
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())
