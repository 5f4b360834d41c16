"""Palette: the colours of the large shapes, pulled to the source's own or to a palette's.

    canvas -> made small -> the colour that each place ought to have -> what is missing, enlarged -> canvas

Only warmth and tint are pulled, never the luma: shapes and texture stay as they are dreamt.
"""

import numpy as np

from dreamstream.effects import palette_colours
from dreamstream.maths import LUMA
from dreamstream.params import Params
from dreamstream.pictures import Picture, on
from dreamstream.size import Size

_SMALL = 24  # px of the smaller side that large shapes are looked at with
_LUMA = np.array(LUMA, np.float32)
_SPREAD = 2.0  # deviations of the luma, about its mean, that a palette reaches over each way


def made_small(picture: Picture) -> Picture:
    """Return the picture (H×W×3) as its large shapes alone: the smaller side about 24 px, area means."""
    size = Size.of(picture)
    return on(picture).shrink(picture, size.scaled(min(1.0, _SMALL / min(size))))


def pulled(canvas: Picture, source: Picture, params: Params) -> Picture:
    """Return the canvas (H×W×3) with its large shapes' colours `palette_pull` of the way to the palette's.

    `source` is the source made small, on the host, whose colours are those of the palette `source`.
    """
    if params.held_palette == "none" or params.palette_pull == 0:
        return canvas
    p, small = on(canvas), made_small(canvas)
    weights = p.constant(_LUMA)
    if params.held_palette == "source":
        target = p.resize(p.of(source), Size.of(small))
    else:
        target = _in_palette(small @ weights, params.held_palette)
    missing = target - small
    missing -= (missing @ weights)[..., None]  # a colour's luma is kept
    missing *= params.palette_pull
    whole = p.resize(missing, Size.of(canvas))
    whole += canvas
    return p.clip(whole)


def _in_palette(luma: Picture, name: str) -> Picture:
    """Return the palette's colours for lumas (H×W): its middle for their mean, ends two deviations off."""
    p, colours = on(luma), np.array(palette_colours(name), np.float32)
    spread = _SPREAD * p.larger(p.deviation(luma), 1.0)
    places = (p.clip((luma - p.mean(luma)) / spread, -1, 1) + 1) / 2 * (len(colours) - 1)
    return p.interpolate(places, colours)
