"""The transforms of pixel values: (canvas, params, tick) -> canvas.

Here those that look at a pixel's neighbours; colours and sorting have modules of their own. To add one, write
a function here, declared by `@TRANSFORMS.filter`, and its knobs. `amount` scales each: at 0 the picture stays
as it is. They work on the canvas where it is, but those that only the host has.
"""

import cv2
import numpy as np

from dreamstream.frame import Canvas
from dreamstream.pictures import Picture, on
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
def sobel(canvas: Picture, params: FilterKnobs, tick: Tick) -> Picture:
    """Fade to the strength of the edges, by Sobel's operator.

    With `edge_share` and `edge_gain` at 1 nothing else is left: the article's Game of Doge.
    """
    return blend(canvas, _edges(canvas, _SOBEL, params.edge_gain), params, params.edge_share)


@TRANSFORMS.filter("fade to the edges (Prewitt)", "edge_share", "edge_gain")
def prewitt(canvas: Picture, params: FilterKnobs, tick: Tick) -> Picture:
    """Fade to the strength of the edges, by Prewitt's operator."""
    return blend(canvas, _edges(canvas, _PREWITT, params.edge_gain), params, params.edge_share)


@TRANSFORMS.filter("add edges to the picture", "edges")
def edges_kept(canvas: Picture, params: FilterKnobs, tick: Tick) -> Picture:
    """Add a share of each channel's edges (Sobel), less their mean: the brightness stays."""
    edges = on(canvas).centred(_strength(canvas, _SOBEL))
    return _added(canvas, edges, params.edges * params.amount)


@TRANSFORMS.filter("blur softly", "blur")
def blur(canvas: Picture, params: FilterKnobs, tick: Tick) -> Picture:
    """Blur by a Gaussian; `amount` scales its standard deviation."""
    return _blurred(canvas, params.blur * abs(params.amount))


@TRANSFORMS.filter("round off what is small", "median", host=True)
def median(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Picture:
    """Take the median of each pixel's square; beyond a radius of 2 that of a picture made smaller."""
    height, width = canvas.shape[:2]
    if params.median <= _MEDIAN:
        return blend(canvas, np.asarray(cv2.medianBlur(canvas, 2 * params.median + 1), np.float32), params)
    size = [max(1, round(side * _MEDIAN / params.median)) for side in (width, height)]
    small = cv2.medianBlur(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), 2 * _MEDIAN + 1)
    return blend(canvas, np.asarray(cv2.resize(small, (width, height)), np.float32), params)


@TRANSFORMS.filter("smooth within edges", "bilateral", host=True)
def bilateral(canvas: Canvas, params: FilterKnobs, tick: Tick) -> Picture:
    """Average each pixel with neighbours of like colour (Tomasi and Manduchi, 1998): flat within edges.

    The picture is rounded to whole grey levels for it, which takes half the time.
    """
    whole = np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
    flat = cv2.bilateralFilter(whole, 5, params.bilateral, 2.0, borderType=cv2.BORDER_REFLECT_101)
    return blend(canvas, np.asarray(flat, np.float32), params)


@TRANSFORMS.filter("sharpen", "unsharp", "unsharp_radius")
def unsharp(canvas: Picture, params: FilterKnobs, tick: Tick) -> Picture:
    """Add what a blur takes away (an unsharp mask); a negative amount softens."""
    detail = canvas - _blurred(canvas, params.unsharp_radius)
    return _added(canvas, detail, params.unsharp * params.amount)


@TRANSFORMS.filter("a relief in a light that turns", "relief", "light_turn")
def emboss(canvas: Picture, params: FilterKnobs, tick: Tick) -> Picture:
    """Light the brightness as a relief, from a side that turns from frame to frame; colours stay."""
    angle = np.deg2rad(params.light_turn * (tick.index - 1))
    p = on(canvas)
    slope = p.correlate(p.luma(canvas), np.cos(angle) * _ACROSS + np.sin(angle) * _ACROSS.T)
    return _added(canvas, p.merge([slope] * 3), params.relief * params.amount)


def _blurred(canvas: Picture, sigma: float) -> Picture:
    return canvas if sigma < 0.05 else on(canvas).blur(canvas, sigma)


def _added(canvas: Picture, layer: Picture, share: float) -> Picture:
    """Return the canvas and a share of a layer (which is written over), within 0..255."""
    return within(on(canvas).add_scaled(canvas, layer, share, into=layer))


def _edges(canvas: Picture, smooth: np.ndarray, gain: float) -> Picture:
    """Return the gradient's magnitude of the luminance, as a grey picture: colour is lost."""
    p = on(canvas)
    return p.merge([p.smaller(gain * _strength(p.luma(canvas), smooth), 255)] * 3)


def _strength(picture: Picture, smooth: np.ndarray) -> Picture:
    """Return the gradient's magnitude, of each channel by itself."""
    p, weights = on(picture), smooth / smooth.sum()
    x, y = p.slide(picture, _DIFFERENCE, weights), p.slide(picture, weights, _DIFFERENCE)
    x *= x
    x += y * y
    return p.root(x)


def blend(canvas: Picture, filtered: Picture, params: CommonKnobs, most: float = 1.0) -> Picture:
    """Return the picture `amount` · `most` of the way to the filtered one: from 1 on, that one."""
    share = min(abs(params.amount) * most, 1.0)
    return canvas + share * (filtered - canvas)


def within(canvas: Picture) -> Picture:
    """Return the canvas cut to 0..255; it is written over, so it must be the filter's own."""
    return on(canvas).clip(canvas)
