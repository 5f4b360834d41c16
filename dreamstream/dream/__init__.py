"""The dream of one frame: goal, objectives, octaves, ascent, and what keeps the picture alive."""

from dreamstream.dream.aim import Aim
from dreamstream.dream.ascent import ascend, octave_sizes, try_gradient
from dreamstream.dream.faults import Faults
from dreamstream.dream.goal import Goal, describe
from dreamstream.dream.habit import Habit
from dreamstream.dream.motion import Motion
from dreamstream.dream.paint import Painter
from dreamstream.dream.stabilise import Look, stabilise

__all__ = [
    "Aim",
    "Faults",
    "Goal",
    "Habit",
    "Look",
    "Motion",
    "Painter",
    "ascend",
    "describe",
    "octave_sizes",
    "stabilise",
    "try_gradient",
]
