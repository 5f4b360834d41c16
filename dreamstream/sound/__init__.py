"""Sound: what is heard, hop by hop, as signals."""

from dreamstream.sound.analysis import Analyser, Heard
from dreamstream.sound.signals import put

__all__ = ["Analyser", "Heard", "put"]
