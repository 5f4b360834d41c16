"""Sound: what is heard, hop by hop, as signals; and where it is heard."""

from dreamstream.sound.analysis import Analyser, Heard
from dreamstream.sound.signals import follow, put
from dreamstream.sound.track import Track, mono

__all__ = ["Analyser", "Heard", "Track", "follow", "mono", "put"]
