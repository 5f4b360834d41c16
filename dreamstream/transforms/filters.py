"""The transforms of pixel values: (canvas, params, tick) -> canvas.

Here those that look at a pixel's neighbours; colours and sorting have modules of their own. To add one, write
a function here, declared by `@TRANSFORMS.filter`, and its knobs. `amount` scales each: at 0 the picture stays
as it is.
"""

import cv2
import numpy as np

from dreamstream.frame import Canvas
from dreamstream.transforms.transform import CommonKnobs, Tick, Transforms, knob

_SOBEL = np.array([1, 2, 1], dtype=np.float32)
_PREWITT = np.array([1, 1, 1], dtype=np.float32)
_DIFFERENCE = np.array([-1, 0, 1], dtype=np.float32)
_ACROSS = np.outer(_SOBEL / 4, _DIFFERENCE)
_MEDIAN = 2  # px: the largest radius of OpenCV's fast median

TRANSFORMS = Transforms()


class FilterKnobs(CommonKnobs):
    """Part of Params. An angle times the frame's number does not ease: on its way it would whirl."""

    edge_share: float = knob(0.4, "share of the edges, the rest is the picture's", 0, 1, 0.05)
    edge_gain: float = knob(3.0, "gain of the edges", 0, 16, 0.25, "×")
    edges: float = knob(0.5, "share of the edges", -4, 4, 0.05)
    blur: float = knob(1.0, "standard deviation", 0, 50, 0.25, "px", length=True)
    median: int = knob(1, "radius", 1, 32, 1, "px", length=True)
    bilateral: float = knob(
        40.0, "difference of colours smoothed together", 1, 255, 5, "grey levels", formerly=("alike",)
    )
    unsharp: float = knob(0.5, "share of the detail added", -1, 8, 0.1, formerly=("sharpen",))
    unsharp_radius: float = knob(
        2.0, "deviation of the blur", 0.25, 50, 0.25, "px", length=True, formerly=("sharpen_radius",)
    )
    relief: float = knob(0.5, "strength of the light", -8, 8, 0.1, "×")
    light_turn: float = knob(3.0, "turn of the light", -180, 180, 1, "°", eases=False)


@TRANSFORMS.filter("fade to the edges (Sobel)", "edge_share", "edge_gain")
def sobel(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Canvas:
    """Fade to the strength of the edges, by Sobel's operator.

    With `edge_share` and `edge_gain` at 1 nothing else is left: the article's Game of Doge.
    """
    return blend(canvas, _edges(canvas, _SOBEL, params.edge_gain), params, params.edge_share)


@TRANSFORMS.filter("fade to the edges (Prewitt)", "edge_share", "edge_gain")
def prewitt(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Canvas:
    """Fade to the strength of the edges, by Prewitt's operator."""
    return blend(canvas, _edges(canvas, _PREWITT, params.edge_gain), params, params.edge_share)


@TRANSFORMS.filter("add edges to the picture", "edges")
def edges_kept(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Canvas:
    """Add a share of each channel's edges (Sobel), less their mean: the brightness stays."""
    edges = _strength(canvas, _SOBEL)
    edges -= np.asarray(cv2.mean(edges)[:3], np.float32)
    return _added(canvas, edges, params.edges * params.amount)


@TRANSFORMS.filter("blur softly", "blur")
def blur(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Canvas:
    """Blur by a Gaussian; `amount` scales its standard deviation."""
    return _blurred(canvas, params.blur * abs(params.amount))


@TRANSFORMS.filter("round off what is small", "median")
def median(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Canvas:
    """Take the median of each pixel's square; beyond a radius of 2 that of a picture made smaller."""
    height, width = canvas.shape[:2]
    if params.median <= _MEDIAN:
        return blend(canvas, np.asarray(cv2.medianBlur(canvas, 2 * params.median + 1), np.float32), params)
    size = [max(1, round(side * _MEDIAN / params.median)) for side in (width, height)]
    small = cv2.medianBlur(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), 2 * _MEDIAN + 1)
    return blend(canvas, np.asarray(cv2.resize(small, (width, height)), np.float32), params)


@TRANSFORMS.filter("smooth within edges", "bilateral")
def bilateral(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Canvas:
    """Average each pixel with neighbours of like colour (Tomasi and Manduchi, 1998): flat within edges.

    The picture is rounded to whole grey levels for it, which takes half the time.
    """
    whole = np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
    flat = cv2.bilateralFilter(whole, 5, params.bilateral, 2.0, borderType=cv2.BORDER_REFLECT_101)
    return blend(canvas, np.asarray(flat, np.float32), params)


@TRANSFORMS.filter("sharpen", "unsharp", "unsharp_radius")
def unsharp(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Canvas:
    """Add what a blur takes away (an unsharp mask); a negative amount softens."""
    detail = canvas - _blurred(canvas, params.unsharp_radius)
    return _added(canvas, detail, params.unsharp * params.amount)


@TRANSFORMS.filter("a relief in a light that turns", "relief", "light_turn")
def emboss(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Canvas:
    """Light the brightness as a relief, from a side that turns from frame to frame; colours stay."""
    angle = np.deg2rad(params.light_turn * (tick.index - 1))
    slope = cv2.filter2D(luma(canvas), cv2.CV_32F, np.cos(angle) * _ACROSS + np.sin(angle) * _ACROSS.T)
    light = np.asarray(cv2.merge([slope] * 3), np.float32)
    return _added(canvas, light, params.relief * params.amount)


def _blurred(canvas: Canvas, sigma: float) -> Canvas:
    if sigma < 0.05:
        return canvas
    blurred = cv2.GaussianBlur(canvas, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(blurred, dtype=np.float32)


def _added(canvas: Canvas, layer: Canvas, share: float) -> Canvas:
    """Return the canvas and a share of a layer (which is written over), within 0..255."""
    return within(np.asarray(cv2.scaleAdd(layer, share, canvas, layer), np.float32))


def _edges(canvas: Canvas, smooth: np.ndarray, gain: float) -> Canvas:
    """Return the gradient's magnitude of the luminance, as a grey picture: colour is lost."""
    grey = np.minimum(np.float32(gain) * _strength(luma(canvas), smooth), 255)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _strength(picture: Canvas, smooth: np.ndarray) -> Canvas:
    """Return the gradient's magnitude, of each channel by itself."""
    weights = smooth / smooth.sum()
    x = np.asarray(cv2.sepFilter2D(picture, cv2.CV_32F, _DIFFERENCE, weights), np.float32)
    y = np.asarray(cv2.sepFilter2D(picture, cv2.CV_32F, weights, _DIFFERENCE), np.float32)
    x *= x
    x += y * y
    return np.sqrt(x, out=x)  # cv2.magnitude's last bit hangs on where in memory its result lies


def blend(canvas: Canvas, filtered: Canvas, params: CommonKnobs, most: float = 1.0) -> Canvas:
    """Return the picture `amount` · `most` of the way to the filtered one: from 1 on, that one."""
    share = np.float32(min(abs(params.amount) * most, 1.0))
    return canvas + share * (filtered - canvas)


def within(canvas: Canvas) -> Canvas:
    """Return the canvas cut to 0..255; it is written over, so it must be the filter's own."""
    return np.clip(canvas, 0, 255, out=canvas)


def luma(canvas: Canvas) -> Canvas:
    """Return the brightness (H×W, Rec. 601: 0.299 R + 0.587 G + 0.114 B), 0..255."""
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY), np.float32)
