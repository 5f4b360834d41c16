"""The dream of one frame: objectives, octaves, ascent, and what keeps the picture alive."""

from dreamstream.dream.ascent import ascend
from dreamstream.dream.objectives import L2
from dreamstream.dream.stabilise import Look, stabilise

__all__ = ["L2", "Look", "ascend", "stabilise"]
