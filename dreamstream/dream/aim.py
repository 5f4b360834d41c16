"""Aim: what a frame climbs beyond its params, as one frozen value that is made anew for each frame.

    aim of the frame before, params -> turns of the direction, steps of the roam, tired channels -> aim
    -> `Goal.at_octaves`

Frames count, not time: the same show aims the same way.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from dreamstream.dream.fatigue import Memory, Powers, tired
from dreamstream.maths import eased, smoothstep
from dreamstream.params import Params
from dreamstream.params.frames import ease_frames, way_frames
from dreamstream.params.terms import Term, terms_of
from dreamstream.params.walk import leg_of, walk_layers

Vector = NDArray[np.float64]
"""One number for each of a layer's channels, of norm 1."""

_UNDER_WAY = 16  # turns at a time: one more takes the place of the newest, which has hardly begun then
_LEAST = 1e-3  # share of a layer that the walk is between
_SLIGHT = 1e-9  # sine of an angle between two directions that are one line


@dataclass(frozen=True)
class Turn:
    """The turn to a direction's terms, none for no direction; without frames it is there."""

    terms: tuple[Term, ...]
    frames: int = 0  # that it takes,
    passed: int = 1  # and those of it up to this one

    @property
    def share(self) -> float:
        """How far it is, 0..1."""
        return eased(self.passed, self.frames)


@dataclass(frozen=True)
class Aim:
    """The newest frame's; by its params alone it is there."""

    params: Params
    turns: tuple[Turn, ...]
    """Those of the direction, oldest first: the first is there, each of the others turns away from it."""
    roamed: float = 0.0
    """How many places of the layer's map the roam has passed."""
    walked: float = 0.0
    """How many layers the walk has come along."""
    tired: Memory = field(default_factory=dict)
    """How loud each channel was, by layer: empty without fatigue."""

    @staticmethod
    def of(params: Params) -> "Aim":
        """Return that of a frame with none before it."""
        return Aim(params, (Turn(terms_of(params.direction)),))

    def next(self, params: Params) -> "Aim":
        """Return that of the next frame: other terms are turned to over `ease`.

        Other weights of the same terms are there at once, and so is what comes with another layer.
        """
        roamed = self.roamed + (1 / way_frames(params.roam_time, params) if params.roam else 0.0)
        walked = (
            self.walked + 1 / way_frames(params.walk_time, params) if params.walk == self.params.walk else 0.0
        )
        if params.layer != self.params.layer:
            return replace(self, params=params, turns=Aim.of(params).turns, roamed=roamed, walked=walked)
        turns = [replace(turn, passed=turn.passed + 1) for turn in self.turns]
        terms = terms_of(params.direction)
        if {term.name for term in terms} == {term.name for term in turns[-1].terms}:
            turns[-1] = replace(turns[-1], terms=terms)
        else:
            turns[_UNDER_WAY:] = [Turn(terms, ease_frames(params))]
        done = max((at for at, turn in enumerate(turns) if turn.share == 1), default=0)
        return replace(self, params=params, turns=tuple(turns[done:]), roamed=roamed, walked=walked)

    def heard(self, powers: Powers) -> "Aim":
        """Return it after its frame, with what was heard of that."""
        return replace(self, tired=tired(self.tired, powers, self.params) if self.params.fatigue else {})

    @property
    def next_leg(self) -> "Aim":
        """Return that of where the walk is between the next two of its layers."""
        return replace(self, walked=math.floor(self.walked) + 1.5)

    @property
    def between(self) -> tuple[tuple[float, str], ...]:
        """The two layers that the walk is between, each with its share; none without a walk."""
        names = walk_layers(self.params.walk)
        if not names:
            return ()
        first, second, along = leg_of(names, self.walked)
        share = min(max(smoothstep(along), _LEAST), 1 - _LEAST)
        return (1 - share, first), (share, second)

    def heading(self, vector_of: Callable[[tuple[Term, ...]], Vector | None]) -> tuple[Vector | None, float]:
        """Return the direction on its way, and how much of it there is (0..1); None where there is none.

        `vector_of` gives the direction of terms.
        """
        vector, presence = None, 0.0
        for turn in self.turns:
            share, target = turn.share, vector_of(turn.terms)
            presence += ((target is not None) - presence) * share
            if vector is None or target is None:
                vector = target if vector is None else vector
            else:
                vector = slerp(vector, target, share)
        return vector, presence


def slerp(start: Vector, end: Vector, share: float) -> Vector:
    """Return the direction so far (0..1) on the arc between two (Shoemake, 1985, 'Animating rotation').

    From one to its opposite it goes by way of the channel that has least of both.
    """
    if share in (0, 1):
        return end if share else start
    cosine = float(start @ end)
    across = end - cosine * start
    if np.linalg.norm(across) < _SLIGHT:
        if cosine > 0:
            return end
        across = np.zeros_like(start)
        across[np.abs(start).argmin()] = 1.0
        across -= (across @ start) * start
    sine = float(np.linalg.norm(across))
    if sine < _SLIGHT:  # a layer of one channel
        return start if share < 0.5 else end
    angle = share * np.arctan2(float(np.linalg.norm(end - cosine * start)), cosine)
    turned: Vector = np.cos(angle) * start + np.sin(angle) * (across / sine)
    return turned
