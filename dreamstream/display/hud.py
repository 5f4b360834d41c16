"""Text over the picture: the HUD's lines in a corner, the help as two columns in the middle.

lines, keys, window's size -> one surface with alpha, drawn anew only when the text changed
"""

from collections.abc import Sequence
from textwrap import wrap

import pygame

_INK = (255, 255, 255, 255)
_DIM = (170, 200, 255, 255)
_SHADE = (0, 0, 0, 170)


class Overlay:
    """Keeps the surface for the newest text."""

    def __init__(self) -> None:
        self._drawn: object = None
        self._surface: pygame.Surface | None = None

    def surface(
        self, size: tuple[int, int], lines: Sequence[str], keys: Sequence[tuple[str, str]]
    ) -> pygame.Surface | None:
        """Return the text as a surface of the window's size; None where there is nothing to say.

        `lines` are the HUD's, `keys` the help's (key, what it does); either may be empty.
        """
        wanted = (size, tuple(lines), tuple(keys))
        if wanted != self._drawn:
            self._drawn = wanted
            self._surface = _draw(size, lines, keys) if lines or keys else None
        return self._surface


def _draw(size: tuple[int, int], lines: Sequence[str], keys: Sequence[tuple[str, str]]) -> pygame.Surface:
    surface = pygame.Surface(size, pygame.SRCALPHA)
    height = max(8, min(size[1] // 40, size[0] // 55))
    if lines:
        font = pygame.font.Font(None, int(height * 1.4))
        fitting = max(20, size[0] * 20 // font.size("n" * 22)[0])  # letters, an average one being an n
        fitted = [("", row) for line in lines for row in wrap(line, fitting) or [""]]
        _block(surface, fitted, (height // 2, height // 2), height)
    if keys:
        rows = -(-len(keys) // 2)
        height = min(height, int(size[1] * 7 / 8 / (1.5 * rows + 1)))  # an eighth is left above
        columns = [keys[:rows], keys[rows:]]
        for number, column in enumerate(columns):
            _block(surface, column, (size[0] // 2 * number + height, size[1] // 8), height)
    return surface


def _block(
    surface: pygame.Surface, rows: Sequence[tuple[str, str]], at: tuple[int, int], height: int
) -> None:
    """Draw rows of (label, text) on a shaded box, `height` pixels of type."""
    font = pygame.font.Font(None, int(height * 1.4))
    labels = [font.render(label, True, _DIM) for label, _ in rows]
    texts = [font.render(text, True, _INK) for _, text in rows]
    indent = max((label.get_width() for label in labels), default=0)
    indent += height if indent else 0
    line = int(height * 1.5)
    width = indent + max((text.get_width() for text in texts), default=0) + height
    box = pygame.Rect(at, (width, line * len(rows) + height // 2))
    pygame.draw.rect(surface, _SHADE, box, border_radius=height // 3)
    for number, (label, text) in enumerate(zip(labels, texts, strict=True)):
        y = at[1] + height // 4 + line * number
        surface.blit(label, (at[0] + height // 2, y))
        surface.blit(text, (at[0] + height // 2 + indent, y))
