import pygame
import pytest

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
