"""The plain screen's effects: those that OpenCV does quickly enough, on four bytes a pixel at canvas size.

    picture -> mirror, hue-turn, vignette, strobe -> colour by a matrix, the rest of the light by a table

They do what the shaders of the same names do; what is asked for and not here is told of, once.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.display.picture import Picture
from dreamstream.effects import adjusted, strobe_rate, tone
from dreamstream.frame import Pixels
from dreamstream.knobs import Link
from dreamstream.maths import LUMA, smoothstep
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.tell import Tell

_GREY = np.array(LUMA)
_Matrix = NDArray[np.float64]


class PlainEffects:
    """Draws effects; `advice` goes behind what is told of those that only OpenGL can draw.

    Their seconds begin at `start`, or else with the first picture.
    """

    def __init__(self, tell: Tell, advice: str, start: float | None = None) -> None:
        self._tell, self._advice, self._first = tell, advice, start
        self._lacking: list[str] = []

    def usable(self, picture: Picture) -> list[Link]:
        """Return the effects that are here; of others, and of a way of enlarging, the operator is told."""
        lacking = [f"effect {link.name}" for link in picture.links if link.name not in DRAWINGS]
        if picture.params.upscale == "sharp":
            lacking.append("upscale sharp")
        if lacking != self._lacking:
            for name in self._lacking:
                if name not in lacking:
                    self._tell("", name)
            for name in lacking:
                if name not in self._lacking:
                    self._tell(f"{name} needs OpenGL, and this screen draws without{self._advice}", name)
            self._lacking = lacking
        return [link for link in picture.links if link.name in DRAWINGS]

    def run(self, links: Sequence[Link], picture: Picture, pixels: Pixels, order: int) -> Pixels:
        """Return the picture (H×W×4, made by this OpenCV conversion) behind them."""
        first = self._first = picture.seconds if self._first is None else self._first
        for name, strength in links:
            begun = first if name != "strobe" or picture.beat is None else picture.beat
            done = DRAWINGS[name](pixels, picture.params, picture.seconds - begun, order)
            if strength < 1:
                done = np.asarray(cv2.addWeighted(pixels, 1 - strength, done, strength, 0), np.uint8)
            pixels = done
        return pixels

    def lit(self, pixels: Pixels, params: Params, level: float, order: int) -> Pixels:
        """Return the picture in its light (see `effects.light`); itself where there is nothing to do."""
        if params.colour != 1:
            grey = _GREY if order == cv2.COLOR_RGB2RGBA else _GREY[::-1]
            pixels = _by_matrix(
                pixels, np.eye(3) * params.colour + np.tile(grey, (3, 1)) * (1 - params.colour)
            )
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
    matrix = hue_matrix(params["hue_angle"] + params["hue_speed"] * seconds)
    return _by_matrix(pixels, matrix if order == cv2.COLOR_RGB2RGBA else matrix[::-1, ::-1])


def _vignette(pixels: Pixels, params: Params, seconds: float, order: int) -> Pixels:
    mask = _vignette_mask(Size.of(pixels), params["vignette_size"], params["vignette_edge"])
    return np.asarray(cv2.multiply(pixels, mask, scale=1 / 255), np.uint8)


def _strobe(pixels: Pixels, params: Params, seconds: float, order: int) -> Pixels:
    return pixels if (strobe_rate(params) * seconds) % 1 < params["strobe_share"] else np.zeros_like(pixels)


def hue_matrix(degrees: float) -> _Matrix:
    """Return the 3×3 matrix (RGB) of a turn of the hue in the plane of U and V; luma stays."""
    to_uv = np.array([_GREY, 0.492 * (np.array([0, 0, 1]) - _GREY), 0.877 * (np.array([1, 0, 0]) - _GREY)])
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return np.asarray(np.linalg.inv(to_uv) @ turned @ to_uv)


def _by_matrix(pixels: Pixels, matrix: _Matrix) -> Pixels:
    whole = np.eye(4)
    whole[:3, :3] = matrix
    return np.asarray(cv2.transform(pixels, whole), np.uint8)


@lru_cache(maxsize=2)
def _vignette_mask(size: Size, radius: float, edge: float) -> Pixels:
    """Return how much light is left (0..255, H×W×4)."""
    width, height = size
    y, x = (np.arange(height) + 0.5) / height * 2 - 1, (np.arange(width) + 0.5) / width * 2 - 1
    aspect = width / height
    far = np.hypot(y[:, None], x[None] * aspect) / np.hypot(1, aspect)
    part = np.clip((far - radius + edge / 2) / edge, 0, 1)
    left = 1 - smoothstep(part)
    return np.repeat(np.rint(left * 255).astype(np.uint8)[..., None], 4, axis=2)


DRAWINGS: dict[str, Callable[[Pixels, Params, float, int], Pixels]] = {
    "mirror": _mirror,
    "hue-turn": _hue_turn,
    "vignette": _vignette,
    "strobe": _strobe,
}
"""By the name of the effect, whose record says `plain = true`."""
