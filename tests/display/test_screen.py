"""The screens' pixels against OpenCV and the warps themselves, on a real window."""

import gc
import os
from collections.abc import Iterator

import cv2
import moderngl
import numpy as np
import pygame
import pytest

from dreamstream.display import Moment, Picture, Window, WindowSettings
from dreamstream.display.gl_screen import GLScreen
from dreamstream.display.layout import viewport
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import Affine, Field, Tick, Warp, distort
from tests.display.drawing import shot
from tests.fakes import Told, picture

SIZE = WIDTH, HEIGHT = Size(320, 192)
MOVES = ["zoom", "rotate", "vertical-stretch", "matrix", "column-roll", "sine-roll", "random-roll", "sobel"]


@pytest.fixture(scope="module", params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str) -> Iterator[Window]:
    os.environ.pop("SDL_VIDEODRIVER", None)
    told = Told()
    window = Window(WindowSettings(SIZE, opengl=request.param), tell=told)
    assert window.screen.name.startswith("OpenGL" if request.param else "plain"), told
    yield window
    window.close()


def dreamt(name: str, **params: object) -> tuple[Frame, Frame, Warp, np.ndarray]:
    """A frame, and the same moved by a transform as the next one."""
    canvas = picture(HEIGHT, WIDTH, seed=2)
    warp, moved = distort(canvas, Params(transform=name, **params), Tick.of(0, 1))
    return Frame.of(canvas, 7, None, 0), Frame.of(moved, 8, warp, 0), warp, canvas


def drawn(window: Window, moment: Moment, fill: bool = False, tween: bool = True) -> np.ndarray:
    window.screen.draw(moment, SIZE, Picture(Params(fill=fill, tween=tween, flash_guard=False)))
    return shot(window)


def inside(picture: np.ndarray) -> np.ndarray:
    return picture[8:-8, 8:-8]


@pytest.mark.parametrize("name", ["zoom", "column-roll", "sine-roll", "swirl"])
@pytest.mark.parametrize("size", [Size(228, 136), Size(448, 270)], ids=["from smaller", "from larger"])
def test_between_two_canvases_the_earlier_is_scaled_to_the_later(
    window: Window, name: str, size: Size
) -> None:
    _, later, warp, canvas = dreamt(name)
    smaller = np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.float32)
    earlier = Frame.of(smaller, 7, None, 0)
    fitted = cv2.resize(earlier.pixels, SIZE).astype(np.float32)
    for t in (0.0, 0.4, 0.8):
        before = warp.part(t).apply(fitted)
        after = warp.part(t - 1).apply(later.pixels.astype(np.float32))
        share = t**2 * (3 - 2 * t)
        error = np.abs(
            inside(drawn(window, Moment(earlier, later, t))) - inside(before * (1 - share) + after * share)
        )
        assert error.mean() < 1.5


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("t", [0.0, 0.35, 1.0, 1.6])
def test_a_moment_is_the_blend_of_both_frames_moved(window: Window, name: str, t: float) -> None:
    earlier, later, warp, _ = dreamt(name)
    before = warp.part(t).apply(earlier.pixels.astype(np.float32))
    after = warp.part(t - 1).apply(later.pixels.astype(np.float32))
    share = min(t, 1.0) ** 2 * (3 - 2 * min(t, 1.0))
    expected = before * (1 - share) + after * share
    error = np.abs(inside(drawn(window, Moment(earlier, later, t))) - inside(expected))
    assert error.mean() < 1.0
    assert np.quantile(error, 0.999) < 6


@pytest.mark.parametrize("name", ["zoom", "rotate", "column-roll"])
def test_known_motion_leaves_no_double_image(window: Window, name: str) -> None:
    """Both frames show the same things, so halfway they must lie on each other."""
    earlier, later, warp, canvas = dreamt(name, zoom=0.1, angle=6)
    half = drawn(window, Moment(earlier, later, 0.5))
    assert np.abs(inside(half) - inside(warp.part(0.5).apply(canvas))).mean() < 3


def test_without_tween_a_frame_is_shown_as_it_is(window: Window) -> None:
    earlier, later, _, _ = dreamt("zoom", zoom=0.2)
    seen = drawn(window, Moment(earlier, later, 0.6), tween=False)
    assert np.abs(seen - earlier.pixels).mean() < 0.5
    assert np.abs(drawn(window, Moment(earlier, later, 1.0), tween=False) - later.pixels).mean() < 0.5


def test_a_cut_is_a_cross_fade(window: Window) -> None:
    earlier = Frame.of(np.full((HEIGHT, WIDTH, 3), 40, np.float32), 1, None, 0)
    later = Frame.of(np.full((HEIGHT, WIDTH, 3), 200, np.float32), 2, None, 0)
    assert drawn(window, Moment(earlier, later, 0.25)).mean() == pytest.approx(40 + 160 * 0.15625, abs=1)
    assert drawn(window, Moment(earlier, later, 0.5)).mean() == pytest.approx(120, abs=1)


def test_letterbox_shows_all_on_black_and_fill_leaves_no_black(window: Window) -> None:
    square = Frame.of(np.full((100, 100, 3), 255, np.float32), 1, None, 0)
    boxed = drawn(window, Moment(square, square, 1.0))
    margin = (WIDTH - HEIGHT) // 2
    assert boxed[:, : margin - 1].max() == 0
    assert boxed[:, margin + 1 : -margin - 1].min() == 255
    assert drawn(window, Moment(square, square, 1.0), fill=True).min() == 255


