"""What is on stage now, as one value that is replaced as a whole."""

from dataclasses import dataclass
from typing import Any

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
    def moves(self) -> bool:
        """Whether any source is a film or a camera."""
        return any(source.moving for source in self.sources)

    def record(self) -> dict[str, Any]:
        """Return the settings as scores and snapshots keep them; what was left to the net is said, too."""
        return {**self.settings.record(), **self.net.record()}
