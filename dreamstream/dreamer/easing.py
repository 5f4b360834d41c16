"""Easing: from one chain of transforms to the next without a jerk.

old chain × (1 - share) + new chain × share, share 0..1 along a smooth step

Knobs that change together with the chain, as a preset's do, go along. One that is changed by itself is there
at once: a hand wants to see what it does.
"""

from collections.abc import Mapping

from dreamstream.maths import smoothstep
from dreamstream.params import TABLE, Link, Params, links_of

_RATE = 20.0  # dreamed frames a second that `ease` counts in where no rate is kept

_KNOBS = tuple(name for name, info in TABLE.items() if info.eases)
"""The params that go along."""

_State = tuple[str | None, tuple[Link, ...], tuple[Link, ...], int, int, Mapping[str, float], Params | None]


class Easing:
    """Tells the links of each frame in turn. It counts frames, not time: the same show eases the same way."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._before: tuple[Link, ...] = ()
        self._after: tuple[Link, ...] = ()
        self._passed, self._frames = 0, 0
        self._index: int | None = None
        self._from: Mapping[str, float] = {}
        self._params: Params | None = None
        self._begun = self._state()

    def links(self, params: Params, index: int | None = None) -> tuple[Link, ...]:
        """Return what the next frame is distorted by: the chain that `params` names, or on the way to it.

        Asked again for the same frame (which failed), it goes on from where it was before that.
        """
        if index is not None and index == self._index:
            self._return(self._begun)
        self._index, self._begun = index, self._state()
        if params.transform != self._text:
            self._before, self._after = self._now(), links_of(params.transform)
            if self._params is not None:
                last = self.knobs(self._params)
                ends = ((name, getattr(last, name), getattr(params, name)) for name in _KNOBS)
                self._from = {name: before for name, before, after in ends if before != after}
            first, self._text, self._passed = self._text is None, params.transform, 0
            self._frames = 0 if first else ease_frames(params)
        self._passed, self._params = min(self._passed + 1, self._frames), params
        return self._now()

    def knobs(self, params: Params) -> Params:
        """Return the params for the links that were asked for last: on their way, as these are."""
        if self._passed >= self._frames:
            return params
        share = self._share()
        eased = {name: old + (getattr(params, name) - old) * share for name, old in self._from.items()}
        return params.model_copy(update=eased)

    def _state(self) -> _State:
        ways = self._text, self._before, self._after, self._passed, self._frames
        return *ways, self._from, self._params

    def _return(self, state: _State) -> None:
        self._text, self._before, self._after, self._passed, self._frames, self._from, self._params = state

    def _now(self) -> tuple[Link, ...]:
        if self._passed >= self._frames:
            return self._after
        return _mixed(self._before, self._after, self._share())

    def _share(self) -> float:
        return smoothstep(self._passed / self._frames)


def ease_frames(params: Params) -> int:
    """Return how many frames a change takes by `ease`: of the rate that is kept, or of a usual one."""
    return round(_seconds(params) * (params.fps_target or _RATE))


def _seconds(params: Params) -> float:
    """Return how long to ease: with the beat, whole beats of the tempo."""
    if not (params.on_beat and params.bpm and params.ease):
        return params.ease
    beat = 60 / params.bpm
    return max(1, round(params.ease / beat)) * beat


def _mixed(before: tuple[Link, ...], after: tuple[Link, ...], share: float) -> tuple[Link, ...]:
    """Return both chains as one; a transform that is in each of them once is in it once."""
    both = {link.name for link in before if _once(link.name, before) and _once(link.name, after)}
    old = {link.name: link.scale for link in before if link.name in both}
    leaving = [Link(name, scale * (1 - share)) for name, scale in before if name not in both]
    coming = [Link(name, scale * share + old.get(name, 0.0) * (1 - share)) for name, scale in after]
    return tuple(link for link in (*leaving, *coming) if link.scale)


def _once(name: str, links: tuple[Link, ...]) -> bool:
    return [link.name for link in links].count(name) == 1
