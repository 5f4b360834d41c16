import numpy as np
import pytest
from scipy import ndimage

from dreamstream.params import Params
from dreamstream.transforms import IDENTITY, Tick, distort
from tests.fakes import picture


def filtered(name: str, canvas: np.ndarray, **params: object) -> np.ndarray:
    warp, result = distort(canvas, Params(transform=name, **params), Tick.of(0, 1))
    assert warp is IDENTITY
    return result


@pytest.mark.parametrize(("name", "operator"), [("sobel", ndimage.sobel), ("prewitt", ndimage.prewitt)])
def test_edges_are_scipy_s_and_grey(name: str, operator: object) -> None:
    canvas = picture() * 0.5
    edges = filtered(name, canvas)
    grey = canvas @ np.array([0.299, 0.587, 0.114], np.float32)
    total = {"sobel": 4.0, "prewitt": 3.0}[name]
    expected = np.hypot(operator(grey, 0, mode="mirror"), operator(grey, 1, mode="mirror")) / total  # type: ignore[operator]
    assert np.abs(edges - np.minimum(expected, 255)[:, :, None]).max() < 0.05


def test_edges_of_a_flat_picture_are_black() -> None:
    assert np.abs(filtered("sobel", np.full((20, 20, 3), 90, np.float32))).max() < 1e-3


def test_amount_blends_from_picture_to_edges() -> None:
    canvas = picture()
    half = filtered("sobel", canvas, amount=0.5)
    assert np.abs(half - (canvas + filtered("sobel", canvas)) / 2).max() < 0.01


def test_blur_is_a_gaussian() -> None:
    canvas = picture()
    expected = ndimage.gaussian_filter(canvas, (2, 2, 0), mode="mirror")
    assert np.abs(filtered("blur", canvas, blur=2) - expected).max() < 1.0


def test_blur_of_nothing_is_the_picture() -> None:
    canvas = picture()
    assert np.array_equal(filtered("blur", canvas, amount=0), canvas)