def test_orientation_and_channels(window: Window) -> None:
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    canvas[:50, :50, 0] = 255
    frame = Frame.of(canvas, 1, None, 0)
    seen = drawn(window, Moment(frame, frame, 1.0))
    assert seen[10, 10].tolist() == [255, 0, 0]
    assert seen[-10, 10].tolist() == [0, 0, 0]
    assert seen[10, -10].tolist() == [0, 0, 0]


def test_an_enlarged_picture_is_interpolated(window: Window) -> None:
    canvas = picture(HEIGHT // 2, WIDTH // 2, seed=3)
    small = Frame.of(canvas, 1, None, 0)
    expected = cv2.resize(small.pixels, SIZE, interpolation=cv2.INTER_LINEAR)
    assert np.abs(drawn(window, Moment(small, small, 1.0)) - expected).mean() < 1


def test_text_is_drawn_over_the_picture(window: Window) -> None:
    black = Frame.of(np.zeros((HEIGHT, WIDTH, 3), np.float32), 1, None, 0)
    text = pygame.Surface(SIZE, pygame.SRCALPHA)
    text.fill((255, 255, 255, 128), pygame.Rect(0, 0, 40, 20))
    window.screen.draw(Moment(black, black, 1.0), SIZE, Picture(Params(flash_guard=False)))
    window.screen.draw_overlay(text, SIZE)
    seen = shot(window)
    assert seen[5, 5, 0] == pytest.approx(128, abs=2)
    assert seen[-5, -5].max() == 0


def test_small_text_stands_in_the_upper_left_corner(window: Window) -> None:
    grey = Frame.of(np.full((HEIGHT, WIDTH, 3), 90, np.float32), 1, None, 0)
    text = pygame.Surface((30, 20), pygame.SRCALPHA)
    text.fill((255, 255, 255, 255), pygame.Rect(10, 5, 20, 15))
    drawn(window, Moment(grey, grey, 1.0))
    window.screen.draw_overlay(text, SIZE)
    expected = np.full((HEIGHT, WIDTH), 90)
    expected[5:20, 10:30] = 255
    assert np.abs(shot(window)[..., 0].astype(int) - expected).max() <= 1


def textures() -> int:
    return sum(type(each) is moderngl.Texture for each in gc.get_objects())


def test_many_frames_and_sizes_do_not_pile_up(window: Window) -> None:
    before = textures()
    for index in range(30):
        canvas = np.full((40 + index % 3, 60, 3), index, np.float32)
        one = Frame.of(canvas, index, Field(np.zeros((1, 60, 2), np.float32), wrap=True), 0)
        assert drawn(window, Moment(one, one, 1.0), fill=True).mean() == pytest.approx(index, abs=0.6)
    assert textures() <= before + 4


def test_what_overhangs_is_cut_in_the_middle(window: Window) -> None:
    canvas = picture(HEIGHT, WIDTH * 2, seed=4)
    wide = Frame.of(canvas, 1, None, 0)
    middle = wide.pixels[:, WIDTH // 2 : -WIDTH // 2].astype(np.float32)
    assert np.abs(drawn(window, Moment(wide, wide, 1.0), fill=True) - middle).mean() < 0.5


def test_text_goes_with_the_next_picture_even_if_that_is_the_same(window: Window) -> None:
    grey = Frame.of(np.full((HEIGHT, WIDTH, 3), 90, np.float32), 1, None, 0)
    moment, text = Moment(grey, grey, 1.0), pygame.Surface(SIZE, pygame.SRCALPHA)
    text.fill((255, 255, 255, 255), pygame.Rect(30, 20, 40, 20))
    drawn(window, moment)
    window.screen.draw_overlay(text, SIZE)
    written = shot(window)
    assert written[21:39, 31:69].min() == 255
    assert written[:18].max() == 90
    assert np.abs(drawn(window, moment) - 90).max() == 0


def test_software_opengl_is_left_to_the_plain_screen(display: str) -> None:
    """Unless it is asked for: the plain screen draws the same in a fraction of the time."""
    forced = Window(WindowSettings(SIZE, opengl=True))
    assert isinstance(forced.screen, GLScreen)
    software = forced.screen.software
    forced.close()
    told = Told()
    chosen = Window(WindowSettings(SIZE), tell=told)
    assert chosen.screen.name.startswith("plain" if software else "OpenGL")
    assert told == []
    assert pygame.display.get_driver() not in ("offscreen", "dummy"), "nobody would see it"
    chosen.close()


@pytest.mark.parametrize("opengl", [True, False])
def test_behind_fullscreen_the_window_is_as_large_as_it_was(display: str, opengl: bool) -> None:
    window = Window(WindowSettings(SIZE, opengl=opengl))
    try:
        for _ in range(2):
            for fullscreen in (True, False):
                window.set_fullscreen(fullscreen)
                for _ in range(100):  # a window manager takes its time
                    pygame.event.pump()
                    window.show()
                    if (window.size == SIZE) != fullscreen:
                        break
                assert (window.size == SIZE) != fullscreen
    finally:
        window.close()


def test_viewport_covers_or_fits() -> None:
    assert viewport(Size(100, 100), Size(200, 100), fill=False) == (50, 0, 100, 100)
    assert viewport(Size(100, 100), Size(200, 100), fill=True) == (0, -50, 200, 200)


def test_a_display_that_is_not_there_is_named(display: str) -> None:
    with pytest.raises(DisplayError, match="no display 7; there is only 0"):
        Window(WindowSettings(display=7))


def test_part_way_warps_are_of_their_kind() -> None:
    _, _, warp, _ = dreamt("rotate")
    assert isinstance(warp.part(0.5), Affine)
