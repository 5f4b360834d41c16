"""The effects: each is shaders/effects/NAME.frag, with its record NAME.toml beside it.

    NAME.toml -> Effect (help, knobs), and a param for each knob, which is a uniform of the shader

An effect is added by its two files; docs/effects.md tells what they hold.
"""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, create_model

from dreamstream.effects.palettes import PALETTES
from dreamstream.isf.knobs import effects_folder, isf_fields, isf_files
from dreamstream.knobs import EFFECTS_CHAIN, Knobs, param
from dreamstream.places import own_folder

FOLDER = own_folder("shaders") / "effects"
"""Of the program's own effects."""

_CHOICES = {"palettes": tuple(PALETTES)}


class Knob(BaseModel):
    """A knob in a record; `choices` names the list that a text is one of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    help: str
    default: bool | int | float | str
    range: tuple[int | float, int | float] | None = None
    step: int | float | None = None
    unit: str = ""
    choices: str = ""
    formerly: tuple[str, ...] = ()

    def field(self, effect: str) -> Any:
        """Return the knob as the field of a param."""
        low, high = self.range or (None, None)
        return param(
            self.default,
            f"{effect} effect: {self.help}",
            low,
            high,
            self.step,
            self.unit,
            group="effect",
            clamp=self.range is not None,
            choices=_CHOICES[self.choices] if self.choices else (),
            formerly=self.formerly,
        )


class Effect(BaseModel):
    """A record. `order` is its place in the list; `plain` whether the screen without OpenGL draws it, too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    help: str
    order: int = 1000
    plain: bool = False
    knobs: dict[str, Knob] = {}


def read_effects(folder: Path) -> dict[str, Effect]:
    """Return the effects of a folder by name, in order; ValueError names the record that is wrong."""
    effects = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            effects[path.stem] = Effect.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    return dict(sorted(effects.items(), key=lambda effect: effect[1].order))


EFFECTS = read_effects(FOLDER)
"""The program's effects by name, in order."""


class EffectsKnobs(Knobs):
    """Part of Params: which effects there are over the picture."""

    effects: str = param(
        "none",
        "effects over the finished picture, one or several in a row, as in mirror+hue-turn:0.3",
        group="effect",
        example="mirror+hue-turn:0.3",
        stepped=EFFECTS_CHAIN,
    )


if TYPE_CHECKING:  # these knobs are read as params["trail_time"]: no type checker knows them
    EffectKnobs = EffectsKnobs
else:
    EffectKnobs = create_model(
        "EffectKnobs",
        __base__=EffectsKnobs,
        **{
            name: (type(knob.default), knob.field(effect))
            for effect, record in EFFECTS.items()
            for name, knob in record.knobs.items()
        },
        **isf_fields(isf_files(effects_folder())),
    )
    """Part of Params: the knobs of all effects, and of the user's in the Interactive Shader Format."""
