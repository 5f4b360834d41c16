"""The knobs of the filters: lengths are canvas pixels, rates are a dreamed frame each."""

from pydantic import BaseModel

from dreamstream.params.field import param


class FilterKnobs(BaseModel):
    """Part of Params."""

    edge_share: float = param(
        0.4,
        "sobel, prewitt: share of the edges, the rest is the picture's",
        group="transform",
        low=0,
        high=1,
        step=0.05,
    )
    edge_gain: float = param(
        3.0, "sobel, prewitt: gain of the edges", group="transform", low=0, high=16, step=0.25, unit="×"
    )
    edges: float = param(0.5, "edges-kept: share of the edges", group="transform", low=-4, high=4, step=0.05)
    blur: float = param(
        1.0, "blur: standard deviation", group="transform", low=0, high=50, step=0.25, unit="px"
    )
    median: int = param(1, "median: radius", group="transform", low=1, high=32, step=1, unit="px")
    alike: float = param(
        40.0,
        "bilateral: difference of colours that are smoothed together",
        group="transform",
        low=1,
        high=255,
        step=5,
        unit="grey levels",
    )
    sharpen: float = param(
        0.5, "unsharp: share of the detail added", group="transform", low=-1, high=8, step=0.1
    )
    sharpen_radius: float = param(
        2.0,
        "unsharp: standard deviation of the blur",
        group="transform",
        low=0.25,
        high=50,
        step=0.25,
        unit="px",
    )
    relief: float = param(
        0.5, "emboss: strength of the light", group="transform", low=-8, high=8, step=0.1, unit="×"
    )
    light_turn: float = param(
        3.0, "emboss: turn of the light", group="transform", low=-180, high=180, step=1, unit="°"
    )
    hue: float = param(6.0, "hue: turn", group="transform", low=-180, high=180, step=1, unit="°")
    saturation: float = param(
        1.03,
        "saturation: gain (below 1: less colour)",
        group="transform",
        low=0,
        high=4,
        step=0.01,
        unit="×",
    )
    beat: int = param(
        16,
        "channel-swap, palette-shift: from one to the next",
        group="transform",
        low=1,
        high=600,
        step=1,
        unit="frames",
    )
    offset: float = param(
        1.5, "channel-offset: shift", group="transform", low=-64, high=64, step=0.25, unit="px"
    )
    offset_turn: float = param(
        9.0, "channel-offset: turn of its direction", group="transform", low=-180, high=180, step=1, unit="°"
    )
    palette_shift: float = param(
        60.0, "palette-shift: shift", group="transform", low=-255, high=255, step=5, unit="grey levels"
    )
    levels: int = param(
        6, "palette-flatten: values of each channel", group="transform", low=2, high=64, step=1
    )
    flatten: float = param(
        0.1, "palette-flatten: how far to the nearest value", group="transform", low=0, high=1, step=0.05
    )
    sort_share: float = param(
        0.1, "pixel-sort: share of the lines, each frame", group="transform", low=0, high=1, step=0.05
    )
    sort_low: float = param(
        90.0,
        "pixel-sort: least luma that is sorted",
        group="transform",
        low=0,
        high=255,
        step=5,
        unit="grey levels",
    )
    sort_high: float = param(
        220.0,
        "pixel-sort: greatest luma that is sorted",
        group="transform",
        low=0,
        high=255,
        step=5,
        unit="grey levels",
    )
    sort_columns: bool = param(False, "pixel-sort: columns instead of rows", group="transform")
    sort_hue: bool = param(False, "pixel-sort: by hue instead of luma", group="transform")
