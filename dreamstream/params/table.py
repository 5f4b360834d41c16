"""Params: all that may change live, as one immutable snapshot.

The class is the one table: a field's definition gives default, range, step, unit and help, and the
command line's flags, the keys, the help overlay and every validation derive from it (see `TABLE`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, model_validator

from dreamstream.effects import EffectKnobs, LightKnobs
from dreamstream.knobs import LIST, Numbers, ParamInfo, Round, info_of, param
from dreamstream.params.look import LookKnobs
from dreamstream.transforms import TRANSFORMS, TransformKnobs

_Channel = Annotated[int, Field(ge=0, le=65535)]


UPSCALES = ("linear", "cubic", "sharp")
"""How the canvas is enlarged to the screen, in the order that the shader numbers them."""


class Params(LightKnobs, EffectKnobs, LookKnobs, TransformKnobs):
    """One snapshot; frozen. Sizes are canvas pixels, rates are a dreamed frame each."""

    @model_validator(mode="before")
    @classmethod
    def _of_today(cls, values: Any) -> Any:
        return of_today(values) if isinstance(values, dict) else values

    layer: str = param(
        "",
        "the net's layer to excite (empty: the net's own choice)",
        group="dream",
        stepped=Round(ladder=True),
    )
    channels: Annotated[tuple[_Channel, ...], Field(max_length=64), LIST] = param(
        (),
        "the layer's channels to excite, as in 3,17 (empty: all)",
        group="dream",
        example="3,17",
        stepped=Numbers(of="layer"),
    )
    second: str = param(
        "",
        "layers mixed in, as in block3 or block3:0.5,block5:1 (empty: none)",
        group="dream",
        example="block3:0.5,block5:1",
        label="second layer",
        stepped=Round(ladder=True, order="layer"),
    )
    second_share: float = param(
        0.5, "their share of the dream", group="dream", low=0, high=1, step=0.05, clamp=True
    )
    guide_on: bool = param(
        False, "pull the layer towards the guide picture's features", group="dream", label="guide picture"
    )
    guide_share: float = param(
        1.0, "the guide's share of the layer's dream", group="dream", low=0, high=1, step=0.05, clamp=True
    )
    class_name: str = param(
        "",
        "a class to see everywhere: its number, its name, or a part of it (empty: none)",
        group="dream",
        flag="class",
        label="class",
        stepped=Round(),
    )
    class_share: float = param(
        0.5, "the class's share of the dream", group="dream", low=0, high=1, step=0.05, clamp=True
    )
    ease: float = param(
        1.0, "to go from one transform to the next", group="dream", low=0, high=30, step=0.25, unit="s"
    )
    octaves: int = param(2, "sizes the picture is dreamt at", group="dream", low=1, high=8, step=1)
    octave_scale: float = param(
        1.4, "ratio of one octave to the next", group="dream", low=1.1, high=3, step=0.1, unit="×"
    )
    iterations: int = param(1, "gradient steps an octave, each frame", group="dream", low=1, high=100, step=1)
    step: float = param(
        2.0, "mean change of a gradient step", group="dream", low=0, high=20, step=0.25, unit="grey levels"
    )
    jitter: int = param(
        32, "random roll before each gradient step", group="dream", low=0, high=256, step=4, unit="px"
    )
    mix: float = param(
        0.0,
        "inflow: share of the source blended into each frame",
        group="dream",
        low=0,
        high=1,
        step=0.05,
        clamp=True,
    )
    freeze: bool = param(False, "hold the picture still", group="dream", label="freeze, go on")
    restart: int = param(0, "counts the wishes to begin again from the source", group="wish", low=0)
    next_source: int = param(
        0, "counts the wishes for the next source", group="wish", low=0, label="next source"
    )

    fps_target: float = param(
        0.0,
        "dreamed frames a second to keep, by fewer iterations, octaves, pixels (0: all that is asked)",
        group="pace",
        low=0,
        high=240,
        step=5,
        unit="fps",
        label="dreamed fps",
    )

    bpm: float = param(
        0.0,
        "beats a minute (0: no tempo)",
        group="tempo",
        low=0,
        high=300,
        step=1,
        unit="bpm",
        clamp=True,
        label="tempo",
    )
    on_beat: bool = param(
        False,
        "begin another transform on a beat, and ease to it for whole beats",
        group="tempo",
        label="wait for the beat",
    )

    upscale: str = param("linear", "from canvas to screen", group="screen", choices=UPSCALES)
    tween: bool = param(True, "draw the moments between frames along the known motion", group="screen")
    fill: bool = param(
        False,
        "fill the screen (cut the rest) instead of letterboxing",
        group="screen",
        label="fill, letterbox",
    )
    fullscreen: bool = param(False, "fill the whole display", group="screen")
    hud: bool = param(
        False, "show the state of things over the picture", group="screen", label="state of things"
    )
    show_help: bool = param(False, "show the keys over the picture", group="screen", label="this help")


def _info(name: str) -> ParamInfo:
    """Return what is declared of a param; the help of a transform's knob begins with those that read it."""
    info = info_of(name, Params.model_fields[name])
    readers = [transform for transform, record in TRANSFORMS.items() if name in record.knobs]
    return replace(info, help=f"{', '.join(readers)}: {info.help}") if readers else info


TABLE: dict[str, ParamInfo] = {name: _info(name) for name in Params.model_fields}
"""Every parameter by name, in the order of the class."""

FORMER: dict[str, str] = {old: info.name for info in TABLE.values() for old in info.formerly}
"""The params' names by those that they had before, which scores, presets and keys of a person's may hold."""

LIVE: dict[str, Any] = {"fps_target": 20.0}
"""The params that a live show begins with, where they are not the table's: a render takes its time."""


def of_today(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by the params' names of today."""
    return {FORMER.get(name, name): value for name, value in values.items()}
