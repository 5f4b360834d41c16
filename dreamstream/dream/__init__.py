"""The dream of one frame: goal, objectives, octaves, ascent, and what keeps the picture alive."""

from dreamstream.dream.aim import Aim
from dreamstream.dream.ascent import ascend, octave_sizes, try_gradient
from dreamstream.dream.faults import Faults
from dreamstream.dream.goal import Goal
from dreamstream.dream.habit import Habit
from dreamstream.dream.layer_map import LayerMap
from dreamstream.dream.mapping import map_layer
from dreamstream.dream.maps import MapMaker, NoMaps
from dreamstream.dream.motion import Motion
from dreamstream.dream.paint import Painter
from dreamstream.dream.stabilise import Look, stabilise
from dreamstream.dream.words import describe

__all__ = [
    "Aim",
    "Faults",
    "Goal",
    "Habit",
    "LayerMap",
    "Look",
    "MapMaker",
    "Motion",
    "NoMaps",
    "Painter",
    "ascend",
    "describe",
    "map_layer",
    "octave_sizes",
    "stabilise",
    "try_gradient",
]
