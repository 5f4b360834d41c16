"""Text over the picture: the HUD's lines in a corner, the help as columns by group.

lines, keys, window's size -> one surface with alpha, drawn again only when the text changed

The HUD's is no larger than its text: it changes many times a second, and a large one takes long to be sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from textwrap import wrap

import pygame

from dreamstream.controls.keymap import Help
from dreamstream.display.glyphs import GLYPHS, glyphs, runs
from dreamstream.size import Size

Row = tuple[str, str]
"""A key or another label, and the text beside it; a row without text is a title."""

_INK = (255, 255, 255, 255)
_DIM = (170, 200, 255, 255)
_TITLE = (255, 205, 120, 255)
_SHADE = (0, 0, 0, 190)
_SMALLEST = 4  # points of a font
_FEWEST = 24  # lines of the largest type to a window's height
_LINE = 1.35  # of the type's height
_SIGN = 0.6  # of a line's height: the width of a sign
_MARGIN = 0.02  # of the window, round the help
_SMALL = 24  # points below which letters on whole pixels run into each other
STEPS = "with Shift a key steps finer, with Ctrl coarser, where these say nothing else"


class Type:
    """A font of a size in points; small letters are drawn twice as large and halved, for even gaps.

    It remembers the lines that it drew lately, of which most are the same a moment later.
    """

    def __init__(self, points: int) -> None:
        self._times = 2 if points < _SMALL else 1
        self._font = pygame.font.Font(None, points * self._times)
        self._render = lru_cache(maxsize=200)(self._rendered)
        self.height = self._letters_size("").height
        """The height of any line."""
        self.step = int(_LINE * self.height)
        """The pixels from one row to the next."""
        self._cell = Size(round(_SIGN * self.height), self.height)

    def size(self, text: str) -> Size:
        """Return the size of a line."""
        if GLYPHS.keys().isdisjoint(text):
            return self._letters_size(text)
        return Size(sum(self._run_width(signs, run) for signs, run in runs(text)), self.height)

    def _letters_size(self, text: str) -> Size:
        width, height = self._font.size(text)
        return Size(-(-width // self._times), -(-height // self._times))

    def _run_width(self, signs: bool, run: str) -> int:
        return len(run) * self._cell.width if signs else self._letters_size(run).width

    def draw(self, surface: pygame.Surface, at: tuple[int, int], text: str, colour: tuple[int, ...]) -> None:
        """Draw a line with its upper left corner at a place."""
        x, y = at
        for signs, run in runs(text):
            surface.blit(self._render(run, colour), (x, y))
            x += self._run_width(signs, run)

    def _rendered(self, run: str, colour: tuple[int, ...]) -> pygame.Surface:
        """Return letters, or signs, as a picture."""
        if run[:1] in GLYPHS:
            return glyphs(run, self._cell, colour)
        drawn = self._font.render(run, True, colour)
        return drawn if self._times == 1 else pygame.transform.smoothscale(drawn, self.size(run))


@dataclass(frozen=True)
class Block:
    """Columns of rows in one type, and a line below them."""

    columns: Sequence[Sequence[Row]]
    type: Type
    below: str = ""

    @cached_property
    def size(self) -> Size:
        """The size of the box around it."""
        gap = self.type.height
        width = sum(indent + texts + gap for indent, texts in self._widths)
        rows = max(map(len, self.columns)) + (1 if self.below else 0)
        return Size(max(width, self.type.size(self.below).width + gap), self.type.step * rows + gap // 2)

    def draw(
        self, surface: pygame.Surface, at: tuple[int, int], shade: tuple[int, ...] | None = _SHADE
    ) -> None:
        """Draw it with its upper left corner at a place, on a shaded box if there is a shade."""
        type, gap = self.type, self.type.height
        if shade is not None:
            pygame.draw.rect(surface, shade, pygame.Rect(at, self.size), border_radius=gap // 3)
        x, top = at[0] + gap // 2, at[1] + gap // 4
        for (indent, texts), column in zip(self._widths, self.columns, strict=True):
            for y, (label, text) in enumerate(column):
                place = top + self.type.step * y
                if label:
                    type.draw(surface, (x, place), label, _DIM if text else _TITLE)
                if text:
                    type.draw(surface, (x + indent, place), text, _INK)
            x += indent + texts + gap
        if self.below:
            bottom = top + self.type.step * max(map(len, self.columns))
            self.type.draw(surface, (at[0] + gap // 2, bottom), self.below, _DIM)

    @cached_property
    def _widths(self) -> list[tuple[int, int]]:
        """The widths of each column's labels and of its texts; titles may run over both."""
        widths = []
        for rows in self.columns:
            labels = max((self.type.size(label).width for label, text in rows if text), default=0)
            texts = max((self.type.size(text).width for _, text in rows), default=0)
            titles = max((self.type.size(label).width for label, text in rows if not text), default=0)
            gap = self.type.height // 2 if labels else 0
            widths.append((labels + gap, max(texts, titles - labels)))
        return widths


