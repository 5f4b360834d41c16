"""The test card: what is seen at once to be bent, cut or too dark.

a size -> squares, circles, the border, greys and colours: a picture H×W×3
"""

from functools import lru_cache

import cv2
import numpy as np

from dreamstream.frame import Pixels
from dreamstream.size import Size

_GROUND, _LINE, _BORDER, _CIRCLE = (40, 40, 40), (150, 150, 150), (255, 255, 255), (255, 205, 120)
_BARS = ((255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255))
_ROWS, _STEPS = 9, 11  # squares from top to bottom; greys


@lru_cache(maxsize=2)
def card(size: Size) -> Pixels:
    """Return the card of a size (H×W×3, RGB), read-only; its squares are square in that."""
    pixels = np.full((*size.shape, 3), _GROUND, np.uint8)
    width, height = size
    thin = max(1, height // 360)
    square = height / _ROWS
    for row in range(1, _ROWS):
        y = round(row * square)
        cv2.line(pixels, (0, y), (width, y), _LINE, thin)
    for column in range(int(-width / 2 / square) - 1, int(width / 2 / square) + 2):
        x = round(width / 2 + (column + 0.5) * square)  # the middle of the card is the middle of a square
        cv2.line(pixels, (x, 0), (x, height), _LINE, thin)
    for share in (0.98, 0.5):
        radius = round(share * height / 2)
        cv2.circle(pixels, (width // 2, height // 2), radius, _CIRCLE, 2 * thin, cv2.LINE_AA)
    radius = round(square * 0.9)
    for x, y in ((1, 1), (-1, 1), (-1, -1), (1, -1)):  # in the corners
        centre = (round(square) * x) % width, (round(square) * y) % height
        cv2.circle(pixels, centre, radius, _CIRCLE, thin, cv2.LINE_AA)
    left, right = round(width / 2 - 2.5 * square), round(width / 2 + 2.5 * square)
    greys = [(round(255 * n / (_STEPS - 1)),) * 3 for n in range(_STEPS)]
    for colours, top in ((_BARS, 3), (greys, 5)):
        edges = np.linspace(left, right, len(colours) + 1).round().astype(int)
        for colour, start, end in zip(colours, edges[:-1], edges[1:], strict=True):
            pixels[round(top * square) : round((top + 1) * square), max(start, 0) : max(end, 0)] = colour
    cv2.rectangle(pixels, (0, 0), (width - 1, height - 1), _BORDER, 2 * thin)
    pixels.flags.writeable = False
    return pixels
