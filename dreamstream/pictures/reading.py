"""Reading pictures on a device pixel by pixel: what torch's own reading at places lacks.

place -> whole pixels about it, each with its share -> a border that wraps or reflects -> the sum

Torch knows no borders that wrap, and on Apple's processors no cubic interpolation.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

_SHARP = -0.75  # the slope of the cubic (Keys, 1981, 'Cubic convolution interpolation') that OpenCV has, too


def gathered(planes: Tensor, x: Tensor, y: Tensor, wrap: bool, cubic: bool) -> Tensor:
    """Return planes (1×C×H×W) read at places (together H×W), by linear or cubic interpolation."""
    height, width = planes.shape[2:]
    flat, border = planes[0].flatten(1), _wrapped if wrap else mirrored
    total = torch.zeros_like(planes[0])
    for row, down in _about(y, height, border, cubic):
        for column, across in _about(x, width, border, cubic):
            total += flat[:, row * width + column] * (down * across)
    return total[None]


def _about(
    place: Tensor, count: int, border: Callable[[Tensor, int], Tensor], cubic: bool
) -> Iterator[tuple[Tensor, Tensor]]:
    """Give each pixel that is needed for places, and its shares."""
    first = place.floor()
    beyond, at = place - first, first.long()
    for number in range(-1, 3) if cubic else range(2):
        d = (beyond - number).abs()
        if not cubic:
            share = 1 - d
        elif number in (0, 1):
            share = ((_SHARP + 2) * d - (_SHARP + 3)) * d * d + 1
        else:
            share = _SHARP * (((d - 5) * d + 8) * d - 4)
        yield border(at + number, count), share


def _wrapped(number: Tensor, count: int) -> Tensor:
    """Return which of `count` pixels has a number, where they go on from the other side."""
    return number % count


def mirrored(number: Tensor, count: int) -> Tensor:
    """Return which of `count` pixels has a number, where they are reflected about the outermost ones."""
    number = number.abs() % max(2 * (count - 1), 1)
    return torch.minimum(number, 2 * (count - 1) - number)
