"""Effects: what a fragment shader does to the finished picture, and the guard over its light.

name -> Effect (help, knobs) here; shaders/effects/NAME.frag is what it does
"""

from dreamstream.effects.effects import EFFECTS, UPSCALES, Effect
from dreamstream.effects.palettes import PALETTES
from dreamstream.effects.shelf import EffectShelf, effects_folder

__all__ = ["EFFECTS", "PALETTES", "UPSCALES", "Effect", "EffectShelf", "effects_folder"]
