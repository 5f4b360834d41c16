import pygame
import pytest

from dreamstream.controls import key_help
from dreamstream.display import Overlay


@pytest.fixture(autouse=True)
def font() -> None:
    pygame.font.init()


def test_nothing_to_say_is_no_surface() -> None:
    assert Overlay().surface((320, 200), (), ()) is None


def test_the_same_text_is_drawn_once() -> None:
    overlay = Overlay()
    first = overlay.surface((320, 200), ["zoom"], ())
    assert overlay.surface((320, 200), ["zoom"], ()) is first
    assert overlay.surface((320, 200), ["rotate"], ()) is not first


@pytest.mark.parametrize("size", [(320, 200), (1280, 720), (200, 400)])
def test_text_is_seen_and_the_rest_is_clear(size: tuple[int, int]) -> None:
    surface = Overlay().surface(size, ["zoom × 1"], [("H", "help")] * 30)
    assert surface is not None
    alpha = pygame.surfarray.array_alpha(surface)
    assert alpha.max() == 255
    assert (alpha == 0).mean() > 0.2
    assert alpha[:, -1].max() == 0, "the help ends above the window's end"


@pytest.mark.parametrize("size", [(960, 540), (1280, 720)])
def test_the_help_of_all_keys_fits(size: tuple[int, int]) -> None:
    surface = Overlay().surface(size, (), key_help())
    assert surface is not None
    alpha = pygame.surfarray.array_alpha(surface)
    assert alpha[:, -1].max() == 0, "it ends above the window's end"
    assert alpha[-1].max() == 0
    middle = alpha[size[0] // 4 : size[0] // 2 + size[0] // 20].max(axis=1)
    assert (middle == 0).any(), "the columns stand apart"
