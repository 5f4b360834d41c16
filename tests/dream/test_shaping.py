import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dream.shaping import BANDS, shaped
from dreamstream.params import Params

PLAIN = Params(smooth=0)


def noise(shape: tuple[int, int] = (96, 128)) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(*shape, 3)).astype(np.float32)


def test_the_notebook_s_gradient_goes_through_untouched() -> None:
    gradient = noise()
    assert shaped(gradient, PLAIN) is gradient


@pytest.mark.parametrize("shape", [(32, 33), (97, 161), (126, 224)])
@pytest.mark.parametrize("share", [0.3, 1.0])
@pytest.mark.parametrize("softness", [0, 1, 3])
def test_evening_gives_what_the_bands_one_by_one_give(
    shape: tuple[int, int], share: float, softness: float
) -> None:
    """The pyramid of TensorFlow's tutorial, made plainly, of noise and of soft gradients."""
    rng = np.random.default_rng(0)
    gradient: np.ndarray = rng.normal(size=(*shape, 3)).astype(np.float32)
    if softness:
        gradient = cv2.GaussianBlur(gradient, (0, 0), softness)
    levels: list[np.ndarray] = [gradient]
    for _ in range(4):
        levels.append(cv2.pyrDown(levels[-1]))
    plain = levels[-1] / levels[-1].std() ** share
    for fine, coarse in zip(levels[-2::-1], levels[:0:-1], strict=True):
        across = fine.shape[1], fine.shape[0]
        band = fine - cv2.pyrUp(coarse, dstsize=across)
        plain = cv2.pyrUp(plain, dstsize=across) + band / band.std() ** share
    evened = shaped(gradient, Params(smooth=share))
    assert np.abs(evened - plain).mean() < 0.01 * np.abs(plain).mean()


@given(st.lists(st.floats(0, 4), min_size=1, max_size=BANDS), st.floats(-2, 2))
def test_a_scale_is_as_strong_as_it_is_wanted(scales: list[float], tilt: float) -> None:
    """The pyramid's parts add up to the gradient: the result is the sum of these, each times its gain."""
    gradient = noise((48, 64))
    gains = [scales[min(at, len(scales) - 1)] * 2 ** (tilt * (at / 2 - 1)) for at in range(BANDS)]
    alone = [shaped(gradient, Params(smooth=0, scales=tuple(np.eye(BANDS)[at]))) for at in range(BANDS)]
    result = shaped(gradient, Params(smooth=0, scales=tuple(scales), scale_tilt=tilt))
    expected = sum(gain * part for gain, part in zip(gains, alone, strict=True))
    assert np.allclose(result, expected, atol=1e-4)
    assert np.allclose(sum(alone), gradient, atol=1e-5)


def test_softening_is_a_gaussian_blur() -> None:
    gradient = noise()
    assert np.allclose(
        shaped(gradient, Params(smooth=0, soften=2.0)), cv2.GaussianBlur(gradient, (0, 0), 2.0)
    )


def test_decorrelating_gives_the_colours_of_natural_pictures() -> None:
    """White noise becomes noise of ImageNet's colours: nearly grey; greys keep their length."""
    gradient = noise((200, 200))
    made = shaped(gradient, Params(smooth=0, decorrelate=1.0)).reshape(-1, 3)
    channels = np.corrcoef(made.T)
    assert channels[np.triu_indices(3, 1)].min() > 0.8
    grey = np.repeat(gradient[..., :1], 3, axis=2)
    kept = shaped(grey, Params(smooth=0, decorrelate=1.0)).mean(axis=2)
    assert kept == pytest.approx(grey[..., 0], rel=0.01, abs=1e-4)
    half = shaped(gradient, Params(smooth=0, decorrelate=0.5)).reshape(-1, 3)
    assert np.allclose(half, (gradient.reshape(-1, 3) + made) / 2, atol=1e-5)
