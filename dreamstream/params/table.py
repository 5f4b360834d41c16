"""Params: all that may change live, as one immutable snapshot.

The class is the one table: a field's definition gives default, range, step, unit and help, and the
command line's flags, the keys, the help overlay and every validation derive from it (see `TABLE`).
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from dreamstream.effects import PALETTES, EffectKnobs, LightKnobs
from dreamstream.knobs import LIST, Knobs, Numbers, ParamInfo, Round, param
from dreamstream.params.paint import PaintKnobs
from dreamstream.params.terms import spelt
from dreamstream.params.transition import TransitionKnobs
from dreamstream.transforms import TRANSFORMS, TransformKnobs

_Channel = Annotated[int, Field(ge=0, le=65535)]
_Gain = Annotated[float, Field(ge=0, le=16)]

UPSCALES = ("linear", "cubic", "sharp")
"""How the canvas is enlarged to the screen, in the order that the shader numbers them."""

LEADERS = ("midi", "link", "sound")
"""Who can lead the tempo beside taps and keys, by rank."""

PICKS = ("all", "strong", "average", "weak")
"""Which channels are climbed, by their power."""

BAR = 4
"""Beats of a bar."""

QUANTA = {"off": 0, "beat": 1, "bar": BAR, "4bars": 4 * BAR, "8bars": 8 * BAR}
"""What a change can wait for, in beats."""


_dream, _look, _screen, _tempo, _morph = (
    partial(param, group=group) for group in ("dream", "look", "screen", "tempo", "morph")
)


class LookKnobs(Knobs):
    """What the gradient is made of, and what the picture is held to: docs/look.md tells more of each."""

    smooth: float = _look(
        0.5, "evens the gradient's scales: larger shapes (0: the notebook's gradient)", 0, 1, 0.05
    )
    scales: Annotated[tuple[_Gain, ...], Field(max_length=5), LIST] = _look(
        (),
        "strengths of the gradient's scales, fine to coarse, as in 0.5,1,1,2,2 (empty: 1 for each)",
        example="0.5,1,1,2,2",
    )
    scale_tilt: float = _look(
        0.0, "the gradient's scales: above 0 more of the large shapes, below of the fine", -2, 2, 0.1
    )
    soften: float = _look(0.0, "blurs the gradient: standard deviation", 0, 16, 0.25, "px")
    variety: float = _look(
        1.0, "lifts quiet channels against loud ones: more kinds of things (0: the notebook's)", 0, 2, 0.1
    )
    fatigue: float = _look(
        0.0, "how much channels give way that were loud for long: other things come up", 0, 2, 0.1
    )
    fatigue_time: float = _look(60.0, "how long ago that was", 1, 1800, 10, "s")
    decorrelate: float = _look(
        0.0, "share of the step in natural pictures' colours: less rainbow, more light", 0, 1, 0.1
    )
    octave_tilt: float = _look(
        0.0, "steps of the octaves: above 0 larger in the small ones (large shapes)", -2, 2, 0.1
    )
    hold: float = _look(
        0.06, "how fast brightness, contrast and colour are held (0: plain feedback)", 0, 1, 0.01
    )
    held_contrast: float = _look(1.0, "contrast that is held, in parts of the source's", 0, 3, 0.05, "×")
    held_colour: float = _look(1.0, "saturation that is held, in parts of the source's", 0, 3, 0.05, "×")
    held_light: float = _look(0.0, "brightness held, above the source's", -100, 100, 5, "grey levels")
    held_detail: float = _look(
        0.0, "scales that are held: above 0 more fine contrast, below more in large shapes", -2, 2, 0.1
    )
    held_palette: str = _look(
        "none", "what the colours of the large shapes are pulled to", choices=("none", "source", *PALETTES)
    )
    palette_pull: float = _look(0.1, "how fast they are pulled there", 0, 1, 0.02)
    restless: float = _look(0.06, "how much of what stays in its place fades, each frame", 0, 1, 0.02)
    wander: float = _look(
        0.1, "how much the large shapes and colours wander", 0, 1, 0.02, formerly=("drift",)
    )
    grain: float = _look(1.5, "noise added to each frame", 0, 64, 0.5, "grey levels")


class Params(LightKnobs, EffectKnobs, TransitionKnobs, PaintKnobs, LookKnobs, TransformKnobs):
    """One snapshot; frozen. Sizes are canvas pixels, rates are a dreamed frame each."""

    def __getitem__(self, name: str) -> Any:
        """Return the value of a param by its name; KeyError where there is none."""
        if name not in TABLE:
            raise KeyError(name)
        return getattr(self, name)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Return the default of a param that came later than this snapshot."""
            return TABLE[name].default if name in TABLE else super().__getattr__(name)

    @model_validator(mode="before")
    @classmethod
    def _of_today(cls, values: Any) -> Any:
        return of_today(values) if isinstance(values, dict) else values

    layer: str = _dream("", "the net's layer to excite (empty: the net's choice)", stepped=Round(ladder=True))
    channels: Annotated[tuple[_Channel, ...], Field(max_length=64), LIST] = _dream(
        (),
        "the layer's channels to excite, as in 3,17 (empty: all)",
        example="3,17",
        stepped=Numbers(of="layer"),
    )
    pick: str = _dream(
        "all", "which of the layer's channels are climbed, by how loud each is in the step", choices=PICKS
    )
    pick_count: int = _dream(16, "how many of them", 1, 4096, 1, "channels")
    direction: Annotated[str, AfterValidator(spelt)] = _dream(
        "",
        "a direction to climb over the layer's channels and the places of its map, as in 12+40:-0.5+m3 "
        "(empty: none)",
        example="12+40:-0.5+m3:0.7",
    )
    direction_share: float = _dream(0.5, "the direction's share of the layer's dream", 0, 1, 0.05, clamp=True)
    focus: float = _dream(
        2.0, "the direction: above 0 where it is what is seen already, more than elsewhere", 0, 8, 0.5
    )
    roam: float = _dream(
        0.0, "how far the dream strays to the places of the layer's map, one after another", 0, 1, 0.05
    )
    roam_time: float = _dream(20.0, "the roam: from one place to the next", 1, 600, 1, "s")
    second: str = _dream(
        "",
        "layers, or channels of them, mixed in, as in block3:0.5,block5/12&40:1 (empty: none)",
        example="block3:0.5,block5/12&40:1",
        label="second layer",
        stepped=Round(ladder=True, order="layer"),
    )
    second_share: float = _dream(0.5, "their share of the dream", 0, 1, 0.05, clamp=True)
    walk: str = _dream(
        "",
        "layers that the dream goes along in the layer's place, as in block3,block9,block13 (empty: none)",
        example="block3,block9,block13",
    )
    walk_time: float = _dream(15.0, "the walk: to go from one layer to the next", 0.5, 600, 0.5, "s")
    other_every: int = _dream(0, "the other net dreams each so many-th frame (0: none)", 0, 60, 1)
    other_layer: str = _dream("", "the other net's layer (empty: its choice)", stepped=Round(ladder=True))
    guide_on: bool = _dream(
        False, "pull the layer towards the guide picture's features", label="guide picture"
    )
    guide_share: float = _dream(1.0, "the guide's share of the layer's dream", 0, 1, 0.05, clamp=True)
    class_name: str = _dream(
        "",
        "a class to see everywhere: its number, its name, or a part of it (empty: none)",
        flag="class",
        label="class",
        stepped=Round(),
    )
    class_share: float = _dream(0.5, "the class's share of the dream", 0, 1, 0.05, clamp=True)
    ease: float = _dream(1.0, "to go from one transform to the next", 0, 30, 0.25, "s")
    octaves: int = _dream(2, "sizes the picture is dreamt at", 1, 8, 1)
    octave_scale: float = _dream(1.4, "ratio of one octave to the next", 1.1, 3, 0.1, "×")
    iterations: int = _dream(1, "gradient steps an octave, each frame", 1, 100, 1)
    step: float = _dream(2.0, "mean change of a gradient step", 0, 20, 0.25, "grey levels")
    tile_memory: int = _dream(
        1, "tiles a side of the gradient, one new a step, the rest remembered (1: all new)", 1, 8, 1, "tiles"
    )
    jitter: int = _dream(32, "random roll before each gradient step", 0, 256, 4, "px")
    mix: float = _dream(0.0, "inflow: the source's share in each frame", 0, 1, 0.05, clamp=True)
    follow: float = _dream(
        0.0,
        "how far the dream is carried along what moves in a film or before a camera (0: not)",
        0,
        1,
        0.1,
        clamp=True,
    )
    attract: float = _dream(
        0.0,
        "dreams of what moved in the film or before the camera, once nothing has for so long (0: never)",
        0,
        3600,
        5,
        "s",
    )
    source_speed: float = _dream(
        0.0,
        "how fast films play, by their own clock (1: in real time; 0: a picture each frame)",
        0,
        8,
        0.25,
        "×",
    )
    freeze: bool = _dream(False, "hold the picture still", label="freeze, go on")
    restart: int = param(0, "counts the wishes to begin again from the source", group="wish", low=0)
    next_source: int = param(
        0, "counts the wishes for the next source", group="wish", low=0, label="next source"
    )

    fps_target: float = param(
        0.0,
        "dreamed frames a second to keep, by doing less (0: all that is asked for)",
        group="pace",
        low=0,
        high=240,
        step=5,
        unit="fps",
        label="dreamed fps",
    )

    bpm: float = _tempo(0.0, "beats a minute (0: no tempo)", 0, 300, 1, "bpm", clamp=True, label="tempo")
    tempo_from: str = _tempo(
        "auto", "who leads the tempo, beside your taps", choices=("auto", "tap", *LEADERS)
    )
    quantise: str = _tempo(
        "off",
        "what another transform or preset waits for, to be seen on it; it eases in for whole beats",
        choices=tuple(QUANTA),
        label="wait for the beat",
        formerly=("on_beat",),
        were=((False, "off"), (True, "beat")),
    )
    routes: bool = _tempo(True, "signals move params, as your routes say (off: the hand's values)")
    autopilot: bool = _tempo(False, "the show plays itself while nobody does (docs/autopilot.md)")
    autopilot_after: float = _tempo(
        3.0, "without a hand until the autopilot plays on (0: never)", 0, 1440, 0.5, "min"
    )

    morph: float = _morph(
        0.0,
        "the fader from one dream (0) to another (1): from the first to --preset-b, or two that you mark",
        0,
        1,
        0.05,
        clamp=True,
        label="fader A to B",
    )
    morph_time: float = _morph(
        8.0, "how long a dream takes to turn into another preset's; with a tempo whole bars", 0, 600, 1, "s"
    )

    upscale: str = _screen("linear", "from canvas to screen", choices=UPSCALES)
    tween: bool = _screen(True, "draw the moments between frames along the known motion")
    fill: bool = _screen(
        False, "fill the screen (cut the rest) instead of letterboxing", label="fill, letterbox"
    )
    fullscreen: bool = _screen(False, "fill the whole display")
    hud: bool = _screen(False, "show the state of things over the picture", label="state of things")
    show_help: bool = _screen(False, "show the keys over the picture", label="this help")


