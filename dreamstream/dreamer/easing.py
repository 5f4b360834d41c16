"""Easing: from one chain of transforms to the next without a jerk.

old chain × (1 - share) + new chain × share, share 0..1 along a smooth step

Knobs that change together with the chain, as a preset's do, go along. One that is changed by itself is there
at once, and so is another weight of what the chain has already: a hand wants to see what it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dreamstream.knobs import Link, alike, links_of, mixed_links
from dreamstream.maths import eased
from dreamstream.params import TABLE, Params
from dreamstream.params.frames import ease_frames

_KNOBS = tuple(name for name, info in TABLE.items() if info.eases)
"""The params that go along."""


@dataclass(frozen=True)
class Easing:
    """A frame's place on the way to its chain; by its params alone it is there.

    Frames count, not time: the same show eases the same way.
    """

    params: Params  # the frame's
    before: tuple[Link, ...] = ()  # what was there as the change to their chain began,
    start: Mapping[str, float] = field(default_factory=dict)  # with the knobs that go along, if they differ
    frames: int = 0  # that the change takes,
    passed: int = 1  # and those of it up to this one

    def next(self, params: Params) -> "Easing":
        """Return that of the next frame: further on, or the first of the change to another chain."""
        if alike(links_of(params.transform), links_of(self.params.transform)):
            return replace(self, params=params, passed=self.passed + 1)
        last = self.knobs
        start = {name: getattr(last, name) for name in _KNOBS if getattr(last, name) != getattr(params, name)}
        return Easing(params, self.links, start, ease_frames(params))

    @property
    def share(self) -> float:
        """How far it is, 0..1."""
        return eased(self.passed, self.frames)

    @property
    def links(self) -> tuple[Link, ...]:
        """What the frame is distorted by."""
        after = links_of(self.params.transform)
        return after if self.share == 1 else mixed_links(self.before, after, self.share)

    @property
    def knobs(self) -> Params:
        """The params with the knobs on their way, as the links are."""
        share = self.share
        if share == 1:
            return self.params
        eased = {name: old + (getattr(self.params, name) - old) * share for name, old in self.start.items()}
        return self.params.model_copy(update=eased)
