"""Textures in blocks of 4×4 pixels, as graphics cards read them: DXT1, DXT5 and YCoCg in DXT5.

    pixels -> planes: 16 rows, one for each pixel of a block, a column for each -> 8 or 16 bytes a block

A block's colours lie on a line: here the first principal axis, whose ends are fitted once more by least
squares. Method: J. M. P. van Waveren, Real-Time DXT Compression (2006); van Waveren and I. Castaño,
Real-Time YCoCg-DXT Compression (2007). Formats: the OpenGL extension EXT_texture_compression_s3tc.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Pixels

Plane = NDArray[np.floating[Any]]
"""16 × blocks, or 1 × blocks for the ends of their lines, 0..255, in single precision."""
Blocks = NDArray[np.uint8]
"""blocks × bytes."""

_ITERATIONS = 4  # of the power method: blocks whose axis that does not find have none to speak of
_COLOUR_CODES = np.array([0, 2, 3, 1], np.uint32)  # of the four colours from one end to the other
_ALPHA_CODES = np.array([0, 2, 3, 4, 5, 6, 7, 1], np.uint64)
_BITS = 5, 6, 5  # of red, green and blue
_MIDDLE = 128.0  # of Co and Cg: no colour


def planes_of(pixels: Pixels) -> list[Plane]:
    """Return each channel's plane of a picture whose sides are multiples of 4; blocks row by row."""
    height, width, channels = pixels.shape
    blocks = pixels.reshape(height // 4, 4, width // 4, 4, channels).transpose(4, 1, 3, 0, 2)
    return list(np.ascontiguousarray(blocks).reshape(channels, 16, -1).astype(np.float32))


def dxt1(colours: Sequence[Plane]) -> Blocks:
    """Return 8 bytes a block: two colours of 16 bits, and for each pixel which of four on their line."""
    low, high = _ends(colours)
    levels = _levels(colours, *_rounded(low, high))
    low, high = _rounded(*_refitted(colours, levels, low, high))
    return _packed(low, high, _levels(colours, low, high))


def dxt5(colours: Sequence[Plane], alpha: Plane) -> Blocks:
    """Return 16 bytes a block: 8 of its alpha, with levels of its own, then those of DXT1."""
    return np.concatenate([_alpha(alpha), dxt1(colours)], 1)


def ycocg_dxt5(colours: Sequence[Plane]) -> Blocks:
    """Return 16 bytes a block: lightness where DXT5 has alpha; orange and green where it has red and green.

    Blocks of little colour have it two or four times as strong, which their blue says.
    """
    red, green, blue = colours
    light = (red + 2 * green + blue) / 4
    orange, greenness = (red - blue) / 2, green - light
    strongest = np.maximum(np.abs(orange), np.abs(greenness)).max(0)
    scale = np.select([strongest < 31, strongest < 63], [np.float32(4), np.float32(2)], np.float32(1))
    blues = np.broadcast_to((scale - 1) * np.float32(255 / 31), light.shape)
    return dxt5([orange * scale + _MIDDLE, greenness * scale + _MIDDLE, blues], light)


def _ends(colours: Sequence[Plane]) -> tuple[Plane, Plane]:
    """Return the ends (channels × blocks) of each block's colours along their principal axis."""
    means = np.stack([plane.mean(0) for plane in colours])
    apart = [plane - mean for plane, mean in zip(colours, means, strict=True)]
    count = len(apart)
    covariance = {(i, j): (apart[i] * apart[j]).sum(0) for i in range(count) for j in range(i, count)}
    axis = np.sqrt(np.stack([covariance[i, i] for i in range(count)])) + np.float32(1e-3)
    strongest = axis.argmax(0)  # the others' signs against it: else the method may begin at a right angle
    for i in range(count):
        signs = [covariance[min(i, j), max(i, j)] for j in range(count)]
        axis[i] *= np.where(np.choose(strongest, signs) < 0, np.float32(-1), np.float32(1))
    for _ in range(_ITERATIONS):
        axis = np.stack(
            [sum(covariance[min(i, j), max(i, j)] * axis[j] for j in range(count)) for i in range(count)]
        )
        axis /= np.abs(axis).max(0) + np.float32(1e-6)
    axis /= np.sqrt((axis**2).sum(0)) + np.float32(1e-6)
    along = sum(plane * part for plane, part in zip(apart, axis, strict=True))
    return means + axis * along.min(0), means + axis * along.max(0)


def _levels(colours: Sequence[Plane], low: Plane, high: Plane) -> Plane:
    """Return for each pixel which of the four colours from `low` to `high` it is nearest to, 0..3."""
    line = high - low
    line *= 3 / np.maximum((line**2).sum(0), 1)
    along = sum(plane * part for plane, part in zip(colours, line, strict=True))
    levels: Plane = np.clip(np.rint(along - (low * line).sum(0)), 0, 3)
    return levels


def _refitted(colours: Sequence[Plane], levels: Plane, low: Plane, high: Plane) -> tuple[Plane, Plane]:
    """Return the ends that make those levels' colours most like the pixels', in least squares."""
    share = levels / 3
    rest = 1 - share
    lows, both, highs = (rest**2).sum(0), (rest * share).sum(0), (share**2).sum(0)
    whole = lows * highs - both**2
    fits = whole > 1e-2  # else all are of one level
    whole = np.where(fits, whole, 1)
    ends = []
    for plane, before, after in zip(colours, low, high, strict=True):
        at_low, at_high = (rest * plane).sum(0), (share * plane).sum(0)
        ends.append(
            (
                np.where(fits, (at_low * highs - at_high * both) / whole, before),
                np.where(fits, (at_high * lows - at_low * both) / whole, after),
            )
        )
    return np.stack([end for end, _ in ends]), np.stack([end for _, end in ends])


def _rounded(low: Plane, high: Plane) -> tuple[Plane, Plane]:
    """Return colours as 16 bits have them, still 0..255."""
    most = np.array([[2**bits - 1] for bits in _BITS], np.float32)
    first, second = (np.rint(np.clip(end, 0, 255) * (most / 255)) * (255 / most) for end in (low, high))
    return first, second


def _packed(low: Plane, high: Plane, levels: Plane) -> Blocks:
    """Return blocks of DXT1; the larger end comes first, or there would be but three colours."""
    first, second = _bits(high), _bits(low)
    codes = _COLOUR_CODES[(3 - levels).astype(np.intp)]
    turned = second > first
    first, second = np.where(turned, second, first), np.where(turned, first, second)
    codes ^= turned.astype(np.uint32)  # each colour's code and that as far from the other end differ so
    codes[:, first == second] = 0
    places = np.arange(16, dtype=np.uint32)[:, None] * np.uint32(2)
    words = np.stack([first | second << np.uint32(16), (codes << places).sum(0, np.uint32)], 1)
    return words.astype("<u4").view(np.uint8)


def _bits(colour: Plane) -> NDArray[np.uint32]:
    red, green, blue = (
        np.rint(part * np.float32((2**bits - 1) / 255)).astype(np.uint32)
        for part, bits in zip(colour, _BITS, strict=True)
    )
    packed: NDArray[np.uint32] = red << np.uint32(11) | green << np.uint32(5) | blue
    return packed


def _alpha(plane: Plane) -> Blocks:
    """Return 8 bytes a block: the largest and the smallest, and for each pixel which of eight from one on."""
    values = np.rint(np.clip(plane, 0, 255))
    high, low = values.max(0), values.min(0)
    steps = np.rint((high - values) * (7 / np.maximum(high - low, 1)))
    codes = _ALPHA_CODES[steps.astype(np.intp)]
    places = np.arange(16, dtype=np.uint64)[:, None] * np.uint64(3) + np.uint64(16)
    ends = high.astype(np.uint64) | low.astype(np.uint64) << np.uint64(8)
    words: NDArray[np.uint64] = ends | (codes << places).sum(0, np.uint64)
    return words.astype("<u8").view(np.uint8).reshape(-1, 8)
