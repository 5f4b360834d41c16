"""Effects: what a fragment shader does to the finished picture, and the guard over its light.

name -> Effect (help, knobs) here; shaders/effects/NAME.frag is what it does
"""

from dreamstream.effects.effects import EFFECTS, Effect
from dreamstream.effects.light import Light, adjusted, lit, luminance, strobe_rate, tone
from dreamstream.effects.palettes import strip
from dreamstream.effects.shelf import EffectShelf, ShaderFile, effects_folder

__all__ = [
    "EFFECTS",
    "Effect",
    "EffectShelf",
    "Light",
    "ShaderFile",
    "adjusted",
    "effects_folder",
    "lit",
    "luminance",
    "strip",
    "strobe_rate",
    "tone",
]