def info_of(name: str, params: type[Params] = Params) -> ParamInfo:
    """Return what is declared of a param; the help of a transform's knob begins with those that read it."""
    extra: Any = params.model_fields[name].json_schema_extra
    info: ParamInfo = extra["info"]
    flag, label = info.flag or name.replace("_", "-"), info.label or name.replace("_", " ")
    readers = [transform for transform, record in TRANSFORMS.items() if name in record.knobs]
    help = f"{', '.join(readers)}: {info.help}" if readers else info.help
    return replace(info, name=name, flag=f"--{flag}", label=label, help=help)


TABLE: dict[str, ParamInfo] = {name: info_of(name) for name in Params.model_fields}
"""Every parameter by name, in the order of the class; it grows (`add_params`)."""

FORMER: dict[str, str] = {old: info.name for info in TABLE.values() for old in info.formerly}
"""The params' names by those that they had before, which scores, presets and keys of a person's may hold."""

_CHANGED = {info.name: info.were for info in TABLE.values() if info.were}

OF_THE_SHOW = ("wish", "screen", "pace", "tempo", "morph")
"""The groups of params that are the show's own, and no part of a preset."""

LIVE_GROUPS = ("screen", "pace", "effect")
"""The groups of params that only a show has a use for."""

LIVE: dict[str, Any] = {"fps_target": 20.0}
"""The params that a live show begins with, where they are not the table's: a render takes its time."""


def of_today(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by the params' names of today; those that a param had before, as it says them now."""
    today = {FORMER.get(name, name): value for name, value in values.items()}
    for name in _CHANGED.keys() & today.keys():
        today[name] = next((new for old, new in _CHANGED[name] if today[name] == old), today[name])
    return today