@lru_cache(maxsize=4)
def type_of(points: int) -> Type:
    """Return the type of a size, the same with what it remembers."""
    return Type(points)


@lru_cache(maxsize=1)
def overlay(size: Size, lines: tuple[str, ...], keys: Help) -> pygame.Surface | None:
    """Return the text as a surface for the window's upper left corner; None if there is no text.

    `lines` are the HUD's, `keys` the help's; either may be empty. The same text is the same surface.
    """
    if not (lines or keys):
        return None
    height = max(10, min(size.height // 40, size.width // 55))
    corner = height // 2
    type = type_of(int(height * 1.4))
    hud = Block([wrapped(lines, type, size.width)], type)
    if not keys:
        size = Size(min(corner + hud.size.width, size.width), min(corner + hud.size.height, size.height))
    surface = pygame.Surface(size, pygame.SRCALPHA)
    if lines:
        hud.draw(surface, (corner, corner))
    if keys:
        _draw_help(surface, keys, _SHADE)
    return surface


@lru_cache(maxsize=1)
def help_surface(size: Size, keys: Help, ground: tuple[int, ...]) -> pygame.Surface:
    """Return the help on a ground of one colour; the same help is the same surface."""
    surface = pygame.Surface(size)
    surface.fill(ground)
    _draw_help(surface, keys, None)
    return surface


def wrapped(lines: Sequence[str], type: Type, width: int) -> list[Row]:
    """Return the rows of lines that are no wider than so many pixels, estimated by their letters' number."""
    letters = max(20, width * 20 // type.size("n" * 22).width)
    # no font draws NUL, nor the bytes of file names that are not UTF-8
    drawable = [line.encode("utf-8", "replace").decode("utf-8").replace("\0", "") for line in lines]
    return [("", row) for line in drawable for row in wrap(line, letters) or [""]]


def _draw_help(surface: pygame.Surface, keys: Help, shade: tuple[int, ...] | None) -> None:
    """Draw the help over a surface, in the largest type that fits."""
    margin = int(_MARGIN * surface.get_width())
    room = surface.get_rect().inflate(-2 * margin, -2 * margin)
    largest = surface.get_height() // _FEWEST
    fitting = [(_fitting(columns, room, largest), columns) for columns in _layouts(keys)]
    points, columns = max(fitting, key=lambda pair: pair[0])
    Block(columns, Type(points), STEPS).draw(surface, room.topleft, shade)


def _fitting(columns: Sequence[Sequence[Row]], room: pygame.Rect, largest: int) -> int:
    """Return the points, up to the largest, of the type in which columns fit; never too few to be seen."""

    def fits(points: int) -> bool:
        width, height = Block(columns, Type(points), STEPS).size
        return width <= room.width and height <= room.height

    trial = 40  # large, so that a font's rounding hardly counts
    width, height = Block(columns, Type(trial), STEPS).size
    points = min(int(trial * min(room.width / width, room.height / height)), largest)
    while points > _SMALLEST and not fits(points):
        points -= 1
    return max(points, _SMALLEST)


def _layouts(keys: Help) -> list[list[list[Row]]]:
    """Return the groups in one column, in two, and so on, as short as they get with so many.

    Each group has its title, and a space before the next.
    """
    blocks = [[(group.upper(), ""), *rows] for group, rows in keys]
    layouts: dict[int, list[list[Row]]] = {}
    for limit in range(sum(len(block) + 1 for block in blocks), max(map(len, blocks)) - 1, -1):
        columns: list[list[Row]] = []
        for block in blocks:
            if columns and len(columns[-1]) + 1 + len(block) <= limit:
                columns[-1] += [("", ""), *block]
            else:
                columns.append(list(block))
        layouts[len(columns)] = columns  # a lower limit with as many is shorter
    return list(layouts.values())
