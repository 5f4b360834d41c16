"""Mapped pictures as both screens draw them, pixel by pixel."""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from dreamstream.display import Moment, Picture, Window
from dreamstream.display.layout import layout
from dreamstream.frame import Frame
from dreamstream.mapping import Mapping, card
from dreamstream.mapping.net import grid
from dreamstream.params import Params
from dreamstream.size import Size
from tests.display.drawing import opened, shot
from tests.fakes import picture

SIZE = Size(320, 192)
BENT = ((0.1, 0.05), (0.9, 0.2), (1.0, 0.95), (0.0, 0.8))
MESH = grid(3, 4)
MESH[1, 1:3] += (0.05, -0.06)


@pytest.fixture(params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str) -> Iterator[Window]:
    with opened(SIZE, request.param) as window:
        yield window


def drawn(window: Window, canvas: np.ndarray, mapping: Mapping, card: bool = False) -> np.ndarray:
    """Draw one canvas (0..255) through a mapping, and return what is seen."""
    frame = Frame.of(canvas, 1, None, 0)
    how = Picture(Params(flash_guard=False), mapping=mapping, card=card)
    window.screen.draw(Moment(frame, frame, 1.0), window.size, how)
    return shot(window)


def smooth(size: Size) -> np.ndarray:
    """A picture whose colours say where in it they are."""
    y, x = np.mgrid[: size.height, : size.width] + 0.5
    return np.stack([200 * x / size.width, 200 * y / size.height, 80 + 0 * x], axis=-1) + 30


