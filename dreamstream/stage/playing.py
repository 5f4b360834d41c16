"""Playing: what is played at one moment, for any thread to read.

settings, net, sources -> Playing; a swap -> the next Playing
"""

from dataclasses import dataclass, replace
from typing import Any

from dreamstream.nets import NetEntry
from dreamstream.size import Size
from dreamstream.sources import Source
from dreamstream.stage.chosen_net import ChosenNet
from dreamstream.stage.settings import Settings


@dataclass(frozen=True)
class Playing:
    """The net and the sources that are played, and the settings that name them.

    The thread that dreams puts a new one in place as a whole, so whoever takes it once has what belongs
    together.
    """

    settings: Settings
    net: ChosenNet
    sources: tuple[Source, ...]

    @property
    def entry(self) -> NetEntry:
        """The net's files, preprocessing and layers worth a dream."""
        return self.net.entry

    @property
    def moves(self) -> bool:
        """Whether any source is a film or a camera."""
        return any(source.moving for source in self.sources)

    def with_net(self, net: ChosenNet) -> "Playing":
        """Return this with another net."""
        return replace(self, net=net, settings=self.settings.changed(net=net.choice))

    def with_size(self, size: Size) -> "Playing":
        """Return this with another canvas."""
        return replace(self, settings=self.settings.changed(size=size))

    def with_source(self, text: str, source: Source) -> "Playing":
        """Return this with one more source, which `text` names."""
        settings = self.settings.changed(sources=(*self.settings.sources, text))
        return replace(self, sources=(*self.sources, source), settings=settings)

    def record(self) -> dict[str, Any]:
        """Return the settings as scores and snapshots keep them; what was left to the net is said, too."""
        return {**self.settings.record(), **self.net.record()}
