"""Fatigue: what was seen for long gives way, as `variety` does it in one frame and `restless` in one place.

    seeds of a frame -> power of each channel -> its mean over minutes -> a weight for each -> L2's seed
                                                              -> what gives way of what is asked for

A channel's power counts in parts of its layer's mean one. A layer that nothing was heard of is rested: each
channel is at 1, and goes back there while the layer is not climbed.
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

_LAYERS = 8  # that are remembered
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


def tired(before: Powers, heard: Powers, params: Params) -> Powers:
    """Return the means after one more frame, the layer that was heard last behind."""
    share = 1 / max(1, frames_in(params.fatigue_time, params))
    rested = {layer: mean + (1 - mean) * share for layer, mean in before.items() if layer not in heard}
    for layer, power in heard.items():
        mean = before.get(layer)
        if mean is None or mean.shape != power.shape:
            mean = power * 0 + 1
        rested[layer] = mean + (power - mean) * share
    return dict(list(rested.items())[-_LAYERS:])


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
