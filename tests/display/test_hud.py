from itertools import combinations

import numpy as np
import pygame
import pytest

from dreamstream.controls import KEYS, action_table, key_help
from dreamstream.display import overlay
from dreamstream.display.glyphs import GLYPHS
from dreamstream.display.hud import Type
from dreamstream.effects import EFFECTS
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS

HELP = key_help(KEYS, action_table(TRANSFORMS, EFFECTS))


@pytest.fixture(autouse=True)
def font() -> None:
    pygame.font.init()


def test_nothing_to_say_is_no_surface() -> None:
    assert overlay(Size(320, 200), (), ()) is None


def test_the_same_text_is_drawn_once() -> None:
    first = overlay(Size(320, 200), ("zoom",), ())
    assert overlay(Size(320, 200), ("zoom",), ()) is first
    assert overlay(Size(320, 200), ("rotate",), ()) is not first


@pytest.mark.parametrize("size", [Size(320, 200), Size(1280, 720), Size(200, 400)], ids=str)
def test_text_is_seen_and_the_rest_is_clear(size: Size) -> None:
    surface = overlay(size, ("zoom × 1",), (("keys", (("H", "help"),) * 30),))
    assert surface is not None
    alpha = pygame.surfarray.array_alpha(surface)
    assert alpha.max() > 230
    assert (alpha == 0).mean() > 0.2
    assert alpha[:, -1].max() == 0, "the help ends above the window's end"


@pytest.mark.parametrize("size", [Size(320, 200), Size(1280, 720), Size(200, 400)], ids=str)
def test_the_hud_is_no_larger_than_its_text(size: Size) -> None:
    lines = ("zoom × 1", "dreamed 20/s  screen 60/s") * 3
    alone, beside = (overlay(size, lines, keys) for keys in ((), (("keys", (("H", "help"),)),)))
    assert alone is not None and beside is not None
    assert alone.get_width() <= size.width and alone.get_height() < size.height / 2
    there = alone.get_bounding_rect()
    assert (there.right, there.bottom) == alone.get_size()


@pytest.mark.parametrize("size", [Size(320, 200), Size(960, 540), Size(1280, 720), Size(400, 900)], ids=str)
def test_the_help_of_all_keys_fits(size: Size) -> None:
    surface = overlay(size, (), HELP)
    assert surface is not None
    alpha = pygame.surfarray.array_alpha(surface)
    assert alpha[:, -1].max() == 0, "it ends above the window's end"
    assert alpha[-1].max() == 0
    text = surface.get_bounding_rect()
    assert max(text.width / size.width, text.height / size.height) > 0.75, "no smaller than it must be"


def test_the_help_is_legible_where_the_window_is_as_at_first() -> None:
    surface = overlay(Size(960, 540), (), HELP)
    assert surface is not None
    ink = pygame.surfarray.pixels_green(surface) > 190  # rows are told apart by what is between them
    lines = np.flatnonzero(np.diff(ink.any(axis=0).astype(int)) == 1)
    rows = 2 + max(len(rows) for _, rows in HELP)
    assert len(lines) >= rows
    assert np.median(np.diff(lines)) >= 16, "pixels from one row to the next"


@pytest.mark.parametrize("points", range(9, 24))
def test_letters_stand_as_far_apart_in_small_type_as_in_large(points: int) -> None:
    line = "ring 2/64  dreamed 10.0/s  screen 33/s, p99 168 ms  block9 (eyes, fur)"
    wanted = Type(120).size(line).width * points / 120
    font = Type(points)
    surface = pygame.Surface((2000, 200), pygame.SRCALPHA)
    font.draw(surface, (0, 0), line, (255, 255, 255))
    assert abs(surface.get_bounding_rect().right - font.size(line).width) <= 2
    assert font.size(line).width == pytest.approx(wanted, rel=0.045)


def test_names_that_are_no_text_are_drawn_all_the_same() -> None:
    said = "caf\udce9\0.mp4: no picture comes from it any more"  # a file's name in another coding than UTF-8
    assert overlay(Size(640, 360), (said,), ()) is not None


@pytest.mark.parametrize("points", [12, 18, 40])
def test_signs_that_no_font_has_are_drawn_each_as_another(points: int) -> None:
    drawn, font = [], Type(points)
    for sign in GLYPHS:
        surface = pygame.Surface(font.size(sign), pygame.SRCALPHA)
        font.draw(surface, (0, 0), sign, (255, 255, 255, 255))
        drawn.append(pygame.surfarray.array_alpha(surface))
        assert drawn[-1].max() > 80, sign
    assert all(np.abs(one - other.astype(int)).max() > 80 for one, other in combinations(drawn, 2))


def test_a_bar_is_as_long_as_it_says_and_text_follows_it() -> None:
    font = Type(18)
    surface = pygame.Surface(font.size("███░░ midi"), pygame.SRCALPHA)
    font.draw(surface, (0, 0), "███░░ midi", (255, 255, 255, 255))
    row = pygame.surfarray.array_alpha(surface)[:, font.height // 2].astype(int)
    cell = font.size("█").width
    assert row[: 3 * cell - 1].min() > 200
    assert (row[3 * cell + 1 : 5 * cell - 1] > 0).all()
    assert row[3 * cell + 1 : 5 * cell - 1].max() < 128
    assert font.size("███░░ midi").width == 5 * cell + font.size(" midi").width
