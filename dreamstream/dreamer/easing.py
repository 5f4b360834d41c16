"""Easing: from one chain of transforms to the next without a jerk.

old chain × (1 - share) + new chain × share, share 0..1 along a smooth step

Knobs that change together with the chain, as a preset's do, go along. One that is changed by itself is there
at once: a hand wants to see what it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dreamstream.knobs import Link, links_of
from dreamstream.maths import smoothstep
from dreamstream.params import TABLE, Params

_RATE = 20.0  # dreamed frames a second that `ease` counts in where no rate is kept

_KNOBS = tuple(name for name, info in TABLE.items() if info.eases)
"""The params that go along."""


@dataclass(frozen=True)
class _Change:
    """A change of the chain, so many frames on its way; `start` has the knobs that go along as they were."""

    params: Params  # those of its newest frame
    after: tuple[Link, ...]
    before: tuple[Link, ...] = ()
    start: Mapping[str, float] = field(default_factory=dict)
    frames: int = 0
    passed: int = 1

    @property
    def share(self) -> float:
        """How far it is, 0..1."""
        return smoothstep(self.passed / self.frames) if self.passed < self.frames else 1.0

    @property
    def links(self) -> tuple[Link, ...]:
        """What its newest frame is distorted by."""
        return self.after if self.share == 1 else _mixed(self.before, self.after, self.share)

    def knobs(self, params: Params) -> Params:
        """Return the params with the knobs on their way."""
        share = self.share
        if share == 1:
            return params
        eased = {name: old + (getattr(params, name) - old) * share for name, old in self.start.items()}
        return params.model_copy(update=eased)

    def next(self, params: Params) -> "_Change":
        """Return it a frame further on, or the first frame of the change to another chain."""
        if params.transform == self.params.transform:
            return replace(self, params=params, passed=self.passed + 1)
        last = self.knobs(self.params)
        start = {name: getattr(last, name) for name in _KNOBS if getattr(last, name) != getattr(params, name)}
        return _Change(params, links_of(params.transform), self.links, start, ease_frames(params))


class Easing:
    """Gives the links of each frame in turn. It counts frames, not time: the same show eases the same way."""

    def __init__(self) -> None:
        self._index: int | None = None
        self._change: _Change | None = None  # as of the newest frame,
        self._last: _Change | None = None  # and of the one before

    def links(self, params: Params, index: int | None = None) -> tuple[Link, ...]:
        """Return what the next frame is distorted by: the chain that `params` names, or on the way to it.

        Asked again for the same frame (which failed), it goes on from where it was before that.
        """
        if index is None or index != self._index:
            self._index, self._last = index, self._change
        self._change = self._last.next(params) if self._last else _Change(params, links_of(params.transform))
        return self._change.links

    def knobs(self, params: Params) -> Params:
        """Return the params for the links that were asked for last: on their way, as these are."""
        return self._change.knobs(params) if self._change else params


def ease_frames(params: Params) -> int:
    """Return how many frames a change takes by `ease`: of the rate that is kept, or of a usual one.

    With the beat it is as long as whole beats of the tempo.
    """
    seconds = params.ease
    if params.on_beat and params.bpm and params.ease:
        beat = 60 / params.bpm
        seconds = max(1, round(params.ease / beat)) * beat
    return round(seconds * (params.fps_target or _RATE))


def _mixed(before: tuple[Link, ...], after: tuple[Link, ...], share: float) -> tuple[Link, ...]:
    """Return both chains as one; a transform that is in each of them once is in it once."""
    both = {link.name for link in before if _once(link.name, before) and _once(link.name, after)}
    old = {link.name: link.scale for link in before if link.name in both}
    leaving = [Link(name, scale * (1 - share)) for name, scale in before if name not in both]
    coming = [Link(name, scale * share + old.get(name, 0.0) * (1 - share)) for name, scale in after]
    return tuple(link for link in (*leaving, *coming) if link.scale)


def _once(name: str, links: tuple[Link, ...]) -> bool:
    return [link.name for link in links].count(name) == 1
