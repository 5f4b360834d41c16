"""The map of a layer: its places, each a direction over the layer's channels, found among its activations.

    activations -> decorrelated -> clusters -> places, like beside like -> LayerMap <-> text

So activation atlases find what a layer tells apart (Carter et al., 2019, 'Activation atlas'). Decorrelated,
as there: else every place would lead to the few channels that are loud in whatever is seen.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dreamstream.dream.aim import Vector

_PLACES = 48
_FEWEST = 4  # samples of a place
_SAMPLES = 20_000  # at most, so that it takes seconds
_ROUNDS = 30
_FLOOR = 1e-2  # of the mean variance, that each direction is taken to have: noise is not made loud
_FINEST = 127  # steps of a place's largest number
_TINY = 1e-12

Samples = NDArray[np.float64]
"""N×C: what the layer's channels came to at N positions."""


@dataclass(frozen=True, eq=False)
class LayerMap:
    """Places by whole numbers, K×C, of which the largest of a place is ±127: as exact in a text as here."""

    steps: NDArray[np.int8]

    @staticmethod
    def of(vectors: Samples) -> "LayerMap":
        """Return the map of directions, K×C, of any length above 0."""
        scaled = vectors * (_FINEST / np.abs(vectors).max(axis=1, keepdims=True))
        return LayerMap(scaled.round().astype(np.int8))

    @staticmethod
    def of_text(places: int, text: str) -> "LayerMap":
        """Return the map that `text` gives; ValueError where it gives none of so many places."""
        try:
            numbers = np.frombuffer(base64.b64decode(text, validate=True), np.int8)
        except (binascii.Error, ValueError):
            raise ValueError("the text of a map is base64") from None
        if not numbers.size or numbers.size % places:
            raise ValueError(f"{numbers.size} numbers are no map of {places} places")
        steps = numbers.reshape(places, -1)
        if not (np.abs(steps.astype(int)).max(axis=1) == _FINEST).all():
            raise ValueError(f"of each place of a map the largest number is {_FINEST}")
        return LayerMap(steps)

    @property
    def text(self) -> str:
        """The map as a text, a third longer than its numbers are many."""
        return base64.b64encode(self.steps.tobytes()).decode()

    @cached_property
    def vectors(self) -> Samples:
        """The places, each of norm 1."""
        return _unit(self.steps.astype(np.float64))

    @cached_property
    def places(self) -> Mapping[str, Vector]:
        """The places by their names: `m0`, `m1`, ..."""
        return {f"m{number}": vector for number, vector in enumerate(self.vectors)}


def samples_of(activations: Iterable[NDArray[np.float32]]) -> Samples:
    """Return what the channels come to at the positions of blobs (C×H×W, or C), evenly chosen of many."""
    whole = np.concatenate([blob.reshape(len(blob), -1).T for blob in activations]).astype(np.float64)
    chosen = np.linspace(0, len(whole) - 1, min(len(whole), _SAMPLES)).round().astype(int)
    evenly: Samples = whole[chosen]
    return evenly


def map_of_samples(samples: Samples) -> LayerMap:
    """Return the map of what is told apart in samples; ValueError where that is nothing.

    A place is the direction whose dot product is the one with its cluster's centre, decorrelated: a step of
    it moves what belongs to the place, and not what is always loud. The same samples give the same map.
    """
    count = min(_PLACES, len(samples) // _FEWEST)
    if not count or not np.isfinite(samples).all():
        raise ValueError("the pictures show too little of it")
    variances, axes = np.linalg.eigh(np.atleast_2d(np.cov(samples.T)))
    floor = _FLOOR * variances.mean()
    if floor <= 0:
        raise ValueError("all pictures look the same to it")
    whitening = (axes * (variances.clip(0) + floor) ** -0.5) @ axes.T
    centres, sizes = _clusters(_unit((samples - samples.mean(axis=0)) @ whitening), count)
    return LayerMap.of((centres @ whitening)[_like_beside_like(centres, sizes)])


def _clusters(directions: Samples, count: int) -> tuple[Samples, NDArray[np.int64]]:
    """Return the centres of clusters, and how many are in each; none is empty.

    By spherical k-means (Dhillon and Modha, 2001) from centres that are far from each other (k-means++).
    """
    rng = np.random.default_rng(0)
    centres, distance = directions[:1], np.ones(len(directions))
    while len(centres) < count:
        distance = np.minimum(distance, 1 - directions @ centres[-1]).clip(_TINY)
        chosen = rng.choice(len(directions), p=distance / distance.sum())
        centres = np.concatenate([centres, directions[chosen : chosen + 1]])
    for _ in range(_ROUNDS):
        nearest = (directions @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, directions)
        centres = np.where(np.abs(sums).max(axis=1, keepdims=True) > _TINY, _unit(sums), centres)
    sizes = np.bincount(nearest, minlength=count)
    return centres[sizes > 0], sizes[sizes > 0]


def _like_beside_like(centres: Samples, sizes: NDArray[np.int64]) -> list[int]:
    """Return an order from the largest cluster on, each time to the nearest of those that are left."""
    order, left = [int(sizes.argmax())], set(range(len(centres)))
    while left := left - {order[-1]}:
        order.append(max(sorted(left), key=lambda other: float(centres[order[-1]] @ centres[other])))
    return order


def _unit(vectors: Samples) -> Samples:
    unit: Samples = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), _TINY)
    return unit
