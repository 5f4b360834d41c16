"""Palette: the colours of the large shapes, pulled to the source's own or to a palette's.

    canvas -> made small -> the colour that each place ought to have -> what is missing, enlarged -> canvas

Only warmth and tint are pulled, never the luma: shapes and texture stay as they are dreamt.
"""

import cv2
import numpy as np

from dreamstream.dream.ascent import resize
from dreamstream.effects import palette_colours
from dreamstream.maths import LUMA
from dreamstream.nets import Image
from dreamstream.params import Params
from dreamstream.size import Size

_SMALL = 24  # px of the smaller side that large shapes are looked at with
_LUMA = np.array(LUMA, np.float32)
_SPREAD = 2.0  # deviations of the luma, about its mean, that a palette reaches over each way


def made_small(picture: Image) -> Image:
    """Return the picture (H×W×3) as its large shapes alone: the smaller side about 24 px, area means."""
    size = Size.of(picture)
    small = size.scaled(min(1.0, _SMALL / min(size)))
    return np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.float32)


def pulled(canvas: Image, source: Image, params: Params) -> Image:
    """Return the canvas (H×W×3) with its large shapes' colours `palette_pull` of the way to the palette's.

    `source` is the source made small, whose colours are those of the palette `source`.
    """
    if params.held_palette == "none" or params.palette_pull == 0:
        return canvas
    small = made_small(canvas)
    if params.held_palette == "source":
        target = resize(source, Size.of(small))
    else:
        target = _in_palette(small @ _LUMA, params.held_palette)
    missing = target - small
    missing -= (missing @ _LUMA)[..., None]  # a colour's luma is kept
    missing *= np.float32(params.palette_pull)
    whole = resize(missing, Size.of(canvas))
    cv2.add(canvas, whole, whole)
    return np.asarray(np.clip(whole, 0, 255, out=whole))


def _in_palette(luma: Image, name: str) -> Image:
    """Return the palette's colours for lumas (H×W): its middle for their mean, ends two deviations off."""
    colours = np.array(palette_colours(name), np.float32)
    spread = _SPREAD * max(float(luma.std()), 1.0)
    places = (np.clip((luma - luma.mean()) / spread, -1, 1) + 1) / 2 * (len(colours) - 1)
    at = np.arange(len(colours))
    channels = [np.interp(places, at, colours[:, channel]) for channel in range(3)]
    return np.stack(channels, -1).astype(np.float32)
