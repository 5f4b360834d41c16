"""The folds: warps that lay mirror images of one piece of the picture over the rest.

place -> the same place folded into the piece that is kept -> moved a little, so that the dream goes on

A fold is no small motion: scaled, it would smear half of the picture over a line. So `amount` does not scale
the displacements but moves the lines of the fold in from the border, and beyond 1 no further; and a part of
a fold is a part of its small motion alone. What is fed back is folded already, so the screen sees just that
motion between two frames, and blends in what little the fold takes away.
"""

import math

import numpy as np

from dreamstream.pictures import Picture, Pictures
from dreamstream.size import Size
from dreamstream.transforms.affine import about_centre
from dreamstream.transforms.fields import places
from dreamstream.transforms.transform import CommonKnobs, Tick, Transforms, knob
from dreamstream.transforms.warp import IDENTITY, Field, Warp

_ACROSS, _DOWN = 1, 2  # bits of `mirrors`

TRANSFORMS = Transforms()


class FoldKnobs(CommonKnobs):
    """Part of Params."""

    mirrors: int = knob(1, "1 side by side, 2 one below the other, 3 quarters", 1, 3, 1)
    sectors: int = knob(6, "sectors, each with its mirror image", 1, 64, 1)


@TRANSFORMS.warp("mirror a half or a quarter", "mirrors", "stretch", still=True)
def mirror(size: Size, params: FoldKnobs, tick: Tick) -> Warp:
    """Mirror the left half, the upper half, or a quarter; it grows out of the line between.

    The line comes in from the right (or lower) border as `amount` goes from 0 to 1; below 0 from the
    other side.
    """
    if params.amount == 0:
        return IDENTITY
    share = min(max(params.amount, -1), 1)
    stretch = params.stretch * abs(params.amount)
    p = tick.pictures
    x, y = p.coordinates(size)
    line_x, read_x, across = size.width / 2, x, 0.0
    line_y, read_y, down = size.height / 2, y, 0.0
    if params.mirrors & _ACROSS:
        (line_x, read_x), across = _folded(x, size.width, share, p), stretch
    if params.mirrors & _DOWN:
        (line_y, read_y), down = _folded(y, size.height, share, p), stretch
    shift = across * (line_x - size.width / 2), down * (line_y - size.height / 2)
    motion = about_centre(size, 1 - across, 0, 0, 1 - down, *shift)  # the stretch away from the lines
    (a, _, c), (_, e, f) = motion.matrix.astype(np.float32).tolist()
    return Field(p.pairs(p.complex(a * read_x + c - x, e * read_y + f - y)), still_motion=motion)


@TRANSFORMS.warp("mirror images all round", "sectors", "zoom", still=True)
def kaleidoscope(size: Size, params: FoldKnobs, tick: Tick) -> Warp:
    """Fold into sectors about the centre; the first from the longer axis on is kept, and grows outwards.

    A sector and its mirror image share 2π / n; on the way, as `amount` goes from 0 to 1, they share
    from 4π on ever less, so that the fold comes in from the other side.
    """
    if params.amount == 0:
        return IDENTITY
    p, scale = tick.pictures, 1 - params.zoom * params.amount
    axis = 1 if size.width >= size.height else 1j
    ahead = complex(axis * np.exp(1j * np.pi / (2 * params.sectors)))  # the axis is a line of the fold
    z = places(size, p) * ahead.conjugate()
    wide = 2 * np.pi * (2 * params.sectors) ** -min(abs(params.amount), 1)  # 2π: nothing is folded
    most = math.ceil(math.pi / wide) + 1
    number = p.whole(p.maths.arctan2(z.imag, z.real) / wide) + most
    numbers = np.arange(-most, most + 1)
    back = p.of(np.exp(-1j * wide * numbers).astype(np.complex64))[number]
    side = p.of((1 - 2 * (numbers % 2)).astype(np.float32))[number]  # -1: a mirror image
    folded = z * back
    folded = p.complex(folded.real, folded.imag * side)
    return Field(p.pairs((folded * scale - z) * ahead), still_motion=about_centre(size, scale, 0, 0, scale))


def _folded(place: Picture, length: int, amount: float, p: Pictures) -> tuple[float, Picture]:
    """Return the line of the mirror, and where each place is read from. Pixel n spans n - ½ to n + ½."""
    border, nearer = (length, p.smaller) if amount > 0 else (0, p.larger)
    line = border - 0.5 - amount * length / 2
    return line, nearer(place, 2 * line - place)
