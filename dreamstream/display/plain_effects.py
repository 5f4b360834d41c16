"""The plain screen's effects: those that OpenCV does quickly enough, on four bytes a pixel at canvas size.

    picture -> mirror, hue-turn, vignette, strobe -> colour by a matrix, the rest of the light by a table

They do what the shaders of the same names do. `order` is the OpenCV conversion from RGB that put the channels
in order: to RGBA or BGRA.
"""

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.effects import adjusted, strobe_rate, tone
from dreamstream.frame import Pixels
from dreamstream.maths import LUMA, smoothstep
from dreamstream.params import Params
from dreamstream.size import Size

_GREY = np.array(LUMA)


def lit_pixels(pixels: Pixels, params: Params, level: float, order: int) -> Pixels:
    """Return the picture in its light (see `effects.light`); itself where there is nothing to do."""
    if params.colour != 1:
        matrix = np.eye(3) * params.colour + np.tile(_GREY, (3, 1)) * (1 - params.colour)
        pixels = _by_matrix(pixels, matrix, order)
    if adjusted(params) or level < 1:
        values = tone(np.linspace(0, 1, 256, dtype=np.float32), params) * np.float32(level)
        pixels = np.asarray(cv2.LUT(pixels, np.rint(values * 255).astype(np.uint8)), np.uint8)
    return pixels


def _mirror(pixels: Pixels, params: Params, seconds: float, order: int) -> Pixels:
    height, width = pixels.shape[:2]
    folded = pixels.copy()
    if params["mirror_way"] != 2:
        folded[:, width - width // 2 :] = folded[:, width // 2 - 1 :: -1]
    if params["mirror_way"] != 1:
        folded[height - height // 2 :] = folded[height // 2 - 1 :: -1]
    return folded


def _hue_turn(pixels: Pixels, params: Params, seconds: float, order: int) -> Pixels:
    """Turn the hue in the plane of U and V; luma stays."""
    angle = np.radians(params["hue_angle"] + params["hue_speed"] * seconds)
    to_uv = np.array([_GREY, 0.492 * (np.array([0, 0, 1]) - _GREY), 0.877 * (np.array([1, 0, 0]) - _GREY)])
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return _by_matrix(pixels, np.linalg.inv(to_uv) @ turned @ to_uv, order)


def _vignette(pixels: Pixels, params: Params, seconds: float, order: int) -> Pixels:
    mask = _vignette_mask(Size.of(pixels), params["vignette_size"], params["vignette_edge"])
    return np.asarray(cv2.multiply(pixels, mask, scale=1 / 255), np.uint8)


def _strobe(pixels: Pixels, params: Params, seconds: float, order: int) -> Pixels:
    return pixels if (strobe_rate(params) * seconds) % 1 < params["strobe_share"] else np.zeros_like(pixels)


def _by_matrix(pixels: Pixels, matrix: NDArray[np.float64], order: int) -> Pixels:
    """Return the pixels with their RGB multiplied by a 3×3 matrix."""
    whole = np.eye(4)
    whole[:3, :3] = matrix if order == cv2.COLOR_RGB2RGBA else matrix[::-1, ::-1]
    return np.asarray(cv2.transform(pixels, whole), np.uint8)


@lru_cache(maxsize=2)
def _vignette_mask(size: Size, radius: float, edge: float) -> Pixels:
    """Return how much light stays (0..255, H×W×4)."""
    width, height = size
    y, x = (np.arange(height) + 0.5) / height * 2 - 1, (np.arange(width) + 0.5) / width * 2 - 1
    aspect = width / height
    distance = np.hypot(y[:, None], x[None] * aspect) / np.hypot(1, aspect)
    dark = smoothstep(np.clip((distance - radius + edge / 2) / edge, 0, 1))
    return np.repeat(np.rint((1 - dark) * 255).astype(np.uint8)[..., None], 4, axis=2)


DRAWINGS: dict[str, Callable[[Pixels, Params, float, int], Pixels]] = {
    "mirror": _mirror,
    "hue-turn": _hue_turn,
    "vignette": _vignette,
    "strobe": _strobe,
}
"""By the name of the effect, whose record says `plain = true`."""
