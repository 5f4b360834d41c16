"""The dream of one frame: goal, objectives, octaves, ascent, and what keeps the picture alive."""

from dreamstream.dream.ascent import ascend
from dreamstream.dream.effort import Effort, in_words
from dreamstream.dream.fade import Fade
from dreamstream.dream.goal import Goal, describe, mixed_layers
from dreamstream.dream.habit import Habit
from dreamstream.dream.objectives import L2, Channels, Class, Guide, Sum
from dreamstream.dream.octaves import resize
from dreamstream.dream.pace import Pace
from dreamstream.dream.stabilise import Look, stabilise
from dreamstream.dream.threads import Threads, thread_counts
from dreamstream.dream.trial import try_gradient

__all__ = [
    "L2",
    "Channels",
    "Class",
    "Effort",
    "Fade",
    "Goal",
    "Guide",
    "Habit",
    "Look",
    "Pace",
    "Sum",
    "Threads",
    "ascend",
    "describe",
    "in_words",
    "mixed_layers",
    "resize",
    "stabilise",
    "thread_counts",
    "try_gradient",
]
