"""What the tests of the screens share: a window's pixels, and the effects once more in NumPy.

A reference takes the picture (H×W×3, 0..1), the params and the seconds, and returns what is to be seen.
"""

import contextlib
import os
from collections.abc import Callable, Iterator

import numpy as np
from scipy.ndimage import map_coordinates

from dreamstream.display import Moment, Picture, Window, WindowSettings
from dreamstream.effects import PALETTES, strip
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size

Array = np.ndarray
LUMA = np.array([0.299, 0.587, 0.114])


@contextlib.contextmanager
def opened(size: Size, opengl: bool) -> Iterator[Window]:
    """A window on the tests' display, with or without OpenGL."""
    os.environ.pop("SDL_VIDEODRIVER", None)
    window = Window(WindowSettings(size, opengl=opengl))
    yield window
    window.close()


def shot(window: Window) -> Array:
    """What is drawn, before it is shown: H×W×3."""
    return window.screen.pixels(window.size).astype(np.float32)


def draw(window: Window, canvas: Array, params: Params, seconds: float = 0.0) -> Array:
    """Draw one canvas (0..255), and return what is seen."""
    one = Frame.of(canvas, 1, None, 0)
    window.screen.draw(Moment(one, one, 1.0), window.size, Picture(params, seconds))
    return shot(window)


def places(shape: tuple[int, ...]) -> tuple[Array, Array]:
    """The place of each pixel's middle: x and y, 0..1."""
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    return x / shape[1], y / shape[0]


def see(p: Array, x: Array, y: Array) -> Array:
    """The picture at places, by linear interpolation; borders mirror."""
    height, width = p.shape[:2]
    at = [1 - np.abs(1 - np.mod(side, 2)) for side in (y, x)]
    rows, columns = np.clip(at[0] * height - 0.5, 0, height - 1), np.clip(at[1] * width - 0.5, 0, width - 1)
    return np.stack([map_coordinates(p[..., c], [rows, columns], order=1) for c in range(3)], axis=-1)


def _far(p: Array) -> tuple[Array, Array, float]:
    x, y = places(p.shape)
    aspect = p.shape[1] / p.shape[0]
    return (x - 0.5) * 2 * aspect, (y - 0.5) * 2, aspect


def _pixels(p: Array, count: float) -> tuple[float, float]:
    return count * p.shape[0] / 720 / p.shape[1], count / 720


