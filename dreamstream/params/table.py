"""Params: all that may change live, as one immutable snapshot.

The class is the one table: a field's definition gives default, range, step, unit and help, and the
command line's flags, the keys, the help overlay and every validation derive from it (see `TABLE`).
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _field(
    default: Any,
    help: str,
    *,
    group: str,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    unit: str = "",
    clamp: bool = False,
    example: str = "",
    flag: str = "",
) -> Any:
    """Declare one parameter; `clamp` pulls a value that is out of range to its end instead of refusing it.

    `example` is shown where a value is refused, `flag` is the command line's word where it is not the name.
    """
    extra = {"group": group, "low": low, "high": high, "step": step, "unit": unit, "clamp": clamp}
    extra |= {"example": example, "flag": flag}
    return Field(default, description=help, ge=low, le=high, json_schema_extra=dict(extra))


def _split(value: Any) -> Any:
    """Take a list that is written as text: `3,17`; an empty text is an empty list."""
    if not isinstance(value, str):
        return value
    return tuple(value.split(",")) if value.strip() else ()


_Factor = Annotated[float, Field(ge=-100, le=100)]
_Shift = Annotated[float, Field(ge=-10000, le=10000)]  # pixels
_Channel = Annotated[int, Field(ge=0, le=65535)]


class Params(BaseModel):
    """One snapshot; frozen. Sizes are canvas pixels, rates are a dreamed frame each."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    transform: str = _field("zoom", "the distortion between two dreams", group="dream")
    layer: str = _field("", "the net's layer to excite (empty: the net's own choice)", group="dream")
    channels: Annotated[tuple[_Channel, ...], Field(max_length=64), BeforeValidator(_split)] = _field(
        (), "the layer's channels to excite, as in 3,17 (empty: all)", group="dream", step=1, example="3,17"
    )
    second: str = _field(
        "",
        "layers mixed in, as in block3 or block3:0.5,block5:1 (empty: none)",
        group="dream",
        example="block3:0.5,block5:1",
    )
    second_share: float = _field(
        0.5, "their share of the dream", group="dream", low=0, high=1, step=0.05, clamp=True
    )
    guide_on: bool = _field(False, "pull the layer towards the guide picture's features", group="dream")
    guide_share: float = _field(
        1.0, "the guide's share of the layer's dream", group="dream", low=0, high=1, step=0.05, clamp=True
    )
    class_name: str = _field(
        "",
        "a class to see everywhere: its number, its name, or a part of it (empty: none)",
        group="dream",
        flag="class",
    )
    class_share: float = _field(
        0.5, "the class's share of the dream", group="dream", low=0, high=1, step=0.05, clamp=True
    )
    amount: float = _field(
        1.0, "scales the transform", group="dream", low=-4, high=4, step=0.1, unit="×", clamp=True
    )
    octaves: int = _field(2, "sizes the picture is dreamt at", group="dream", low=1, high=8, step=1)
    octave_scale: float = _field(
        1.4, "ratio of one octave to the next", group="dream", low=1.1, high=3, step=0.1, unit="×"
    )
    iterations: int = _field(
        1, "gradient steps an octave, each frame", group="dream", low=1, high=100, step=1
    )
    step: float = _field(
        2.0, "mean change of a gradient step", group="dream", low=0, high=20, step=0.25, unit="grey levels"
    )
    smooth: float = _field(
        0.5,
        "evens the gradient's scales: larger shapes (0: the notebook's gradient)",
        group="dream",
        low=0,
        high=1,
        step=0.05,
    )
    jitter: int = _field(
        32, "random roll before each gradient step", group="dream", low=0, high=256, step=4, unit="px"
    )
    mix: float = _field(
        0.0,
        "share of the source blended into each frame",
        group="dream",
        low=0,
        high=1,
        step=0.05,
        clamp=True,
    )
    freeze: bool = _field(False, "hold the picture still", group="dream")
    restart: int = _field(0, "counts the wishes to begin again from the source", group="wish", low=0)
    next_source: int = _field(0, "counts the wishes for the next source", group="wish", low=0)

    zoom: float = _field(
        0.02, "zoom: share of the picture cut away", group="transform", low=-0.5, high=0.5, step=0.005
    )
    stretch: float = _field(
        0.02, "stretches: share of the height or width", group="transform", low=-0.5, high=0.5, step=0.005
    )
    angle: float = _field(1.0, "rotate: turn", group="transform", low=-180, high=180, step=0.25, unit="°")
    matrix: Annotated[tuple[_Factor, _Factor, _Shift, _Factor, _Factor, _Shift], BeforeValidator(_split)] = (
        _field(
            (0.98, 0.02, 0.0, -0.02, 0.98, 0.0),
            "matrix: a,b,x,c,d,y from output to input about the centre, x and y in px",
            group="transform",
        )
    )
    roll: float = _field(
        1 / 15,
        "column-roll: rows of shift for each column (the article: 1/15)",
        group="transform",
        low=-4,
        high=4,
        step=1 / 60,
        unit="px",
    )
    wave: float = _field(
        4.0, "sine-roll: greatest shift", group="transform", low=0, high=256, step=0.5, unit="px"
    )
    period: float = _field(
        90.0, "sine-roll: length of a wave", group="transform", low=2, high=4096, step=10, unit="px"
    )
    random_low: int = _field(
        -5, "random-roll: lowest shift", group="transform", low=-256, high=256, step=1, unit="px"
    )
    random_high: int = _field(
        5, "random-roll: highest shift", group="transform", low=-256, high=256, step=1, unit="px"
    )
    blur: float = _field(
        1.0, "blur: standard deviation", group="transform", low=0, high=50, step=0.25, unit="px"
    )

    cubic: bool = _field(
        True, "move the canvas by cubic interpolation (off: linear, as the article)", group="picture"
    )
    hold: float = _field(
        0.06,
        "how fast brightness, contrast and colour are held (0: plain feedback)",
        group="picture",
        low=0,
        high=1,
        step=0.01,
    )
    drift: float = _field(
        0.1,
        "how much the large shapes and colours wander",
        group="picture",
        low=0,
        high=1,
        step=0.02,
    )
    grain: float = _field(
        1.5, "noise added to each frame", group="picture", low=0, high=64, step=0.5, unit="grey levels"
    )

    fps_target: float = _field(
        0.0,
        "dreamed frames a second to keep, by fewer iterations, octaves, pixels (0: all that is asked)",
        group="pace",
        low=0,
        high=240,
        step=5,
        unit="fps",
    )

    tween: bool = _field(True, "draw the moments between frames along the known motion", group="screen")
    fill: bool = _field(False, "fill the screen (cut the rest) instead of letterboxing", group="screen")
    fullscreen: bool = _field(False, "fill the whole display", group="screen")
    hud: bool = _field(False, "show the state of things over the picture", group="screen")
    show_help: bool = _field(False, "show the keys over the picture", group="screen")


@dataclass(frozen=True)
class ParamInfo:
    """What the table says of one parameter."""

    name: str
    default: Any
    help: str
    group: str
    low: float | None
    high: float | None
    step: float | None
    unit: str
    clamp: bool
    example: str
    flag: str

    @property
    def range(self) -> str:
        """The range in words, or an empty text."""
        return "" if self.low is None or self.high is None else f"{self.low:g}..{self.high:g}"


def _info(name: str) -> ParamInfo:
    field = Params.model_fields[name]
    extra: Any = field.json_schema_extra
    flag = f"--{extra['flag'] or name.replace('_', '-')}"
    return ParamInfo(
        name=name, default=field.default, help=field.description or "", **{**extra, "flag": flag}
    )


TABLE: dict[str, ParamInfo] = {name: _info(name) for name in Params.model_fields}
"""Every parameter by name, in the order of the class."""
