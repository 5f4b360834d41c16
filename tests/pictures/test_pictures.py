"""Each primitive on the device against the host's: within a grey level, statistics within 1e-4."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from dreamstream.frame import Canvas
from dreamstream.pictures import HOST, Pictures, on, pictures_on
from dreamstream.pictures.planes import picture_of, planes_of
from dreamstream.pictures.reading import gathered
from dreamstream.size import Size
from tests.device import NAME

pytestmark = pytest.mark.device
DEVICE = pictures_on(NAME)
GREY_LEVEL = 1.0
STATISTIC = 1e-4

SIZES = [Size(64, 48), Size(97, 53), Size(33, 40)]
rng = np.random.default_rng(3)


def floats(numbers: Any) -> Canvas:
    return np.array(numbers, np.float32)


def noise(size: Size, sigma: float = 0.8) -> Canvas:
    picture = rng.uniform(0, 255, (*size.shape, 3)).astype(np.float32)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
    return np.asarray(np.clip((picture - picture.mean()) * 2.5 + 115, 0, 255), np.float32)


def both(function: Callable[[Pictures, Any], Any], picture: Canvas) -> tuple[Any, Any]:
    """Return what comes of a picture on the host and on the device."""
    host = function(HOST, picture.copy())
    device = function(DEVICE, DEVICE.of(picture))
    return host, DEVICE.host(device)


TURN = np.array([[0.97, -0.09, 3.2], [0.08, 1.02, -4.1]])
RIDGE = rng.normal(0, 0.3, (3, 5))
AWAY = np.array([[1.4, 0, -31.0], [0, 1.4, -30.0]])

PRIMITIVES: dict[str, Callable[[Pictures, Any], Any]] = {
    "copy": lambda p, x: p.copy(x),
    "larger": lambda p, x: p.resize(x, Size(101, 67)),
    "smaller": lambda p, x: p.resize(x, Size(41, 29)),
    "same size": lambda p, x: p.resize(x, Size.of(x)),
    "shrink": lambda p, x: p.shrink(x, Size(16, 11)),
    "shrink evenly": lambda p, x: p.shrink(p.resize(x, Size(64, 48)), Size(16, 12)),
    "pyramid down": lambda p, x: p.pyramid_down(x),
    "pyramid up": lambda p, x: p.pyramid_up(p.pyramid_down(x), Size.of(x)),
    "pyramid up, odd": lambda p, x: p.pyramid_up(x, Size(2 * x.shape[1] - 1, 2 * x.shape[0] - 1)),
    "roll": lambda p, x: p.roll(x, (-5, 300)),
    "roll and clip": lambda p, x: p.roll(x * 1.5 - 20, (7, -4), clip=True),
    "window": lambda p, x: p.window(x, (-3, 20), Size(24, 16)),
    "put": lambda p, x: put(p, x),
    "move": lambda p, x: p.move(x, TURN),
    "move by cubics": lambda p, x: p.move(x, TURN, cubic=True),
    "move from beyond": lambda p, x: p.move(x, AWAY, cubic=True),
    "move from far": lambda p, x: p.move(x, 3 * AWAY),
    "read": lambda p, x: read(p, x, 9.0),
    "read by cubics": lambda p, x: read(p, x, 9.0, cubic=True),
    "read far": lambda p, x: read(p, x, 150.0),
    "read round": lambda p, x: read(p, x, 150.0, wrap=True),
    "roll columns": lambda p, x: p.read(x, p.places(p.of(columns(x)), Size.of(x)), wrap=True),
    "read a field": lambda p, x: read(p, x[..., :2] / 100, 9.0),  # by OpenCV at 32nds of a pixel
    "move places": lambda p, x: p.moves(places(p, x), TURN),
    "places as numbers": lambda p, x: p.pairs(p.complex(x[..., 0], x[..., 1]) * (0.5 + 2j)),
    "of a row and a column": lambda p, x: p.pairs(p.complex(p.of(columns(x)[..., 1]), x[:, :1, 0])),
    "blur a little": lambda p, x: p.blur(x, 0.7),
    "blur": lambda p, x: p.blur(x, 3.3),
    "blur far": lambda p, x: p.blur(x, 30.0),
    "slide": lambda p, x: p.slide(x, floats([-1, 0, 1]), floats([0.25, 0.5, 0.25])),
    "slide over luma": lambda p, x: p.slide(p.luma(x), floats([0.25, 0.5, 0.25]), floats([-1, 0, 1])),
    "move luma": lambda p, x: p.move(p.luma(x), TURN, cubic=True),
    "recolour": lambda p, x: p.recolour(x, np.array([[0.8, 0.3, 0], [0.1, 0.7, 0], [0, -0.2, 1.1]])),
    "luma": lambda p, x: p.luma(x),
    "merge": lambda p, x: p.merge([p.luma(x), x[..., 2], x[..., 0]]),
    "correlate": lambda p, x: p.correlate(x, RIDGE),
    "correlate luma": lambda p, x: p.correlate(p.luma(x), RIDGE[:, 1:4]),
    "above": lambda p, x: p.above(x, 99.5),
    "centred": lambda p, x: p.centred(p.copy(x)),
    "add to the other": lambda p, x: add_to_other(p, x),
    "add scaled": lambda p, x: p.add_scaled(p.copy(x), x, 0.37),
    "add by a measure": lambda p, x: p.add_scaled(p.copy(x), x, 30 / p.mean_abs(x)),
    "clip": lambda p, x: p.clip(x * 2 - 100),
    "clip to a range": lambda p, x: p.clip(x, 30.5, 99.5),
    "round": lambda p, x: p.round(x),
    "pick by whole numbers": lambda p, x: p.of(floats([5, 7, 11]))[p.whole(x[..., 0] / 127.5)],
    "root": lambda p, x: p.root(p.copy(x)),
    "larger of two": lambda p, x: p.larger(x, 100),
    "smaller of two": lambda p, x: p.smaller(x, 100),
    "interpolate": lambda p, x: p.interpolate(
        p.luma(x) / 255 * 2, floats([[0, 9, 255], [7, 70, 0], [80, 8, 8]])
    ),
}


def add_to_other(p: Pictures, picture: Any) -> Any:
    other = p.merge([p.luma(picture)] * 3)
    p.add_scaled(picture, other, 0.37, into=other)
    return other - picture


def put(p: Pictures, picture: Any) -> Any:
    changed = p.copy(picture)
    p.put(changed, (picture.shape[0] - 7, -9), p.window(picture, (2, 3), Size(20, 18)))
    return changed


def read(p: Pictures, picture: Any, far: float, **how: bool) -> Any:
    return p.read(picture, places_far(p, Size.of(picture), far), **how)


def places_far(p: Pictures, size: Size, far: float) -> Any:
    y, x = np.mgrid[: size.height, : size.width].astype(np.float32)
    vectors = np.stack([far * np.sin(y / 9 + 0.3), far * np.cos(x / 7)], -1).astype(np.float32)
    return p.places(p.of(vectors), size)


def places(p: Pictures, picture: Any) -> Any:
    return p.pairs(p.complex(*p.coordinates(Size.of(picture))))


def columns(picture: Any) -> Canvas:
    return np.stack([np.zeros(picture.shape[1]), np.arange(picture.shape[1]) % 13], -1)[None].astype(
        np.float32
    )


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", PRIMITIVES)
def test_device_does_what_the_host_does(name: str, size: Size) -> None:
    host, device = both(PRIMITIVES[name], noise(size))
    assert device.shape == host.shape
    assert device.dtype == host.dtype == np.float32
    assert np.abs(device - host).max() <= 0.05 * GREY_LEVEL


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("cubic", [False, True])
@pytest.mark.parametrize("far", [9.0, 150.0])
def test_reading_pixel_by_pixel_is_the_device_s_own(size: Size, cubic: bool, far: float) -> None:
    picture = DEVICE.of(noise(size))
    own = read(DEVICE, picture, far, cubic=cubic)
    planes = gathered(planes_of(picture), *places_far(DEVICE, size, far), wrap=False, cubic=cubic)
    assert np.abs(DEVICE.host(picture_of(planes) - own)).max() <= 0.05 * GREY_LEVEL


MEASURES: dict[str, Callable[[Pictures, Any], Any]] = {
    "mean of |x|": lambda p, x: p.mean_abs(x - 100),
    "greatest": lambda p, x: p.most(x - 200),
    "norm": lambda p, x: p.norm(x),
    "deviation": lambda p, x: p.deviation(x),
    "mean": lambda p, x: p.mean(x),
    "mean colour": lambda p, x: p.mean_colour(x),
    "products": lambda p, x: p.products(x - 115, 3),
    "either": lambda p, x: p.either(p.mean(x), 7.0),
    "either of 0": lambda p, x: p.either(p.mean(x * 0), 7.0),
    "either of two measures": lambda p, x: p.either(p.mean(x * 0), p.mean(x)),
    "single": lambda p, x: p.single(p.stack([p.mean_colour(x), p.mean_colour(x) + 1])),
}


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("size", [*SIZES, Size(448, 252)], ids=str)
def test_device_measures_what_the_host_does(name: str, size: Size) -> None:
    picture = noise(size)
    host = MEASURES[name](HOST, picture)
    device = DEVICE.out(MEASURES[name](DEVICE, DEVICE.of(picture)))()
    assert np.shape(device) == np.shape(host)
    np.testing.assert_allclose(device, host, rtol=STATISTIC)


def symmetric(spread: float) -> np.ndarray:
    roots = rng.normal(size=(20, 3, 3)) * np.array([1, spread, spread])
    return roots @ roots.swapaxes(1, 2) + 1e-3 * np.eye(3)


@pytest.mark.parametrize("spread", [1.0, 0.1, 1e-3])
def test_functions_of_symmetric_matrices(spread: float) -> None:
    """Of the root by what its square is, of one with a bend and of any other by their axes."""
    matrices = symmetric(spread)
    there = DEVICE.of(matrices)
    root = DEVICE.out(DEVICE.of_symmetric(there, lambda values: DEVICE.larger(values, 1e-9) ** 0.5))()
    np.testing.assert_allclose(root @ root, matrices, rtol=STATISTIC, atol=1e-6)
    for function in (lambda v, p: p.smaller(v, 0.7), lambda v, p: p.larger(1 + 3 * (v - 1), 0.2)):
        host = HOST.of_symmetric(matrices, lambda values, f=function: f(values, HOST))
        device = DEVICE.out(DEVICE.of_symmetric(there, lambda values, f=function: f(values, DEVICE)))()
        np.testing.assert_allclose(device, host, rtol=STATISTIC, atol=1e-5 * np.abs(host).max())
    np.testing.assert_allclose(
        DEVICE.out(DEVICE.inverse(there))() @ matrices, np.tile(np.eye(3), (20, 1, 1)), atol=1e-6
    )


@pytest.mark.parametrize(
    "values", [(2, 2, 2), (1, 1, 5), (1, 5, 5), (0, 0, 0), (0, 0, 3), (1, 1 + 1e-9, 1 + 2e-9)]
)
def test_functions_of_matrices_whose_axes_are_lost(values: tuple[float, float, float]) -> None:
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    matrices = ((turn * values) @ turn.T)[None]
    roots = DEVICE.of_symmetric(DEVICE.of(matrices), lambda v: DEVICE.larger(v, 0.01) ** 0.5)
    device = DEVICE.out(roots)()
    np.testing.assert_allclose(device[0], (turn * np.sqrt(np.maximum(values, 0.01))) @ turn.T, atol=1e-5)


def test_pixels_are_rounded_cut_and_read_only() -> None:
    picture = floats([[[-3, 0.4, 0.6], [254.4, 254.6, 300], [1.5, 2.5, np.float32(99.49)]]])
    for p in (HOST, DEVICE):
        pixels = p.pixels(p.of(picture))()
        assert pixels.tolist() == [[[0, 0, 1], [254, 255, 255], [2, 2, 99]]]
        assert pixels.dtype == np.uint8
        assert pixels.flags.c_contiguous
        assert not pixels.flags.writeable


def test_where_a_picture_is() -> None:
    picture = noise(SIZES[0])
    there = DEVICE.of(picture)
    assert on(picture) is HOST
    assert on(there) is DEVICE
    assert np.array_equal(DEVICE.host(there), picture)
    there += 1
    assert np.array_equal(on(picture).host(picture), picture)
    assert not np.array_equal(DEVICE.host(there), picture)
    assert DEVICE.constant(picture) is DEVICE.constant(picture)
    assert (DEVICE.host(DEVICE.zeros(SIZES[1])) == HOST.zeros(SIZES[1])).all()
