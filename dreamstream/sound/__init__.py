"""Sound: what is heard, hop by hop, as signals; and where it is heard.

Here is what loads quickly: the program that listens is to begin soon.
"""

from dreamstream.sound.analysis import Analyser, Heard
from dreamstream.sound.track import Track, mono

__all__ = [
    "Analyser",
    "Heard",
    "Track",
    "mono",
]
