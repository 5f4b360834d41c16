"""Text over the picture: the HUD's lines in a corner, the help as columns by group.

lines, keys, window's size -> one surface with alpha, drawn anew only when the text changed

The HUD's is no larger than its text: it changes many times a second, and large ones take long to be sent.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from textwrap import wrap

import pygame

from dreamstream.size import Size

Row = tuple[str, str]
"""A key or another label, and what stands beside it; a row without text is a title."""

INK = (255, 255, 255, 255)
DIM = (170, 200, 255, 255)
TITLE = (255, 205, 120, 255)
_SHADE = (0, 0, 0, 190)
_SMALLEST, _FEWEST = 4, 24  # a font's size, and lines of the largest to a window's height
_LINE = 1.35  # of the type's height
_MARGIN = 0.02  # of the window, round the help
_SMALL = 24  # a font's size below which its letters, put on whole pixels, run into each other
STEPS = "with Shift a key steps finer, with Ctrl coarser, where these say nothing else"


class Type:
    """A font of a size in points; small letters are drawn twice as large and halved, for even gaps."""

    def __init__(self, points: int) -> None:
        self._times = 2 if points < _SMALL else 1
        self._font = pygame.font.Font(None, points * self._times)

    def size(self, text: str) -> Size:
        """Return the size of a line."""
        width, height = self._font.size(text)
        return Size(-(-width // self._times), -(-height // self._times))

    def get_height(self) -> int:
        """Return the height of any line."""
        return self.size("").height

    def render(self, text: str, colour: tuple[int, ...]) -> pygame.Surface:
        """Return a line as a picture."""
        drawn = self._font.render(text, True, colour)
        return drawn if self._times == 1 else pygame.transform.smoothscale(drawn, self.size(text))


class Overlay:
    """Keeps the surface for the newest text."""

    def __init__(self) -> None:
        self._drawn: object = None
        self._surface: pygame.Surface | None = None

    def surface(
        self, size: Size, lines: Sequence[str], keys: Mapping[str, Sequence[Row]]
    ) -> pygame.Surface | None:
        """Return the text as a surface for the window's upper left corner; None if there is nothing to say.

        `lines` are the HUD's, `keys` the help's rows by group; either may be empty.
        """
        content = (size, tuple(lines), tuple((group, tuple(rows)) for group, rows in keys.items()))
        if content != self._drawn:
            self._drawn = content
            self._surface = _draw(size, lines, keys) if lines or keys else None
        return self._surface


def _draw(size: Size, lines: Sequence[str], keys: Mapping[str, Sequence[Row]]) -> pygame.Surface:
    columns: list[list[Row]] = []
    at, font = (0, 0), Type(8)
    if lines:
        height = max(10, min(size.height // 40, size.width // 55))
        at, font = (height // 2, height // 2), Type(int(height * 1.4))
        fitting = max(20, size.width * 20 // font.size("n" * 22).width)  # letters, an average one being an n
        columns = [[("", row) for line in lines for row in wrap(drawable(line), fitting) or [""]]]
    if lines and not keys:
        box = _box(columns, font)
        size = Size(min(at[0] + box.width, size.width), min(at[1] + box.height, size.height))
    surface = pygame.Surface(size, pygame.SRCALPHA)
    if lines:
        _shaded(surface, columns, at, font)
    if keys:
        draw_help(surface, keys, surface.get_rect(), _SHADE)
    return surface


def drawable(text: str) -> str:
    """Return text without what no font draws: NUL, and the bytes of file names that are no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def draw_help(
    surface: pygame.Surface,
    keys: Mapping[str, Sequence[Row]],
    place: pygame.Rect,
    shade: tuple[int, ...] | None = None,
) -> None:
    """Draw the help into a place of the surface, in the largest type that fits."""
    margin = int(_MARGIN * place.width)
    room = place.inflate(-2 * margin, -2 * margin)
    largest = surface.get_height() // _FEWEST
    choices = [_columns(keys, most) for most in range(1, len(keys) + 1)]
    size, columns = max(((_fitting(each, room, largest), each) for each in choices), key=lambda pair: pair[0])
    font = Type(size)
    _shaded(surface, columns, room.topleft, font, shade, STEPS)


