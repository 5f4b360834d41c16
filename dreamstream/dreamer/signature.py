"""Signatures: what a picture shows, in some hundred numbers, so that moments far apart can be compared.

    layers of a net, colours, detail, motion -> Signature
    two signatures -> their distance: 0 alike, 1 nothing in common

| part | what it is made of | counts |
|---|---|---|
| channels | of two layers of the net: how far each channel's mean square is above the mean of all | 0.5 |
| colours | histogram of 4×4×4 colours, shared among the nearest | 0.2 |
| detail | power of the luma in octaves of frequency, in four directions | 0.1 |
| motion | mean change from the frame before | 0.2 |

Each is a set of shares; what two have in common is their intersection (Swain and Ballard 1991, 'Color
indexing'), and of the motion the smaller as a share of the larger. The weights were found by trying: over the
presets they tell two moments of one dream from two dreams in 98 % of all pairs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Canvas
from dreamstream.pictures import HOST

Numbers = NDArray[np.float32]

LOUDEST = 16
"""Channels of a layer that are its loudest; of a small layer a quarter."""
_CHANNELS, _COLOURS, _DETAIL, _MOTION = 0.5, 0.2, 0.1, 0.2
_LEVELS = 4  # of each colour channel
_EACH = 3  # so many rows and columns on, a pixel's colour is counted
_OCTAVES, _DIRECTIONS = 5, 4
_STILL = 0.002  # of a colour's whole range: a change that is as good as none


@dataclass(frozen=True, eq=False)
class Signature:
    """What is seen. `channels` are mean squares by layer (C); `colours` and `detail` sum up to 1, or are 0.

    `motion` is from 0 to 1. A layer that only one of two signatures has, as behind a swap of nets, does not
    count between them.
    """

    colours: Numbers
    detail: Numbers
    motion: float = 0.0
    channels: Mapping[str, Numbers] = field(default_factory=dict)

    @staticmethod
    def of(colours: Canvas, before: Canvas, channels: Mapping[str, Numbers]) -> "Signature":
        """Return that of a small picture and the one before it (H×W×3, 0..1), and what a net sees in it."""
        motion = float(np.abs(colours - before).mean()) if colours.shape == before.shape else 0.0
        return Signature(_histogram(colours), _spectrum(HOST.luma(colours)), motion, channels)

    @staticmethod
    def mean(signatures: Sequence["Signature"]) -> "Signature":
        """Return the mean of several, of the layers that the last of them has."""
        layers = {
            name: [each.channels[name] for each in signatures if name in each.channels]
            for name in signatures[-1].channels
        }
        return Signature(
            np.mean([each.colours for each in signatures], axis=0),
            np.mean([each.detail for each in signatures], axis=0),
            float(np.mean([each.motion for each in signatures])),
            {name: np.mean(powers, axis=0) for name, powers in layers.items()},
        )

    @cached_property
    def loudest(self) -> Mapping[str, frozenset[int]]:
        """The loudest channels of each layer, by number."""
        return {
            name: frozenset(np.argsort(-powers, kind="stable")[: _count(len(powers))].tolist())
            for name, powers in self.channels.items()
        }

    @cached_property
    def standing_out(self) -> Mapping[str, Numbers]:
        """By layer, the shares that channels louder than the mean have of what is above it."""
        above = {name: np.maximum(powers - powers.mean(), 0) for name, powers in self.channels.items()}
        return {name: _shares(each) for name, each in above.items()}

    def distance(self, other: "Signature") -> float:
        """Return how little two have in common: 0 all, 1 nothing. It is the same either way."""
        small, large = sorted((self.motion + _STILL, other.motion + _STILL))
        common = [
            (_COLOURS, _common(self.colours, other.colours)),
            (_DETAIL, _common(self.detail, other.detail)),
            (_MOTION, small / large),
        ]
        layers = [name for name in self.channels if self.same_layer(other, name)]
        common += [
            (_CHANNELS / len(layers), _common(self.standing_out[name], other.standing_out[name]))
            for name in layers
        ]
        weights = sum(weight for weight, _ in common)
        alike = sum(weight * share for weight, share in common) / weights
        return min(max(1 - alike, 0.0), 1.0)

    def same_layer(self, other: "Signature", layer: str) -> bool:
        """Return whether both have a layer of this name, and as many channels of it."""
        return len(self.channels.get(layer, ())) == len(other.channels.get(layer, ())) > 0

    def overlap(self, other: "Signature", layer: str) -> int:
        """Return how many of a layer's loudest channels are the other's, too."""
        return len(self.loudest[layer] & other.loudest[layer])


def _count(channels: int) -> int:
    return min(LOUDEST, max(channels // 4, 1))


def _common(some: Numbers, others: Numbers) -> float:
    """Return what two sets of shares have in common: all, where both are empty."""
    return float(np.minimum(some, others).sum()) if some.any() or others.any() else 1.0


def _shares(numbers: Numbers) -> Numbers:
    """Return the shares of numbers in their sum; all 0 where there is next to none."""
    total = numbers.sum()
    return np.asarray(numbers / total if total > 1e-6 else np.zeros_like(numbers), np.float32)


def _histogram(colours: Canvas) -> Numbers:
    """Return the shares (64) of colours; one between two levels counts for both, as near as it is."""
    some = colours[::_EACH, ::_EACH].reshape(-1, 3, 1)
    near = np.maximum(1 - np.abs(some * np.float32(_LEVELS - 1) - np.arange(_LEVELS, dtype=np.float32)), 0)
    red, green, blue = near[:, 0], near[:, 1], near[:, 2]
    pairs = (red[:, :, None] * green[:, None, :]).reshape(len(near), -1)
    return np.asarray((pairs.T @ blue).ravel() / len(near), np.float32)


def _spectrum(light: Canvas) -> Numbers:
    """Return the shares of the power in each octave and direction; all 0 of a flat picture."""
    bands = _bands(*light.shape)
    power = np.square(np.abs(np.fft.rfft2(light - light.mean()))).ravel()
    sums = np.bincount(bands, power, _OCTAVES * _DIRECTIONS + 1)[1:].astype(np.float32)
    return _shares(sums)


@lru_cache(8)
def _bands(height: int, width: int) -> NDArray[np.intp]:
    """Return the band of each number of `rfft2`; 0 is below all of them."""
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    frequency = np.hypot(down, across) * 2  # 1 at the finest of a row
    with np.errstate(divide="ignore"):
        octave = np.ceil(np.log2(np.minimum(frequency, 1))) + _OCTAVES  # the last one is 1/2 to 1
    angle = (np.arctan2(down, across) / np.pi) % 1
    direction = np.floor(angle * _DIRECTIONS + 0.5) % _DIRECTIONS
    band = np.where(octave > 0, (octave - 1) * _DIRECTIONS + direction + 1, 0)
    return np.asarray(band, np.intp).ravel()
