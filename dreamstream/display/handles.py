"""Handles: what somebody who maps a window sees over its picture.

places of corners or points, the chosen one, a line -> one surface with alpha; the same is the same surface
"""

from collections.abc import Iterator
from functools import lru_cache

import pygame

from dreamstream.display.hud import Block, type_of
from dreamstream.size import Size

_INK, _CHOSEN, _LINE = (255, 255, 255, 255), (255, 150, 40, 255), (255, 255, 255, 110)
_BACK = (0, 0, 0, 200)  # around all of them, to be seen on any picture
_SPAN = 60  # of the window's height: the radius of a handle


@lru_cache(maxsize=1)
def handles(
    size: Size, places: tuple[tuple[float, float], ...], columns: int, chosen: int, line: str
) -> pygame.Surface:
    """Return the handles at places (0..1) and the line, for the whole window.

    They are rows of so many columns, or a ring where that is 0.
    """
    surface = pygame.Surface(size, pygame.SRCALPHA)
    radius = max(5, size.height // _SPAN)
    points = [(round(x * size.width), round(y * size.height)) for x, y in places]
    for one, other in _neighbours(len(points), columns):
        pygame.draw.aaline(surface, _LINE, points[one], points[other])
    for number, point in enumerate(points):
        ink = _CHOSEN if number == chosen else _INK
        pygame.draw.circle(surface, _BACK, point, radius + 2, radius)
        pygame.draw.circle(surface, ink, point, radius, max(2, radius // 3))
        pygame.draw.circle(surface, ink, point, 1)
    type = type_of(max(12, size.height // 30))
    block = Block([[("", line)]], type)
    width, height = block.size
    block.draw(surface, (max(0, (size.width - width) // 2), size.height - 2 * height))
    return surface


def _neighbours(count: int, columns: int) -> Iterator[tuple[int, int]]:
    """Give the pairs of handles that a line joins, by number."""
    for number in range(count):
        if not columns:
            yield number, (number + 1) % count
        elif (number + 1) % columns:
            yield number, number + 1
        if columns and number + columns < count:
            yield number, number + columns
