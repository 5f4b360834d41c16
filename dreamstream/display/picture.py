"""Picture: how a moment is to be drawn, as one small value that every screen understands."""

from dataclasses import dataclass

from dreamstream.knobs import EFFECTS_CHAIN, Link, links_of
from dreamstream.params import Params


@dataclass(frozen=True)
class Picture:
    """The params, at a time in seconds since the screen began.

    `beat` is the time from which the beats are counted, on the same clock; None where there are none.
    """

    params: Params
    seconds: float = 0.0
    beat: float | None = None

    @property
    def links(self) -> tuple[Link, ...]:
        """The effects in order, without those of no strength."""
        return tuple(link for link in links_of(self.params.effects, EFFECTS_CHAIN) if link.scale > 0)
