"""The roam: a smooth walk over the places of a layer's map, without end.

places passed, a number that grows frame by frame -> two places and a share -> the direction between them
"""

import numpy as np

from dreamstream.dream.aim import Vector, slerp
from dreamstream.dream.layer_map import LayerMap
from dreamstream.maths import smoothstep

_LATELY = 3  # places
_TRIED = 6  # places that are looked at for the next one


class Roam:
    """Goes over a map in an order by a seed: all places before one comes back, the next unlike the last."""

    def __init__(self, layer_map: LayerMap, seed: int) -> None:
        self._places, self._seed = layer_map.vectors, seed
        self._alike = np.abs(self._places @ self._places.T)
        self._order: list[int] = []  # as far as it has been asked for

    def at(self, passed: float) -> Vector:
        """Return the direction after so many places (from 0; whole: at one), gently begun and ended."""
        leg = int(passed)
        start, end = (self._places[self.place(number)] for number in (leg, leg + 1))
        return slerp(start, end, smoothstep(passed - leg))

    def place(self, number: int) -> int:
        """Return the number on the map of the roam's place `number`, both from 0."""
        while len(self._order) <= number:
            self._go_round()
        return self._order[number]

    def _go_round(self) -> None:
        rng = np.random.default_rng([self._seed, len(self._order)])
        left = list(range(len(self._places)))
        while left:
            tried = rng.choice(left, min(_TRIED, len(left)), replace=False)
            likeness = self._alike[tried][:, self._order[-_LATELY:]]
            unlike = likeness.max(axis=1).argmin() if self._order else 0
            self._order.append(int(tried[unlike]))
            left.remove(self._order[-1])
