"""The knobs of the warps: lengths are canvas pixels, rates are a dreamed frame each."""

from typing import Annotated

from pydantic import BaseModel

from dreamstream.params.field import LIST, Factor, Shift, param


class WarpKnobs(BaseModel):
    """Part of Params."""

    zoom: float = param(
        0.02, "zoom: share of the picture cut away", group="transform", low=-0.5, high=0.5, step=0.005
    )
    stretch: float = param(
        0.02, "stretches: share of the height or width", group="transform", low=-0.5, high=0.5, step=0.005
    )
    angle: float = param(1.0, "rotate: turn", group="transform", low=-180, high=180, step=0.25, unit="°")
    matrix: Annotated[tuple[Factor, Factor, Shift, Factor, Factor, Shift], LIST] = param(
        (0.98, 0.02, 0.0, -0.02, 0.98, 0.0),
        "matrix: a,b,x,c,d,y from output to input about the centre, x and y in px",
        group="transform",
    )
    roll: float = param(
        1 / 15,
        "column-roll: rows of shift for each column (the article: 1/15)",
        group="transform",
        low=-4,
        high=4,
        step=1 / 60,
        unit="px",
    )
    wave: float = param(
        4.0, "sine-roll: greatest shift", group="transform", low=0, high=256, step=0.5, unit="px"
    )
    period: float = param(
        90.0, "sine-roll: length of a wave", group="transform", low=2, high=4096, step=10, unit="px"
    )
    random_low: int = param(
        -5, "random-roll: lowest shift", group="transform", low=-256, high=256, step=1, unit="px"
    )
    random_high: int = param(
        5, "random-roll: highest shift", group="transform", low=-256, high=256, step=1, unit="px"
    )
