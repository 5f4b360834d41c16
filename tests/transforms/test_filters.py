import numpy as np
import pytest
from scipy import ndimage

from dreamstream.params import Params
from dreamstream.transforms import IDENTITY, TRANSFORMS, Tick, distort
from tests.fakes import picture


def filtered(name: str, canvas: np.ndarray, **params: object) -> np.ndarray:
    warp, result = distort(canvas, Params(transform=name, **params), Tick.of(0, 1))
    assert warp is IDENTITY
    return result


@pytest.mark.parametrize(("name", "operator"), [("sobel", ndimage.sobel), ("prewitt", ndimage.prewitt)])
def test_edges_are_scipy_s_and_grey(name: str, operator: object) -> None:
    canvas = picture() * 0.5
    edges = filtered(name, canvas, edge_share=1, edge_gain=1.5)
    grey = canvas @ np.array([0.299, 0.587, 0.114], np.float32)
    total = {"sobel": 4.0, "prewitt": 3.0}[name]
    expected = np.hypot(operator(grey, 0, mode="mirror"), operator(grey, 1, mode="mirror")) / total  # type: ignore[operator]
    assert np.abs(edges - np.minimum(1.5 * expected, 255)[:, :, None]).max() < 0.05


def test_edges_of_a_flat_picture_are_black() -> None:
    assert np.abs(filtered("sobel", np.full((20, 20, 3), 90, np.float32), edge_share=1)).max() < 1e-3


def test_amount_blends_from_picture_to_edges() -> None:
    canvas = picture()
    half = filtered("sobel", canvas, edge_share=1, amount=0.5)
    assert np.abs(half - (canvas + filtered("sobel", canvas, edge_share=1)) / 2).max() < 0.01


def test_blur_is_a_gaussian() -> None:
    canvas = picture()
    expected = ndimage.gaussian_filter(canvas, (2, 2, 0), mode="mirror")
    assert np.abs(filtered("blur", canvas, blur=2) - expected).max() < 1.0


def test_blur_of_nothing_is_the_picture() -> None:
    canvas = picture()
    assert np.array_equal(filtered("blur", canvas, amount=0), canvas)


FILTERS = sorted(name for name, transform in TRANSFORMS.items() if transform.filter)


@pytest.mark.parametrize("name", FILTERS)
def test_without_amount_the_picture_stays(name: str) -> None:
    canvas = picture()
    assert np.abs(filtered(name, canvas, amount=0, beat=1) - canvas).max() < 1e-3


@pytest.mark.parametrize("name", FILTERS)
def test_a_little_amount_changes_little(name: str) -> None:
    canvas = picture() * 0.9 + 10
    little = filtered(name, canvas, amount=0.02, beat=1)
    assert np.abs(little - canvas).mean() < 4


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_does_something_and_stays_within_the_range(name: str) -> None:
    canvas = picture()
    for amount in (-4, -1, 1, 4):
        result = filtered(name, canvas, amount=amount, beat=1)
        assert result.dtype == np.float32
        assert np.abs(result - canvas).max() > 1
        assert result.min() > -1e-3
        assert result.max() < 255.001


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_follows_the_tick_alone(name: str) -> None:
    canvas, params = picture(), Params(transform=name, beat=1)
    results = [distort(canvas, params, Tick.of(5, index))[1] for index in (4, *[3] * 20)]  # in other places
    later, first, *again = results
    assert all(np.array_equal(first, other) for other in again)
    moves = {"channel-offset", "emboss", "pixel-sort"}
    assert np.array_equal(first, later) == (name not in moves)


@pytest.mark.parametrize("radius", [1, 2])
def test_a_small_median_is_scipy_s(radius: int) -> None:
    canvas = picture()
    expected = ndimage.median_filter(canvas, (2 * radius + 1, 2 * radius + 1, 1), mode="nearest")
    assert np.abs(filtered("median", canvas, median=radius) - expected).max() < 1e-3


def test_a_large_median_takes_away_what_is_small() -> None:
    canvas = np.full((96, 128, 3), 60, np.float32)
    canvas[:, 64:] = 180
    spotted = canvas.copy()
    spotted[20:25, 20:25] = 255
    cleaned = filtered("median", spotted, median=8)
    assert np.abs(cleaned - canvas)[:, :50].max() < 1
    assert np.abs(cleaned - canvas).mean() < 2


def test_bilateral_is_the_formula() -> None:
    canvas = np.rint(picture(20, 24))
    total, weights = np.zeros(canvas.shape), np.zeros((20, 24, 1))
    padded = np.pad(canvas, ((2, 2), (2, 2), (0, 0)), mode="reflect")
    for y in range(-2, 3):
        for x in range(-2, 3):
            if np.hypot(y, x) > 2:
                continue
            there = padded[2 + y : 22 + y, 2 + x : 26 + x]
            apart = np.abs(there - canvas).sum(axis=2, keepdims=True)
            weight = np.exp(-(apart**2) / (2 * 40**2) - (y * y + x * x) / (2 * 2.0**2))
            total += weight * there
            weights += weight
    assert np.abs(filtered("bilateral", canvas, bilateral=40) - total / weights).max() < 0.6  # it rounds


@pytest.mark.parametrize("amount", [1, -0.5])
def test_unsharp_adds_what_a_blur_takes_away(amount: float) -> None:
    canvas = picture()
    soft = ndimage.gaussian_filter(canvas, (2, 2, 0), mode="mirror", truncate=4)
    expected = np.clip(canvas + 0.8 * amount * (canvas - soft), 0, 255)
    sharp = filtered("unsharp", canvas, unsharp=0.8, unsharp_radius=2, amount=amount)
    assert np.abs(sharp - expected).max() < 1


def test_emboss_adds_the_slope_towards_the_light() -> None:
    canvas = np.asarray(picture() * 0.4 + 70, np.float32)
    grey = canvas @ np.array([0.299, 0.587, 0.114], np.float32)
    for index, axis in {1: 1, 31: 0}.items():  # 30 frames of 3 degrees are a quarter
        _, lit = distort(canvas, Params(transform="emboss", relief=0.5, light_turn=3), Tick.of(0, index))
        slope = ndimage.sobel(grey, axis, mode="mirror") / 4
        assert np.abs(lit - canvas - 0.5 * slope[:, :, None]).max() < 0.01


def test_kept_edges_are_each_channel_s_and_leave_the_mean() -> None:
    canvas = picture() * 0.4 + 70
    kept = filtered("edges-kept", canvas, edges=0.5)
    channels = np.moveaxis(canvas, 2, 0)
    slopes = [[ndimage.sobel(c, axis, mode="mirror") / 4 for c in channels] for axis in (0, 1)]
    edges = np.moveaxis(np.hypot(*slopes), 0, 2)
    assert np.abs(kept - canvas - 0.5 * (edges - edges.mean(axis=(0, 1)))).max() < 0.05
    assert np.abs(kept.mean(axis=(0, 1)) - canvas.mean(axis=(0, 1))).max() < 0.01
