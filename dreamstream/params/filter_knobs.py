"""The knobs of the filters: lengths are canvas pixels, rates are a dreamed frame each."""

from typing import Any

from dreamstream.knobs import Knobs, param


def _knob(default: Any, help: str, low: float, high: float, step: float, unit: str = "", **more: Any) -> Any:
    more = {"eases": isinstance(default, float), **more}  # whole numbers cannot
    return param(default, help, group="transform", low=low, high=high, step=step, unit=unit, **more)


class FilterKnobs(Knobs):
    """Part of Params. An angle times the frame's number does not ease: on its way it would whirl."""

    edge_share: float = _knob(
        0.4, "sobel, prewitt: share of the edges, the rest is the picture's", 0, 1, 0.05
    )
    edge_gain: float = _knob(3.0, "sobel, prewitt: gain of the edges", 0, 16, 0.25, "×")
    edges: float = _knob(0.5, "edges-kept: share of the edges", -4, 4, 0.05)
    blur: float = _knob(1.0, "blur: standard deviation", 0, 50, 0.25, "px")
    median: int = _knob(1, "median: radius", 1, 32, 1, "px")
    bilateral: float = _knob(
        40.0,
        "bilateral: difference of colours that are smoothed together",
        1,
        255,
        5,
        "grey levels",
        formerly=("alike",),
    )
    unsharp: float = _knob(0.5, "unsharp: share of the detail added", -1, 8, 0.1, formerly=("sharpen",))
    unsharp_radius: float = _knob(
        2.0, "unsharp: standard deviation of the blur", 0.25, 50, 0.25, "px", formerly=("sharpen_radius",)
    )
    relief: float = _knob(0.5, "emboss: strength of the light", -8, 8, 0.1, "×")
    light_turn: float = _knob(3.0, "emboss: turn of the light", -180, 180, 1, "°", eases=False)
    hue: float = _knob(6.0, "hue: turn", -180, 180, 1, "°")
    saturation: float = _knob(1.03, "saturation: gain (below 1: less colour)", 0, 4, 0.01, "×")
    beat: int = _knob(16, "channel-swap, palette-shift: from one to the next", 1, 600, 1, "frames")
    offset: float = _knob(1.5, "channel-offset: shift", -64, 64, 0.25, "px")
    offset_turn: float = _knob(9.0, "channel-offset: turn of its direction", -180, 180, 1, "°", eases=False)
    palette_shift: float = _knob(60.0, "palette-shift: shift", -255, 255, 5, "grey levels")
    levels: int = _knob(6, "palette-flatten: values of each channel", 2, 64, 1)
    flatten: float = _knob(0.1, "palette-flatten: how far to the nearest value", 0, 1, 0.05)
    sort_share: float = _knob(0.1, "pixel-sort: share of the lines, each frame", 0, 1, 0.05)
    sort_low: float = _knob(90.0, "pixel-sort: least luma that is sorted", 0, 255, 5, "grey levels")
    sort_high: float = _knob(220.0, "pixel-sort: greatest luma that is sorted", 0, 255, 5, "grey levels")
    sort_columns: bool = param(False, "pixel-sort: columns instead of rows", group="transform")
    sort_hue: bool = param(False, "pixel-sort: by hue instead of luma", group="transform")
