"""Signs that meters and beats are written with, drawn here: the font of the HUD has none of them."""

from collections.abc import Callable, Iterator
from itertools import groupby

import pygame

from dreamstream.size import Size

Colour = tuple[int, ...]
_FAINT = 0.35  # of a letter's strength
_TIMES = 4


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """Give a text in pieces, each all signs (True) or all letters."""
    return ((signs, "".join(piece)) for signs, piece in groupby(text, GLYPHS.__contains__))


def glyphs(signs: str, size: Size, colour: Colour) -> pygame.Surface:
    """Return signs, each of a size, as a picture; drawn larger and made smaller, for smooth rims."""
    width, height = _TIMES * size.width, _TIMES * size.height
    large = pygame.Surface((len(signs) * width, height), pygame.SRCALPHA)
    for number, sign in enumerate(signs):
        GLYPHS[sign](large, pygame.Rect(number * width, 0, width, height), colour)
    return pygame.transform.smoothscale(large, (len(signs) * size.width, size.height))


def _faint(colour: Colour) -> Colour:
    return (*colour[:3], int(_FAINT * (colour[3] if len(colour) > 3 else 255)))


def _bar(surface: pygame.Surface, cell: pygame.Rect, colour: Colour) -> None:
    surface.fill(colour, (cell.x, cell.y + cell.height // 5, cell.width, 3 * cell.height // 5))


def _trough(surface: pygame.Surface, cell: pygame.Rect, colour: Colour) -> None:
    _bar(surface, cell, _faint(colour))


def _mark(surface: pygame.Surface, cell: pygame.Rect, colour: Colour) -> None:
    width = cell.width // 3
    _trough(surface, cell, colour)
    surface.fill(colour, (cell.centerx - width // 2, cell.y, width, cell.height))


def _disc(surface: pygame.Surface, cell: pygame.Rect, colour: Colour, width: int = 0) -> None:
    radius = int(0.45 * cell.width)
    pygame.draw.circle(surface, colour, cell.center, radius, width)


def _ring(surface: pygame.Surface, cell: pygame.Rect, colour: Colour) -> None:
    _disc(surface, cell, colour, cell.width // 8)


def _arrow(surface: pygame.Surface, cell: pygame.Rect, colour: Colour) -> None:
    head, right, middle = cell.width // 3, cell.right - 1, cell.centery
    pygame.draw.line(surface, colour, (cell.left, middle), (right - 1, middle), cell.height // 12)
    pygame.draw.polygon(
        surface, colour, [(right, middle), (right - head, middle - head), (right - head, middle + head)]
    )


GLYPHS: dict[str, Callable[[pygame.Surface, pygame.Rect, Colour], None]] = {
    "█": _bar,
    "░": _trough,
    "┃": _mark,
    "●": _disc,
    "○": _ring,
    "→": _arrow,
}
"""All of them; terminals have them, too."""
