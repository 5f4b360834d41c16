"""Params: all that may change live, as one immutable snapshot, and the store that holds the newest.

The class is the one table: a field's definition gives default, range, step, unit and help, and the
command line's flags, the keys, the help overlay and every validation derive from it (see `TABLE`).
"""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dreamstream.errors import ParamError, nearest


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
) -> Any:
    """Declare one parameter; `clamp` pulls a value that is out of range to its end instead of refusing it."""
    extra = {"group": group, "low": low, "high": high, "step": step, "unit": unit, "clamp": clamp}
    return Field(default, description=help, ge=low, le=high, json_schema_extra=dict(extra))


_Factor = Annotated[float, Field(ge=-100, le=100)]
_Shift = Annotated[float, Field(ge=-10000, le=10000)]  # pixels


class Params(BaseModel):
    """One snapshot; frozen. Sizes are canvas pixels, rates are a dreamed frame each."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    transform: str = _field("zoom", "the distortion between two dreams", group="dream")
    layer: str = _field("", "the net's layer to excite (empty: the net's own choice)", group="dream")
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
    matrix: tuple[_Factor, _Factor, _Shift, _Factor, _Factor, _Shift] = _field(
        (0.98, 0.02, 0.0, -0.02, 0.98, 0.0),
        "matrix: a,b,x,c,d,y from output to input about the centre, x and y in px",
        group="transform",
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

    @property
    def range(self) -> str:
        """The range in words, or an empty text."""
        return "" if self.low is None or self.high is None else f"{self.low:g}..{self.high:g}"


def _info(name: str) -> ParamInfo:
    field = Params.model_fields[name]
    extra: Any = field.json_schema_extra
    return ParamInfo(name=name, default=field.default, help=field.description or "", **extra)


TABLE: dict[str, ParamInfo] = {name: _info(name) for name in Params.model_fields}
"""Every parameter by name, in the order of the class."""


class ParamStore:
    """The newest snapshot, for any thread to read and to change.

    `choices` lists what the names in a text parameter may be (the transforms, the net's layers);
    `rounds` the shorter list that `nudge` goes through, where all would be too many.
    """

    def __init__(
        self,
        params: Params | None = None,
        choices: Mapping[str, Sequence[str]] | None = None,
        rounds: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._choices = dict(choices or {})
        self._rounds = {**self._choices, **(rounds or {})}
        self._changed = threading.Condition()
        self._params = Params()
        if params is not None:
            self.change(**params.model_dump())

    def snapshot(self) -> Params:
        """Return the newest params: immutable, so nothing tears."""
        return self._params

    def change(self, **values: Any) -> Params:
        """Set the named params, all or none; ParamError names the field, the value and the range."""
        with self._changed:
            checked = {name: self._checked(name, value) for name, value in values.items()}
            try:
                self._params = Params.model_validate({**self._params.model_dump(), **checked})
            except ValidationError as error:
                raise _param_error(error) from error
            self._changed.notify_all()
            return self._params

    def nudge(self, name: str, steps: float) -> Params:
        """Move a param by so many of its steps, within its range; a name goes round its choices."""
        with self._changed:
            info, value = _known(name), getattr(self._params, name)
            if name in self._rounds:
                names = self._rounds[name]
                at = names.index(value) if value in names else 0
                return self.change(**{name: names[(at + int(steps)) % len(names)]})
            if isinstance(value, bool):
                return self.change(**{name: not value})
            if info.step is None:  # a counter
                return self.change(**{name: value + int(steps)})
            moved = round(value + steps * info.step, 9)
            return self.change(**{name: type(value)(_within(info, moved))})

    def wait_for(self, ready: Callable[[Params], bool], timeout: float | None = None) -> bool:
        """Wait until a snapshot satisfies `ready`; it is also asked again at each `wake`."""
        with self._changed:
            return self._changed.wait_for(lambda: ready(self._params), timeout)

    def wake(self) -> None:
        """Have everyone in `wait_for` look again."""
        with self._changed:
            self._changed.notify_all()

    def _checked(self, name: str, value: Any) -> Any:
        info = _known(name)
        if name in self._choices and value not in self._choices[name]:
            raise ParamError(f"no {name} '{value}'; {nearest(str(value), self._choices[name])}")
        if not info.clamp:
            return value
        try:
            number = float(value)
        except (TypeError, ValueError):
            return value  # the model says what is wrong with it
        return value if math.isnan(number) else _within(info, number)


def _known(name: str) -> ParamInfo:
    if name not in TABLE:
        raise ParamError(f"no param '{name}'; {nearest(name, TABLE)}")
    return TABLE[name]


def _within(info: ParamInfo, value: float) -> float:
    assert info.low is not None and info.high is not None
    return min(max(value, info.low), info.high)


def _param_error(error: ValidationError) -> ParamError:
    first = error.errors()[0]
    info = TABLE[str(first["loc"][0])]
    wanted = f"a value in {info.range}" if info.range else f"something like {info.default!r}"
    return ParamError(f"{info.name} cannot be {first['input']!r}: {wanted} is needed ({info.help})")
