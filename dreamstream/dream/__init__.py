"""The dream of one frame: objectives, octaves, ascent, and what keeps the picture alive."""

from dreamstream.dream.ascent import ascend
from dreamstream.dream.objectives import L2

__all__ = ["L2", "ascend"]
