"""The knobs of the warps: lengths are canvas pixels, rates are a dreamed frame each."""

from typing import Annotated, Any

from pydantic import Field

from dreamstream.knobs import LIST, Knobs, param

_Factor = Annotated[float, Field(ge=-100, le=100)]
_Shift = Annotated[float, Field(ge=-10000, le=10000)]  # pixels


def _knob(default: Any, help: str, low: float, high: float, step: float, unit: str = "") -> Any:
    eases = isinstance(default, float)  # whole numbers cannot
    return param(default, help, group="transform", low=low, high=high, step=step, unit=unit, eases=eases)


class WarpKnobs(Knobs):
    """Part of Params."""

    zoom: float = _knob(0.02, "zoom, spiral, drift, mobius, kaleidoscope: share cut away", -0.5, 0.5, 0.005)
    stretch: float = _knob(0.02, "stretches, mirror: share of the height or width", -0.5, 0.5, 0.005)
    angle: float = _knob(1.0, "rotate, spiral, drift, mobius: turn", -180, 180, 0.25, "°")
    shear: float = _knob(0.02, "shear: shift of a row, for each row from the middle", -1, 1, 0.005, "px")
    breath: float = _knob(0.012, "breathing: greatest zoom", -0.5, 0.5, 0.002)
    cycle: int = _knob(90, "breathing, drift, ripple, flow: time to go once through", 2, 10000, 10, "frames")
    shake: float = _knob(6.0, "camera-shake: greatest shift", 0, 256, 0.5, "px")
    shake_angle: float = _knob(1.0, "camera-shake: greatest turn", 0, 180, 0.25, "°")
    shake_frames: int = _knob(12, "camera-shake: time of a shake", 2, 1000, 1, "frames")
    shift: float = _knob(2.0, "drift: greatest shift", 0, 256, 0.5, "px")
    matrix: Annotated[tuple[_Factor, _Factor, _Shift, _Factor, _Factor, _Shift], LIST] = param(
        (0.98, 0.02, 0.0, -0.02, 0.98, 0.0),
        "matrix: a,b,x,c,d,y from output to input about the centre, x and y in px",
        group="transform",
        example="0.98,0.02,0,-0.02,0.98,0",
    )
    roll: float = _knob(
        1 / 15,
        "column-roll, row-roll: shift for each column or row (the article: 1/15)",
        -4,
        4,
        1 / 60,
        "px",
    )
    wave: float = _knob(4.0, "sine-roll: greatest shift", 0, 256, 0.5, "px")
    period: float = _knob(90.0, "sine-roll, ripple: length of a wave", 2, 4096, 10, "px")
    random_low: int = _knob(-5, "random-roll, random-rows, turning-roll: lowest shift", -256, 256, 1, "px")
    random_high: int = _knob(5, "random-roll, random-rows, turning-roll: highest shift", -256, 256, 1, "px")
    roll_group: int = _knob(1, "rolls: columns or rows that go together", 1, 512, 1)
    even_twice: bool = param(
        False, "random-roll, random-rows, turning-roll: every second twice as far", group="transform"
    )
    roll_turn: int = _knob(1, "turning-roll: frames of columns, then of rows", 1, 1000, 1, "frames")
    swirl: float = _knob(2.5, "swirl: turn at the centre", -180, 180, 0.5, "°")
    reach: float = _knob(0.9, "swirl, fisheye: radius, of half the diagonal", 0.05, 4, 0.05)
    fisheye: float = _knob(0.03, "fisheye: zoom at the centre", -0.5, 0.5, 0.005)
    ripple: float = _knob(1.0, "ripple: greatest shift", -64, 64, 0.25, "px")
    tunnel: float = _knob(0.06, "tunnel: speed", -0.9, 4, 0.01)
    twist: float = _knob(1.5, "tunnel: turn far away", -180, 180, 0.25, "°")
    poles: float = _knob(
        0.5, "mobius: distance of the poles from the middle, of half the width", 0.05, 4, 0.05
    )
    tilt: float = _knob(0.02, "tilt: how much nearer one border comes", -0.9, 0.9, 0.005)
    tilt_way: float = _knob(0.0, "tilt: which border (0: the lower, 90: the right)", -360, 360, 15, "°")
    flow: float = _knob(1.5, "flow: shift, root mean square", 0, 64, 0.25, "px")
    eddy: float = _knob(160.0, "flow: size of two eddies", 8, 4096, 10, "px")
    grid_rows: int = _knob(2, "grid: rows of regions", 1, 16, 1)
    grid_columns: int = _knob(3, "grid: columns of regions", 1, 16, 1)
    cell_zoom: float = _knob(0.06, "grid: greatest zoom of a region", -0.5, 0.5, 0.01)
    cell_angle: float = _knob(4.0, "grid: greatest turn of a region", -180, 180, 0.5, "°")
    mirrors: int = _knob(1, "mirror: 1 side by side, 2 one below the other, 3 quarters", 1, 3, 1)
    sectors: int = _knob(6, "kaleidoscope: sectors, each with its mirror image", 1, 64, 1)
