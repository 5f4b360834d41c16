"""Picture: how a moment is to be drawn, as one small value that every screen understands."""

from dataclasses import dataclass

from dreamstream.knobs import EFFECTS_CHAIN, Link, links_of
from dreamstream.mapping import PLAIN, Mapping
from dreamstream.params import Params


@dataclass(frozen=True)
class Picture:
    """The params, at a time in seconds since the screen began.

    `beat` is the time from which the beats are counted, on the same clock; None where there are none.
    `mapping` is the window's; `card` asks for the test card instead of what is painted.
    `bands` are what is heard, from low to high, each 0..1, and `opened` is when the screen began, in seconds
    of the local time since 1970: only shaders of the Interactive Shader Format ask for them.
    `dreamt` are the params of the newest frame that is shown, if they are known.
    """

    params: Params
    seconds: float = 0.0
    beat: float | None = None
    mapping: Mapping = PLAIN
    card: bool = False
    bands: tuple[float, ...] = ()
    opened: float = 0.0
    dreamt: Params | None = None

    @property
    def is_mapped(self) -> bool:
        """Whether the window shows it otherwise than it is painted."""
        return self.card or self.mapping.moves

    @property
    def change(self) -> int | None:
        """Counts what a transition goes with: other sources, other presets; None where that is not known."""
        seen = self.dreamt
        return None if seen is None else seen.restart + seen.next_source + seen.transitions

    @property
    def links(self) -> tuple[Link, ...]:
        """The effects in order, without those of no strength."""
        return tuple(link for link in links_of(self.params.effects, EFFECTS_CHAIN) if link.scale > 0)
