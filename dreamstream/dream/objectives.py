"""Objectives: what a dream maximises, as small frozen values.

    layer -> activations -> (value, seed of the backward pass)

Activations are 1×C×H×W, or 1×C behind an inner product, as numpy arrays or torch tensors on any device:
what stands here uses what the two share, and waits for no device. The seed is the value's gradient, Caffe's
`diff`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.errors import NetError
from dreamstream.nets import Objective
from dreamstream.pictures import on

_PRODUCTS = 2**22  # dot products of a guide held at a time: 16 MB
_TINY = 1e-12
_QUIET = 1e-2  # power of a channel, in parts of the mean one, that is no longer made louder
_SILENT = 1e-4  # the same, that is no channel's
_ASKEW = 0.1  # cosine below which it counts as this much: what is far off is still drawn a little


@dataclass(frozen=True, eq=False)
class _OfOneLayer:
    layer: str

    @property
    def layers(self) -> tuple[str, ...]:
        """The one layer."""
        return (self.layer,)


@dataclass(frozen=True)
class L2(_OfOneLayer):
    """Half the squared norm of a layer: the notebook's objective, whose seed is the layer itself.

    With `variety` above 0 each channel is divided by its loudness (its root mean square over the picture, in
    parts of all channels') to that power: fed back, the loudest few would else be all that is ever seen.
    `pick` leaves the `count` channels that are `strong`, `weak` or `average` in the step, by their power
    (neural-dream's channel modes). Channels may also have `weights`, shaped to be multiplied with the
    activations, where those are.
    """

    variety: float = 0.0
    pick: str = field(default="all", repr=False)  # a pull is the same whichever are picked
    count: int = field(default=0, compare=False, repr=False)
    weights: Any = field(default=None, compare=False, repr=False)

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return ½‖a‖² and a, each channel weighted."""
        a = activations[self.layer]
        seed = a
        if self.variety and a.ndim == 4:
            power = power_of(a)
            share = power / (power.mean() + _TINY) + _QUIET
            seed = a * share ** (-self.variety / 2)
        if _fits(self.weights, a):
            seed = seed * self.weights
        if self.pick != "all":
            chosen = seed * picked(power_of(a), self.pick, self.count)
            seed = _unless_silent(chosen, chosen, seed)
        return 0.5 * (a * seed).sum(), {self.layer: seed}


@dataclass(frozen=True)
class Channels(_OfOneLayer):
    """The sum of the chosen channels over the picture, with seed one there.

    Not of their squares: their seed would be the activation itself, and a channel that is silent would
    never wake. Behind a ReLU a silent channel has no gradient at all: while all of the chosen ones are
    silent everywhere, the seed is the whole layer, so that the dream goes on until one of them wakes.
    Those that are tired give way (`dream.fatigue.giving`).
    """

    channels: tuple[int, ...]
    giving: Any = field(default=None, compare=False, repr=False)

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return the sum and the seed; NetError for a channel that the layer does not have."""
        return _sum_of(activations[self.layer], self.layer, self.channels, "channel", self.giving)


@dataclass(frozen=True, eq=False)
class Direction(_OfOneLayer):
    """A direction over the layer's channels: each position is drawn along it, or away where that is negative.

    `vector` has a number for each channel, and norm 1. The value is the sum over the positions of the dot
    product times the cosine, at least 0.1, to the power `focus`: with it a position that is near the
    direction already counts more than one that is only loud (Lucid's `direction` with `cossim_pow`; Carter
    et al., 2019, 'Activation atlas'). What `Channels` says of silent ones holds while no position has any,
    and what it asks for and is tired gives way (`dream.fatigue.giving`).
    """

    vector: NDArray[np.float64]
    focus: float = 0.0
    giving: Any = field(default=None, repr=False)

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return the value and its gradient; NetError where the layer has another number of channels."""
        a = activations[self.layer]
        count = len(self.vector)
        if a.shape[1] != count:
            raise NetError(f"layer '{self.layer}' has {a.shape[1]} channels, the direction {count}")
        places, along = a.reshape(count, -1).T, self._along(a)  # N×C, as most engines hold them
        dot = places @ along
        if self.focus == 0:
            value, seed = dot.sum(), places * 0 + along
        else:
            square = (places * places).sum(1) + _TINY
            cosine = dot / square**0.5
            factor = cosine.clip(_ASKEW, None) ** self.focus
            # d(dot · cosine^p) = cosine^p · ((1 + p) · vector - p · dot / |a|² · a)
            inward = factor * (cosine > _ASKEW) * self.focus
            value = (dot * factor).sum()
            seed = (factor + inward)[:, None] * along - (inward * dot / square)[:, None] * places
        return value, {self.layer: _unless_silent(dot, seed.T.reshape(a.shape), a)}

    def _along(self, a: Any) -> Any:
        """Return the vector where an activation is, of norm 1 also where some of it gives way."""
        along = _beside(a, self.vector)
        if not _fits(self.giving, a):
            return along
        bent = along * (1 - self.giving.reshape(-1))
        return bent / ((bent * bent).sum() ** 0.5 + _TINY)


@dataclass(frozen=True)
class Class(_OfOneLayer):
    """One output of a classifier before its softmax, with a one-hot seed.

    Behind the softmax the gradient fades as the net grows sure, and the other classes fall instead. Some
    nets have a ReLU last (SqueezeNet): what `Channels` says of silent ones holds there, too.
    """

    index: int

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return the class's output and the seed; NetError for a class that the layer does not have."""
        return _sum_of(activations[self.layer], self.layer, (self.index,), "class")


@dataclass(frozen=True, eq=False)
class Guide(_OfOneLayer):
    """The notebook's best match: each position is drawn to the guide's features that fit it best.

    `features` are the guide's at that layer, C×N for N positions. The best fit of a position is the one
    with the largest dot product; the value is the sum of these products, the seed the chosen features.
    """

    features: NDArray[np.float32]
    _copies: dict[object, Any] = field(default_factory=dict, init=False, repr=False)  # on devices, made once

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return the sum of the best products and the features that gave them, in bounded memory."""
        a = activations[self.layer]
        count, places = self.features.shape
        if a.shape[1] != count:
            raise NetError(f"layer '{self.layer}' has {a.shape[1]} channels, the guide's features {count}")
        features = self._beside(a)
        flat = a.reshape(count, -1)
        seed = flat * 0
        rows = max(1, _PRODUCTS // places)
        for start in range(0, flat.shape[1], rows):
            best = (flat[:, start : start + rows].T @ features).argmax(1)
            seed[:, start : start + rows] = features[:, best]
        return (flat * seed).sum(), {self.layer: seed.reshape(a.shape)}

    def _beside(self, a: Any) -> Any:
        """Return the features where an activation is, and of its type."""
        if isinstance(a, np.ndarray):
            return self.features
        if (a.device, a.dtype) not in self._copies:
            self._copies[a.device, a.dtype] = a.new_tensor(self.features)
        return self._copies[a.device, a.dtype]


@dataclass(frozen=True)
class Sum:
    """A weighted sum of objectives; parts of one layer add up there.

    Each part's seed is first divided by its own norm. An L2's seed grows with the layer's size and with
    how loud it is, a class's is always one number: plainly added, the loudest would be all that is seen.
    So a weight says how hard a part pulls at its own layer, whatever that layer's scale and size. The
    value is that of the parts divided by the same norms, and the seed is its gradient with the norms held.
    """

    parts: tuple[tuple[float, Objective], ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers of all parts, each once, in the order of the parts."""
        return tuple(dict.fromkeys(layer for _, part in self.parts for layer in part.layers))

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return the weighted sum of the parts' values and seeds, each divided by its seed's norm."""
        total: Any = 0.0
        seeds: dict[str, Any] = {}
        for weight, part in self.parts:
            value, own = part.seed(activations)
            factor = weight / (sum((seed * seed).sum() for seed in own.values()) ** 0.5 + _TINY)
            total = total + value * factor
            for layer, seed in own.items():
                seeds[layer] = seeds[layer] + seed * factor if layer in seeds else seed * factor
        return total, seeds


def power_of(a: Any) -> Any:
    """Return the mean square of each channel, shaped to be multiplied with the activations."""
    return (a * a).mean(axis=(2, 3), keepdims=True) if a.ndim == 4 else a * a


def picked(power: Any, pick: str, count: int) -> Any:
    """Return 1 for the `count` channels that are `strong`, `weak` or `average` in power, else 0.

    What is silent is not weak: it has no gradient. The average ones are nearest to the mean.
    """
    flat = power.reshape(-1)
    if pick == "strong":
        order = -flat
    elif pick == "weak":
        order = flat + (flat <= _SILENT * flat.mean()) * flat.max()
    else:
        order = abs(flat - flat.mean())
    return (order.argsort().argsort() < count).reshape(power.shape)


def _sum_of(
    a: Any, layer: str, channels: tuple[int, ...], what: str, giving: Any = None
) -> tuple[Any, Mapping[str, Any]]:
    """Return the sum of some channels and its gradient, or the whole layer while all of them are silent."""
    count = a.shape[1]
    for channel in channels:
        if not 0 <= channel < count:
            raise NetError(f"layer '{layer}' has no {what} {channel}; there are {count}, from 0")
    seed = a * 0
    for channel in channels:  # a list of them would be copied to a device each time
        seed[:, channel] = 1
    if _fits(giving, a):
        seed = seed * (1 - giving)
    chosen = a * seed
    return chosen.sum(), {layer: _unless_silent(chosen, seed, a)}


def _fits(numbers: Any, a: Any) -> bool:
    """Return whether there are numbers for the channels of an activation."""
    return numbers is not None and numbers.shape[1] == a.shape[1]


def _unless_silent(chosen: Any, seed: Any, a: Any) -> Any:
    """Return the seed of what is chosen, or the whole layer while all of that is 0."""
    if isinstance(a, np.ndarray):
        return seed if chosen.any() else a
    return seed.where(chosen.any(), a)


def _beside(a: Any, numbers: NDArray[Any]) -> Any:
    """Return numbers where an activation is, and of its type."""
    if isinstance(a, np.ndarray):
        return numbers.astype(a.dtype)
    return on(a).of(numbers.astype(np.float32)).to(a.dtype)
