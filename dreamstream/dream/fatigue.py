"""Fatigue: what was seen for long gives way, as `variety` does it in one frame and `restless` in one place.

    seeds of a frame -> power of each channel -> its mean some time ago -> a weight for each -> L2's seed
                                                              -> what gives way of what is asked for

A channel's power counts in parts of its layer's mean one. A layer that nothing was heard of is rested: each
channel is at 1, and goes back there while the layer is not climbed.

What counts is how loud a channel was about the `fatigue_time` ago, and not now: pushed against at once, a
scene fights itself, and what was seen before it is soon forgotten. So the mean is the last of a few, each of
which follows the one before it (De Vries and Principe, 1992, 'The gamma model').
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dreamstream.dream.objectives import power_of
from dreamstream.nets import Objective
from dreamstream.params import Params
from dreamstream.params.frames import frames_in
from dreamstream.pictures import on
from dreamstream.size import Size

Powers = Mapping[str, Any]
"""A layer -> one number a channel, shaped to be multiplied with its activations, where those are."""

Memory = Mapping[str, tuple[Any, ...]]
"""A layer -> its means, shaped as the powers: one follows what is heard, each other the one before it."""

_LAYERS = 8  # that are remembered
_MEANS = 4  # of a layer: with more the time that counts is sharper, with one it is now
_TINY = 1e-12
_STEEP = 4.0  # weight that a channel loses with each doubling of its power
_GENTLE = 2.0  # share that what is asked for loses with each doubling: it is to be seen first
_UTMOST = 8.0  # times the mean power, or its part, beyond which it no longer counts


@dataclass
class Ear:
    """Hears how loud the channels are that one frame climbs, in all of its gradients."""

    _sums: dict[str, Any] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def hear(self, activations: Mapping[str, Any]) -> None:
        """Note the power of each layer's channels, in parts of the layer's mean one."""
        for layer, a in activations.items():
            power = power_of(a)
            share = power / (power.mean() + _TINY)
            self._sums[layer] = self._sums[layer] + share if layer in self._sums else share
            self._counts[layer] = self._counts.get(layer, 0) + 1

    def listening(self, at: Callable[[Size], Objective]) -> Callable[[Size], Objective]:
        """Return objectives by the size of an octave that are heard while they are climbed."""
        return lambda size: Heard(at(size), self)

    @property
    def powers(self) -> Powers:
        """The mean of what was heard."""
        return {layer: total / self._counts[layer] for layer, total in self._sums.items()}


@dataclass(frozen=True)
class Heard:
    """An objective whose layers are heard while it is climbed."""

    objective: Objective
    ear: Ear

    @property
    def layers(self) -> tuple[str, ...]:
        """The objective's layers."""
        return self.objective.layers

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return the objective's own value and seed."""
        self.ear.hear(activations)
        return self.objective.seed(activations)


def tired(before: Memory, heard: Powers, params: Params) -> Memory:
    """Return the means after one more frame, the layer that was heard last behind."""
    share = min(_MEANS / max(1, frames_in(params.fatigue_time, params)), 1.0)
    rested = {
        layer: _followed(means, means[0] * 0 + 1, share)
        for layer, means in before.items()
        if layer not in heard
    }
    for layer, power in heard.items():
        means = before.get(layer, ())
        if not means or means[0].shape != power.shape:
            means = (power * 0 + 1,) * _MEANS
        rested[layer] = _followed(means, power, share)
    return dict(list(rested.items())[-_LAYERS:])


def _followed(means: tuple[Any, ...], power: Any, share: float) -> tuple[Any, ...]:
    """Return means after a power was heard, each nearer by a share to the one before it."""
    moved = []
    for mean in means:
        power = mean + (power - mean) * share
        moved.append(power)
    return tuple(moved)


def lately(memory: Memory, layer: str) -> Any:
    """Return the mean power of a layer's channels that counts; None where nothing is remembered of it."""
    return memory[layer][-1] if layer in memory else None


def weights(mean: Any, strength: float) -> Any:
    """Return what each channel's seed is multiplied by: 1 for a rested one, less for one that was loud.

    A channel with twice its share is climbed down: what is only climbed less stays among the loudest, as
    powers of the share showed, since `variety` holds all others back as much.
    """
    known = mean.clip(1 / _UTMOST, _UTMOST)
    return 1 - _STEEP * strength * on(known).maths.log2(known)


def giving(mean: Any, strength: float) -> Any:
    """Return how much of what channels or a direction ask for gives way: 0 of a rested one, 1 all of it.

    Never more than that: asked for the other way round, a channel would be as loud again, below zero.
    """
    known = mean.clip(1, _UTMOST)
    return (_GENTLE * strength * on(known).maths.log2(known)).clip(0, 1)
