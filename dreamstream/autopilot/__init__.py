"""The autopilot: plays the show while nobody does, by a taste, on phrases, and leaves what dies or bores."""

from dreamstream.autopilot.autopilot import Autopilot
from dreamstream.autopilot.grip import Grip
from dreamstream.autopilot.helm import Helm
from dreamstream.autopilot.judge import Pulse
from dreamstream.autopilot.scenes import PICKED

__all__ = ["PICKED", "Autopilot", "Grip", "Helm", "Pulse"]
