"""What the eye follows: steady motion and steady texture between dreamed frames, and rolls without seams."""

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np
import pytest

from dreamstream.display import Moment, Picture, Playhead, Window
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import Affine, Field, Tick, distort
from dreamstream.transforms.tween import ways_of
from tests.display.drawing import opened, shot
from tests.fakes import FakeClock, picture

SIZE = WIDTH, HEIGHT = Size(320, 180)
DREAMED, SCREEN = 5, 60  # frames a second


@pytest.fixture(scope="module", params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str) -> Iterator[Window]:
    with opened(SIZE, request.param) as window:
        yield window


def zoomed_frames(count: int, zoom: float) -> list[Frame]:
    """Frames of a steady zoom into one large picture, each read from that, and new texture on each."""
    large = picture(2 * HEIGHT, 2 * WIDTH, seed=4)
    large = cv2.resize(large, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    warp, _ = distort(
        np.zeros((HEIGHT, WIDTH, 3), np.float32), Params(transform="zoom", zoom=zoom), Tick.of(0, 1)
    )
    assert isinstance(warp, Affine)
    rng, frames, at = np.random.default_rng(1), [], np.diag([4.0, 4.0, 1.0])
    at[:2, 2] = 1.5
    for index in range(count):
        seen = cv2.warpAffine(large, at[:2], SIZE, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
        texture = cv2.GaussianBlur(rng.normal(0, 12, seen.shape).astype(np.float32), (0, 0), 1)
        frames.append(
            Frame.of(np.clip(seen + texture, 0, 255), index, warp if index else None, index / DREAMED)
        )
        at = at @ np.vstack([warp.matrix, [0, 0, 1]])
    return frames


def scale_between(before: np.ndarray, after: np.ndarray) -> float:
    """The zoom from one picture to the next, by the best fit of an affine map (ECC)."""
    start = np.eye(2, 3, dtype=np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 200, 1e-7)
    grey = [cv2.cvtColor(p.astype(np.float32), cv2.COLOR_RGB2GRAY) for p in (after, before)]
    _, fitted = cv2.findTransformECC(*grey, start, cv2.MOTION_AFFINE, criteria, None, 5)
    return float(np.sqrt(np.linalg.det(fitted[:, :2])) - 1)


def test_a_zoom_at_five_dreamed_frames_a_second_moves_steadily(window: Window) -> None:
    """The zoom from screen frame to screen frame varies by less than 10 %; of hard cuts it is all in one."""
    zoom = 0.06
    frames = zoomed_frames(12, zoom)
    clock = FakeClock()
    clock.now = 0.0
    playhead, params, pictures = Playhead(clock), Params(flash_guard=False), []
    for number in range(int(SCREEN * 10 / DREAMED)):
        ring = [frame for frame in frames if frame.time <= clock()][-8:]
        moment = playhead.moment(ring)
        window.screen.draw(moment, window.size, Picture(params, clock()))
        if number >= SCREEN:  # the playhead has found its pace
            pictures.append(shot(window)[20:-20, 20:-20])
        clock.advance(1 / SCREEN)
    steps = np.array([scale_between(*pair) for pair in pairwise(pictures)])
    each = (1 / (1 - zoom)) ** (DREAMED / SCREEN) - 1
    assert abs(steps).mean() == pytest.approx(each, rel=0.05)
    assert steps.std() / abs(steps.mean()) < 0.1
    cuts = [scale_between(a, b) for a, b in zip(pictures[::12], pictures[1::12], strict=False)]
    assert max(map(abs, cuts)) < 1.3 * each


def test_texture_does_not_pulse(window: Window) -> None:
    """Detail that is new with each frame keeps its contrast within 3 % on the way to the next.

    The share of what is new is that of dreamed frames: of a show's frames, moved onto each other, detail
    correlates by 0.96.
    """
    rng = np.random.default_rng(3)
    old, new = (cv2.GaussianBlur(rng.normal(0, 60, (HEIGHT, WIDTH, 3)), (0, 0), 2) for _ in range(2))
    one = Frame.of(128 + old.astype(np.float32), 1, None, 0)
    two = Frame.of((128 + 0.96 * old + np.sqrt(1 - 0.96**2) * new).astype(np.float32), 2, None, 0.2)
    contrasts, pictures = [], []
    for t in np.linspace(0, 1, 13):
        window.screen.draw(Moment(one, two, float(t)), window.size, Picture(Params(flash_guard=False)))
        pictures.append(shot(window))
        contrasts.append(pictures[-1].std())
    assert min(contrasts) / max(contrasts) > 0.97
    changes = [np.abs(b - a).mean() for a, b in pairwise(pictures)]
    assert changes[0] < 0.3 * max(changes), "it begins and ends gently: no jolt at a frame"
    assert changes[-1] < 0.3 * max(changes)


def read_columns(pixels: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Each column at its own shift, by linear interpolation and round the border, then between columns."""
    height, width = pixels.shape[:2]
    rows = np.clip((np.arange(HEIGHT) + 0.5) * height / HEIGHT - 0.5, 0, height - 1)[:, None] + shifts
    whole, column = np.floor(rows).astype(int), np.arange(width)
    part = (rows - whole)[..., None]
    tall = pixels[whole % height, column] * (1 - part) + pixels[(whole + 1) % height, column] * part
    return cv2.resize(tall.astype(np.float32), SIZE, interpolation=cv2.INTER_LINEAR)


@pytest.mark.parametrize("window", [True], indirect=True)
@pytest.mark.parametrize("t", [0.3, 0.5, 0.75])
def test_rolled_columns_have_no_seams(window: Window, t: float) -> None:
    canvas = picture(HEIGHT // 2, WIDTH // 2, seed=6)
    warp, moved = distort(canvas, Params(transform="random-roll"), Tick.of(3, 1))
    moment = Moment(Frame.of(canvas, 1, None, 0), Frame.of(moved, 2, warp, 0.2), t)
    *ways, share = ways_of(moment, True)
    earlier, later = (way.warp(moment.later.size) for way in ways)
    assert isinstance(earlier, Field)
    assert isinstance(later, Field)
    before = read_columns(moment.earlier.pixels, earlier.vectors[0, :, 1])
    after = read_columns(moment.later.pixels, later.vectors[0, :, 1])
    window.screen.draw(moment, window.size, Picture(Params(flash_guard=False)))
    error = np.abs(shot(window) - (before * (1 - share) + after * share))
    assert error.mean() < 1
    assert np.quantile(error, 0.999) < 5


def weights(far: np.ndarray) -> np.ndarray:
    far = np.abs(far)
    near, outer = 1.5 * far**3 - 2.5 * far**2 + 1, -0.5 * far**3 + 2.5 * far**2 - 4 * far + 2
    return np.where(far < 1, near, np.where(far < 2, outer, 0))


def enlarged(small: int, large: int) -> np.ndarray:
    """Catmull-Rom's weights as a matrix; borders mirror about the middle of the last pixel."""
    matrix = np.zeros((large, small))
    at = (np.arange(large) + 0.5) * small / large - 0.5
    for tap in range(-1, 3):
        source = np.floor(at).astype(int) + tap
        place = np.clip((small - 1) - np.abs((small - 1) - np.abs(source)), 0, small - 1)
        np.add.at(matrix, (np.arange(large), place), weights(at - source))
    return matrix


@pytest.mark.parametrize("window", [True], indirect=True)
def test_cubic_enlarges_as_catmull_and_rom_do(window: Window) -> None:
    canvas = np.rint(picture(HEIGHT // 4, WIDTH // 4, seed=6))
    one = Frame.of(canvas, 1, None, 0)
    params = Params(upscale="cubic", flash_guard=False)
    window.screen.draw(Moment(one, one, 1.0), window.size, Picture(params))
    rows, columns = enlarged(HEIGHT // 4, HEIGHT), enlarged(WIDTH // 4, WIDTH)
    expected = np.clip(np.einsum("yr,rcp,xc->yxp", rows, canvas, columns), 0, 255)
    error = np.abs(shot(window) - expected)
    assert error.mean() < 0.6
    assert error.max() < 4


@pytest.mark.parametrize("window", [True], indirect=True)
def test_each_way_of_enlarging_is_nearer_to_the_truth(window: Window) -> None:
    """A drawing of slanted edges, made small and enlarged again: sharp beats cubic, cubic beats linear."""
    y, x = np.mgrid[: HEIGHT * 4, : WIDTH * 4] + 0.5
    far = np.hypot(x - WIDTH * 2, (y - HEIGHT * 2) * 1.2) + 0.35 * x
    large = np.repeat((np.floor(far / 120) % 2 * 200 + 25)[..., None], 3, axis=2).astype(np.float32)
    truth = cv2.resize(large, SIZE, interpolation=cv2.INTER_AREA)
    small = cv2.resize(large, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA)
    one = Frame.of(np.asarray(small, np.float32), 1, None, 0)
    errors = {}
    for upscale in ("linear", "cubic", "sharp"):
        params = Params(upscale=upscale, flash_guard=False)
        window.screen.draw(Moment(one, one, 1.0), window.size, Picture(params))
        errors[upscale] = np.sqrt(((shot(window) - truth) ** 2).mean())
    assert errors["cubic"] < 0.95 * errors["linear"]
    assert errors["sharp"] < 0.95 * errors["cubic"], errors
