"""Effects: what a fragment shader does to the finished picture, and the guard over its light.

name -> Effect (help, knobs) here, from shaders/effects/NAME.toml; NAME.frag beside it is what it does
"""

from dreamstream.effects.light import Light, LightKnobs, adjusted, lit, luminance, strobe_rate, tone
from dreamstream.effects.palettes import PALETTES, palette_colours, strip
from dreamstream.effects.records import EFFECTS, Effect, EffectKnobs
from dreamstream.effects.shelf import EffectShelf, ShaderFile
from dreamstream.isf.knobs import effects_folder, knob_names, values_of

__all__ = [
    "EFFECTS",
    "PALETTES",
    "Effect",
    "EffectKnobs",
    "EffectShelf",
    "Light",
    "LightKnobs",
    "ShaderFile",
    "adjusted",
    "effects_folder",
    "knob_names",
    "lit",
    "luminance",
    "palette_colours",
    "strip",
    "strobe_rate",
    "tone",
    "values_of",
]
