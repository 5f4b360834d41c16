"""The filters of colour, each pixel by itself but `channel-offset`: (canvas, params, tick) -> canvas.

Matrices act on (R, G, B) and leave greys grey; what leaves 0..255 is cut.
"""

import numpy as np
from numpy.typing import NDArray

from dreamstream.maths import LUMA
from dreamstream.pictures import Picture, on
from dreamstream.transforms.filters import blend, within
from dreamstream.transforms.transform import CommonKnobs, Tick, Transforms, knob

_PLANE = np.array([[2, -1, -1], [0, 3**0.5, -(3**0.5)]]) / 6**0.5  # two axes at right angles to grey's
_SWAP = np.roll(np.eye(3), 1, axis=0)  # R takes B's values, G R's, B G's

TRANSFORMS = Transforms()


class ColourKnobs(CommonKnobs):
    """Part of Params. An angle times the frame's number does not ease: on its way it would whirl."""

    hue: float = knob(6.0, "turn", -180, 180, 1, "°")
    saturation: float = knob(1.03, "gain (below 1: less colour)", 0, 4, 0.01, "×")
    beat: int = knob(16, "from one to the next", 1, 600, 1, "frames")
    offset: float = knob(1.5, "shift", -64, 64, 0.25, "px", length=True)
    offset_turn: float = knob(9.0, "turn of its direction", -180, 180, 1, "°", eases=False)
    palette_shift: float = knob(60.0, "shift", -255, 255, 5, "grey levels")
    levels: int = knob(6, "values of each channel", 2, 64, 1)
    flatten: float = knob(0.1, "how far to the nearest value", 0, 1, 0.05)


@TRANSFORMS.filter("turn all hues, each frame on", "hue")
def hue(canvas: Picture, params: ColourKnobs, tick: Tick) -> Picture:
    """Turn every hue about the grey axis, and keep the luma."""
    turn = hue_matrix(params.hue * params.amount)
    return within(on(canvas).recolour(canvas, turn))


def hue_matrix(degrees: float) -> NDArray[np.float64]:
    """Return the 3×3 matrix that turns the colours so far, red towards green.

    A colour is its luma and its place in the plane across the grey axis: only the place turns.
    """
    axes = np.vstack([LUMA, _PLANE])
    angle = np.deg2rad(degrees)
    turn = np.eye(3)
    turn[1:, 1:] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return np.asarray(np.linalg.inv(axes) @ turn @ axes)


@TRANSFORMS.filter("more colour, or less", "saturation")
def saturation(canvas: Picture, params: ColourKnobs, tick: Tick) -> Picture:
    """Scale every colour's distance from the grey of its own luma; a negative amount does the contrary."""
    gain = min(max(params.saturation, 1e-3) ** params.amount, 100.0)
    grey = np.tile(LUMA, (3, 1))
    return within(on(canvas).recolour(canvas, grey + gain * (np.eye(3) - grey)))


@TRANSFORMS.filter("hand red, green and blue on", "beat")
def channel_swap(canvas: Picture, params: ColourKnobs, tick: Tick) -> Picture:
    """Hand the channels on in a ring: red's values to green, green's to blue, blue's to red.

    Only at each `beat`-th frame: at each it would flash.
    """
    if not _on_beat(params, tick):
        return canvas
    share = min(abs(params.amount), 1.0)
    swap = _SWAP if params.amount >= 0 else _SWAP.T
    return on(canvas).recolour(canvas, (1 - share) * np.eye(3) + share * swap)


@TRANSFORMS.filter("move red and blue apart, round and home", "offset", "offset_turn")
def channel_offset(canvas: Picture, params: ColourKnobs, tick: Tick) -> Picture:
    """Move red one way and blue the other; the way turns from frame to frame, so that they come home."""
    angle = np.deg2rad(params.offset_turn * (tick.index - 1))
    x, y = params.offset * params.amount * np.array([np.cos(angle), np.sin(angle)])
    red, green, blue = (canvas[..., channel] for channel in range(3))
    channels = [_moved(red, x, y, params.cubic), green, _moved(blue, -x, -y, params.cubic)]
    return within(on(canvas).merge(channels))


@TRANSFORMS.filter("shift all values round", "palette_shift", "beat")
def palette_shift(canvas: Picture, params: ColourKnobs, tick: Tick) -> Picture:
    """Add to all values at each beat; those that pass 255 go on from 0."""
    if not _on_beat(params, tick):
        return canvas
    shifted = canvas + (params.palette_shift * params.amount) % 255
    shifted -= on(canvas).above(shifted, 255)
    return shifted


@TRANSFORMS.filter("keep few values (posterise)", "levels", "flatten")
def palette_flatten(canvas: Picture, params: ColourKnobs, tick: Tick) -> Picture:
    """Pull each channel towards so many evenly spaced values (posterise); `flatten` is how far."""
    step = 255 / (params.levels - 1)
    flat = on(canvas).round(canvas / step)
    flat *= step
    return blend(canvas, flat, params, params.flatten)


def _on_beat(params: ColourKnobs, tick: Tick) -> bool:
    """Return whether a beat lies between the last distorted frame and this one, or on this one."""
    return tick.index % params.beat < params.every


def _moved(channel: Picture, x: float, y: float, cubic: bool) -> Picture:
    return on(channel).move(channel, np.array([[1, 0, -x], [0, 1, -y]], np.float64), cubic)
