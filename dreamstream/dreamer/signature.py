"""Signatures: what a picture shows, in some hundred numbers, so that moments far apart can be compared.

    layers of a net, colours, detail, motion -> Signature
    two signatures -> their distance: 0 alike, 1 nothing in common

| part | what it is made of | how much of it two have in common | counts |
|---|---|---|---|
| channels | mean square of each channel of two layers | of the loudest, beyond chance | 0.5 |
| colours | histogram of 4×4×4 colours, shared among the nearest | what overlaps | 0.25 |
| detail | power of the luma in octaves of frequency, in four directions | what overlaps | 0.15 |
| motion | mean change from the frame before | the smaller of the larger | 0.1 |

The loudest channels say what is seen, and count most; the others tell apart what a net calls the same.
Histograms are compared by their intersection (Swain and Ballard 1991, 'Color indexing'), loudest channels by
their agreement beyond chance (Cohen 1960, 'A coefficient of agreement for nominal scales').
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
_CHANNELS, _COLOURS, _DETAIL, _MOTION = 0.5, 0.25, 0.15, 0.1
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

    def distance(self, other: "Signature") -> float:
        """Return how little two have in common: 0 all, 1 nothing. It is the same either way."""
        small, large = sorted((self.motion + _STILL, other.motion + _STILL))
        common = [
            (_COLOURS, float(np.minimum(self.colours, other.colours).sum())),
            (_DETAIL, float(np.minimum(self.detail, other.detail).sum())),
            (_MOTION, small / large),
        ]
        layers = [name for name in self.channels if self.same_layer(other, name)]
        common += [(_CHANNELS / len(layers), self._agreement(other, name)) for name in layers]
        weights = sum(weight for weight, _ in common)
        alike = sum(weight * share for weight, share in common) / weights
        return min(max(1 - alike, 0.0), 1.0)

    def same_layer(self, other: "Signature", layer: str) -> bool:
        """Return whether both have a layer of this name, and as many channels of it."""
        return len(self.channels.get(layer, ())) == len(other.channels.get(layer, ())) > 0

    def overlap(self, other: "Signature", layer: str) -> int:
        """Return how many of a layer's loudest channels are the other's, too."""
        return len(self.loudest[layer] & other.loudest[layer])

    def _agreement(self, other: "Signature", layer: str) -> float:
        """Return which share of the loudest is the same, where 0 is what chance alone makes the same."""
        count, channels = len(self.loudest[layer]), len(self.channels[layer])
        if count == channels:
            return 1.0
        chance = count / channels
        return max((self.overlap(other, layer) / count - chance) / (1 - chance), 0.0)


def _count(channels: int) -> int:
    return min(LOUDEST, max(channels // 4, 1))


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
    sums = np.bincount(bands, power, _OCTAVES * _DIRECTIONS + 1)[1:]
    total = sums.sum()
    return np.asarray(sums / total if total > 1e-6 else np.zeros_like(sums), np.float32)


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