def expected(mapping: Mapping, picture: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each pixel of a window shows, by the net's way back; and which of them are the picture's."""
    y, x = np.mgrid[: SIZE.height, : SIZE.width]
    places = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / SIZE
    points = mapping.net(corners).points(places)
    at = np.nan_to_num(points * Size.of(picture) - 0.5, nan=-9).astype(np.float32).reshape(*SIZE.shape, 2)
    read = cv2.remap(
        picture.astype(np.float32), at[..., 0], at[..., 1], cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE
    )
    return read, ~np.isnan(points[:, 0]).reshape(SIZE.shape)


def core(inside: np.ndarray, by: int = 3) -> np.ndarray:
    return cv2.erode(inside.astype(np.uint8), np.ones((by, by))).astype(bool)


@pytest.mark.parametrize("mesh", [False, True], ids=["corners", "mesh"])
def test_each_pixel_shows_the_point_of_the_picture_that_is_mapped_there(window: Window, mesh: bool) -> None:
    mapping = Mapping(corners=BENT, mesh=MESH.tolist() if mesh else None)
    canvas = smooth(SIZE)
    seen = drawn(window, canvas, mapping)
    read, inside = expected(mapping, canvas, np.array(BENT))
    assert np.abs(seen - read)[core(inside)].max() < 2.5
    assert seen[core(~inside)].max() == 0
    for corner, colour in zip(BENT, ((0, 0), (1, 0), (1, 1), (0, 1)), strict=True):
        towards = (np.array(corner) * 0.96 + np.array((0.5, 0.5)) * 0.04) * SIZE
        pixel = seen[int(towards[1]), int(towards[0])]
        assert pixel[:2] == pytest.approx(30 + 200 * np.array(colour), abs=16), f"the corner at {corner}"


def test_a_letterboxed_picture_is_moved_by_a_mesh_inside_its_place(window: Window) -> None:
    canvas = smooth(Size(192, 192))
    mapping = Mapping(mesh=MESH.tolist())
    seen = drawn(window, canvas, mapping)
    corners = layout(Size(192, 192), SIZE, False, mapping).corners
    read, inside = expected(mapping, canvas, corners)
    assert np.abs(seen - read)[core(inside)].max() < 2.5
    assert seen[:, :60].max() == 0
    assert seen[:, 260:].max() == 0


def test_what_a_mapping_does_not_move_stays_to_the_level(window: Window) -> None:
    canvas = picture(192, 320)
    alone = drawn(window, canvas, Mapping())
    pinned = Mapping(corners=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
    assert np.abs(drawn(window, canvas, pinned) - alone).max() <= 1
    rest = Mapping(mesh=grid(3, 3).tolist())
    assert np.abs(drawn(window, canvas, rest) - alone).max() <= 1


def test_the_test_card_takes_the_picture_s_place_and_is_mapped(window: Window) -> None:
    seen = drawn(window, smooth(SIZE), Mapping(), card=True)
    assert np.abs(seen - card(SIZE)).max() <= 1
    bent = drawn(window, smooth(SIZE), Mapping(corners=BENT), card=True)
    read, inside = expected(Mapping(corners=BENT), card(SIZE), np.array(BENT))
    assert np.abs(bent - read)[core(inside)].mean() < 2


@pytest.mark.parametrize("fill", [False, True])
def test_a_recording_of_the_screen_gets_the_picture_before_it_is_mapped(window: Window, fill: bool) -> None:
    frame = Frame.of(smooth(Size(200, 192)), 1, None, 0)
    moment, plain = Moment(frame, frame, 1.0), Picture(Params(flash_guard=False, fill=fill))
    shots = []
    for how in (plain, replace(plain, mapping=Mapping(corners=BENT, gain=0.5)), replace(plain, card=True)):
        window.screen.draw(moment, SIZE, how)
        window.screen.shoot(0.0)
        shots += [each.pixels.astype(float) for each in window.screen.shots(all=True)]
    assert [each.shape for each in shots] == [shots[0].shape] * 3
    assert np.abs(np.array(shots[1:]) - shots[0]).max() <= 1


def test_effects_are_mapped_with_the_picture(window: Window) -> None:
    canvas = smooth(SIZE)
    frame = Frame.of(canvas, 1, None, 0)
    how = Picture(Params(flash_guard=False, effects="mirror"), mapping=Mapping(corners=BENT))
    window.screen.draw(Moment(frame, frame, 1.0), SIZE, how)
    mirrored = canvas.copy()
    mirrored[:, 160:] = mirrored[:, :160][:, ::-1]
    read, inside = expected(how.mapping, mirrored, np.array(BENT))
    assert np.abs(shot(window) - read)[core(inside)].mean() < 1.5


def levels_of(window: Window, mapping: Mapping, canvas: np.ndarray) -> np.ndarray:
    """Return the levels seen of a canvas, 0..1."""
    return drawn(window, canvas, mapping) / 255


@pytest.mark.parametrize(("curve", "gamma"), [(1.0, 1.0), (2.0, 2.2), (3.0, 1.8)])
def test_two_windows_that_overlap_add_up_to_one_even_light(
    window: Window, curve: float, gamma: float
) -> None:
    canvas = np.full((*SIZE.shape, 3), 230.0)
    edge = {"edge_curve": curve, "edge_gamma": gamma}
    left = levels_of(window, Mapping(edges=(0.0, 0.0, 0.25, 0.0), **edge), canvas) ** gamma
    right = levels_of(window, Mapping(edges=(0.25, 0.0, 0.0, 0.0), **edge), canvas) ** gamma
    wall = np.zeros((SIZE.height, 2 * SIZE.width - SIZE.width // 4, 3))
    wall[:, : SIZE.width] += left
    wall[:, -SIZE.width :] += right
    whole = (230 / 255) ** gamma
    assert np.abs(wall / whole - 1).max() < 0.02
    assert left[:, -1].max() < 0.02, "and at its end there is none"
    upper = levels_of(window, Mapping(edges=(0.0, 0.0, 0.0, 0.5), **edge), canvas) ** gamma
    lower = levels_of(window, Mapping(edges=(0.0, 0.5, 0.0, 0.0), **edge), canvas) ** gamma
    assert np.abs((upper[96:] + lower[:96]) / whole - 1).max() < 0.02


def test_each_window_has_a_colour_of_its_own(window: Window) -> None:
    canvas = np.broadcast_to(np.linspace(0, 255, 320)[None, :, None], (*SIZE.shape, 3))
    mapping = Mapping(gain=0.9, gamma=1.5, white=(1.0, 0.8, 0.6))
    levels = np.rint(canvas) / 255
    expected = np.clip(levels ** (1 / 1.5) * 0.9 * np.array([1.0, 0.8, 0.6]), 0, 1)
    assert np.abs(levels_of(window, mapping, canvas) - expected).max() < 1.6 / 255
    bright = levels_of(window, Mapping(gain=2.0), canvas)
    assert np.abs(bright - np.clip(2 * levels, 0, 1)).max() < 2.6 / 255
