"""Outputs: pictures to other programs, devices and addresses, while the show goes on.

ring, or the screen's pictures -> Output (a thread, a reader of its own) -> Sender -> the world
"""

from dreamstream.outputs.kinds import KINDS, Kind, Target, target_of
from dreamstream.outputs.output import Output, OutputStatus
from dreamstream.outputs.outputs import Outputs
from dreamstream.outputs.sender import Sender

__all__ = [
    "KINDS",
    "Kind",
    "Output",
    "OutputStatus",
    "Outputs",
    "Sender",
    "Target",
    "target_of",
]