def mirror(p: Array, params: Params, seconds: float) -> Array:
    folded, (height, width) = p.copy(), p.shape[:2]
    if params.mirror_way != 2:
        folded[:, width // 2 :] = folded[:, : width // 2][:, ::-1]
    if params.mirror_way != 1:
        folded[height // 2 :] = folded[: height // 2][::-1]
    return folded


def kaleidoscope(p: Array, params: Params, seconds: float) -> Array:
    x, y, aspect = _far(p)
    sector = 2 * np.pi / params.kaleidoscope_sectors
    angle = np.abs(np.mod(np.arctan2(y, x) + np.pi / 2, 2 * sector) - sector)
    angle = angle + np.radians(params.kaleidoscope_speed) * seconds
    far = np.hypot(x, y)
    return see(p, far * np.cos(angle) / aspect / 2 + 0.5, far * np.sin(angle) / 2 + 0.5)


def tunnel(p: Array, params: Params, seconds: float) -> Array:
    x, y, aspect = _far(p)
    quarter, total = 0.5 / p.shape[0], np.zeros(p.shape)
    for dx, dy in ((1, 0.4), (-0.4, 1), (-1, -0.4), (0.4, -1)):
        a, b = x + dx * quarter, y + dy * quarter
        depth = np.log(np.maximum(np.hypot(a, b), 1e-4)) * aspect / np.pi
        around = np.arctan2(b, a) / np.pi + 2 * params.tunnel_twist * depth
        total += see(p, around, depth - params.tunnel_speed * seconds) / 4
    part = np.clip(np.hypot(x, y) / 0.22, 0, 1)
    return total * (part * part * (3 - 2 * part))[..., None]


def hue_turn(p: Array, params: Params, seconds: float) -> Array:
    grey = p @ LUMA
    chroma = (0.492 * (p[..., 2] - grey) + 1j * 0.877 * (p[..., 0] - grey)) * np.exp(
        1j * np.radians(params.hue_angle + params.hue_speed * seconds)
    )
    blue, red = grey + chroma.real / 0.492, grey + chroma.imag / 0.877
    return np.stack([red, (grey - 0.299 * red - 0.114 * blue) / 0.587, blue], axis=-1)


def palette(p: Array, params: Params, seconds: float) -> Array:
    along = (p @ LUMA) * params.palette_cycles + params.palette_speed * seconds
    along = (1 - np.abs(1 - np.mod(along, 2))) * 255
    row = strip()[list(PALETTES).index(params.palette)] / 255
    return np.stack([np.interp(along, np.arange(256), row[:, c]) for c in range(3)], axis=-1)


def posterise(p: Array, params: Params, seconds: float) -> Array:
    steps = params.posterise_levels - 1
    return np.rint(p * steps) / steps


def edge_glow(p: Array, params: Params, seconds: float) -> Array:
    x, y = places(p.shape)
    one = [side / 2 for side in _pixels(p, params.glow_width)]

    def at(dx: int, dy: int) -> Array:
        return see(p, x + dx * one[0], y + dy * one[1])

    across = sum(w * (at(1, dy) - at(-1, dy)) for w, dy in ((1, -1), (2, 0), (1, 1)))
    down = sum(w * (at(dx, 1) - at(dx, -1)) for w, dx in ((1, -1), (2, 0), (1, 1)))
    edge = (np.hypot(across, down) @ LUMA * 0.5 * params.glow_gain)[..., None]
    pure = p / np.maximum(p.max(axis=-1, keepdims=True), 0.05)
    return p * 0.3 + pure * pure * edge * 1.5 + 0.4 * edge * edge


def split(p: Array, params: Params, seconds: float) -> Array:
    x, y = places(p.shape)
    dx, dy = _pixels(p, params.split_distance)
    angle = np.radians(params.split_speed) * seconds
    dx, dy = dx * np.cos(angle), dy * np.sin(angle)
    return np.stack([see(p, x + dx, y + dy)[..., 0], p[..., 1], see(p, x - dx, y - dy)[..., 2]], axis=-1)


def vignette(p: Array, params: Params, seconds: float) -> Array:
    x, y, aspect = _far(p)
    far = np.hypot(x, y) / np.hypot(aspect, 1)
    part = np.clip((far - params.vignette_size) / params.vignette_edge + 0.5, 0, 1)
    return p * (1 - part * part * (3 - 2 * part))[..., None]


def _random(x: Array, y: Array, number: int) -> Array:
    with np.errstate(over="ignore"):
        mixed = x.astype(np.uint32) * np.uint32(0x9E3779B1) ^ y.astype(np.uint32) * np.uint32(0x85EBCA77)
        mixed = mixed ^ np.uint32(number * 0xC2B2AE3D & 0xFFFFFFFF)
        mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
        mixed = (mixed ^ (mixed >> np.uint32(12))) * np.uint32(0x297A2D39)
    return ((mixed ^ (mixed >> np.uint32(15))) >> np.uint32(8)) / 2**24


def film_grain(p: Array, params: Params, seconds: float) -> Array:
    x, y = places(p.shape)
    width, height = _pixels(p, params.film_size)
    x, y, number = x / width, y / height, int(seconds * 24)
    column, row = np.floor(x), np.floor(y)
    a, b = ((part * part * (3 - 2 * part)) for part in (x - column, y - row))
    upper = _random(column, row, number) * (1 - a) + _random(column + 1, row, number) * a
    lower = _random(column, row + 1, number) * (1 - a) + _random(column + 1, row + 1, number) * a
    grey = p @ LUMA
    grain = (upper * (1 - b) + lower * b - 0.5) * params.film_grain * (0.3 + 2.8 * grey * (1 - grey))
    return p + grain[..., None]


def sharpen(p: Array, params: Params, seconds: float) -> Array:
    x, y = places(p.shape)
    dx, dy = _pixels(p, params.sharpen_size)
    around = [see(p, x - dx, y), see(p, x + dx, y), see(p, x, y - dy), see(p, x, y + dy)]
    low, high = np.min([p, *around], axis=0), np.max([p, *around], axis=0)
    return np.clip(p + params.sharpen_gain * (4 * p - np.sum(around, axis=0)) / 2, low, high)


def strobe(p: Array, params: Params, seconds: float) -> Array:
    return p * float(params.strobe_rate * seconds % 1 < params.strobe_share)


REFERENCES: dict[str, Callable[[Array, Params, float], Array]] = {
    "mirror": mirror,
    "kaleidoscope": kaleidoscope,
    "tunnel": tunnel,
    "hue-turn": hue_turn,
    "palette": palette,
    "posterise": posterise,
    "edge-glow": edge_glow,
    "split": split,
    "vignette": vignette,
    "film-grain": film_grain,
    "sharpen": sharpen,
    "strobe": strobe,
}