def _fitting(columns: Sequence[Sequence[Row]], room: pygame.Rect, largest: int) -> int:
    """Return the font's size, up to the largest, with which columns fit; never too small to be seen."""
    trial = 40  # large, so that a font's rounding hardly counts
    width, height = _extent(columns, Type(trial))
    size = int(trial * min(room.width / width, room.height / height))
    size = min(size, largest)
    while size > _SMALLEST and any(
        a > b for a, b in zip(_extent(columns, Type(size)), room.size, strict=True)
    ):
        size -= 1
    return max(size, _SMALLEST)


def _columns(keys: Mapping[str, Sequence[Row]], most: int) -> list[list[Row]]:
    """Return the groups in columns, as short as they get, each with its title and a space before the next."""
    blocks = [[(group.upper(), ""), *rows] for group, rows in keys.items()]
    for limit in count(max(map(len, blocks))):
        columns: list[list[Row]] = []
        for block in blocks:
            if columns and len(columns[-1]) + 1 + len(block) <= limit:
                columns[-1] += [("", ""), *block]
            else:
                columns.append(list(block))
        if len(columns) <= most:
            return columns
    raise AssertionError("a limit is found before the numbers end")


def _extent(columns: Sequence[Sequence[Row]], font: Type) -> Size:
    """Return the size of columns with a line below them."""
    gap = font.get_height()
    width = sum(sum(_widths(rows, font)) + gap // 2 for rows in columns) + gap * len(columns)
    rows = max(map(len, columns)) + 2
    return Size(max(width, font.size(STEPS).width + gap), int(rows * _LINE * gap))


def _widths(rows: Sequence[Row], font: Type) -> tuple[int, int]:
    """Return the widths of a column's labels and of its texts; titles may run over both."""
    labels = max((font.size(label).width for label, text in rows if text), default=0)
    texts = max((font.size(text).width for _, text in rows), default=0)
    titles = max((font.size(label).width for label, text in rows if not text), default=0)
    return labels, max(texts, titles - labels)


def _box(columns: Sequence[Sequence[Row]], font: Type, below: str = "") -> Size:
    """Return the size of columns of rows with a line below them, and of what is shaded about them."""
    gap, widths = font.get_height(), [_widths(rows, font) for rows in columns]
    inner = sum(label + text + (gap // 2 if label else 0) + gap for label, text in widths)
    rows = max(map(len, columns)) + (1 if below else 0)
    return Size(max(inner, font.size(below).width + gap), int(_LINE * gap) * rows + gap // 2)


def _shaded(
    surface: pygame.Surface,
    columns: Sequence[Sequence[Row]],
    at: tuple[int, int],
    font: Type,
    shade: tuple[int, ...] | None = _SHADE,
    below: str = "",
) -> None:
    """Draw columns of rows on one shaded box, and a line below them."""
    gap, x = font.get_height(), at[0]
    step = int(_LINE * gap)
    widths = [_widths(rows, font) for rows in columns]
    rows = max(map(len, columns)) + (1 if below else 0)
    box = pygame.Rect(at, _box(columns, font, below))
    if shade is not None:
        pygame.draw.rect(surface, shade, box, border_radius=gap // 3)
    for (labels, texts), column in zip(widths, columns, strict=True):
        indent = labels + (gap // 2 if labels else 0)
        for number, (label, text) in enumerate(column):
            y = at[1] + gap // 4 + step * number
            if label:
                surface.blit(font.render(label, DIM if text else TITLE), (x + gap // 2, y))
            if text:
                surface.blit(font.render(text, INK), (x + gap // 2 + indent, y))
        x += indent + texts + gap
    if below:
        surface.blit(font.render(below, DIM), (at[0] + gap // 2, at[1] + gap // 4 + step * (rows - 1)))
