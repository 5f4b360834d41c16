"""The transforms of pixel values: (canvas, params, tick) -> canvas.

To add one, write a function here and name it in TRANSFORMS. `amount` blends from the picture (0) to
the filtered one (1).
"""

import cv2
import numpy as np

from dreamstream.params import Params
from dreamstream.transforms.transform import Tick, Transform
from dreamstream.transforms.warp import Canvas

_SOBEL = np.array([1, 2, 1], dtype=np.float32)
_PREWITT = np.array([1, 1, 1], dtype=np.float32)
_DIFFERENCE = np.array([-1, 0, 1], dtype=np.float32)


def sobel(canvas: Canvas, params: Params, tick: Tick) -> Canvas:
    """Keep the strength of the edges, by Sobel's operator (the article's Game of Doge)."""
    return _blend(canvas, _edges(canvas, _SOBEL), params)


def prewitt(canvas: Canvas, params: Params, tick: Tick) -> Canvas:
    """Keep the strength of the edges, by Prewitt's operator."""
    return _blend(canvas, _edges(canvas, _PREWITT), params)


def blur(canvas: Canvas, params: Params, tick: Tick) -> Canvas:
    """Blur by a Gaussian; `amount` scales its standard deviation."""
    sigma = params.blur * abs(params.amount)
    if sigma < 0.05:
        return canvas
    blurred = cv2.GaussianBlur(canvas, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(blurred, dtype=np.float32)


def _edges(canvas: Canvas, smooth: np.ndarray) -> Canvas:
    """Return the gradient's magnitude of the luminance, as a grey picture: colour is lost."""
    grey = cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY)
    weights = smooth / smooth.sum()
    x = cv2.sepFilter2D(grey, cv2.CV_32F, _DIFFERENCE, weights)
    y = cv2.sepFilter2D(grey, cv2.CV_32F, weights, _DIFFERENCE)
    return np.repeat(np.minimum(cv2.magnitude(x, y), 255)[:, :, None], 3, axis=2)


def _blend(canvas: Canvas, filtered: Canvas, params: Params) -> Canvas:
    share = np.float32(min(abs(params.amount), 1.0))
    return canvas + share * (filtered - canvas)


TRANSFORMS = {
    "sobel": Transform("keep only edges (Sobel)", (), filter=sobel),
    "prewitt": Transform("keep only edges (Prewitt)", (), filter=prewitt),
    "blur": Transform("blur softly", ("blur",), filter=blur),
}
