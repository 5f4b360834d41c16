"""Pulls: how strongly each part of a mixed dream moves the picture, measured once.

A pull at a classifier's output moves the picture some thirty times less than one as strong at a layer in the
middle. What is dreamt depends on them: a show tells each, and a replay takes it in place of measuring it.
"""

from collections import OrderedDict

import numpy as np

from dreamstream.dream.objectives import Direction, Guide, Sum
from dreamstream.nets import Network, Objective
from dreamstream.pictures import Picture, on

_MOST = 64  # parts whose pull is remembered


class Pulls:
    """Those of the parts of one net's dreams."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._known: OrderedDict[str, float] = OrderedDict()
        self._new: dict[str, float] = {}

    def __contains__(self, part: Objective) -> bool:
        return _key(part) in self._known

    def of(self, part: Objective, canvas: Picture) -> float:
        """Return the mean |gradient| of a part whose seed has norm 1."""
        key = _key(part)
        if key not in self._known:
            gradient, _ = self._network.input_gradient(canvas, Sum(((1.0, part),)))
            pull = float(np.abs(on(gradient).host(gradient)).mean())
            if not np.isfinite(pull) or pull == 0:
                return 1.0  # not remembered: the ascent says what is wrong, or the next canvas is better
            self._new[key] = pull
            self.take(key, pull)
        self._known.move_to_end(key)
        return self._known[key]

    def take(self, key: str, pull: float) -> None:
        """Take a pull that was measured in another run of the show."""
        self._known[key] = pull
        if len(self._known) > _MOST:
            self._known.popitem(last=False)

    def new(self) -> dict[str, float]:
        """Return those measured since the last call, by part."""
        new, self._new = self._new, {}
        return new


def _key(part: Objective) -> str:
    match part:
        case Guide(layer=layer):
            return f"guide {layer}"  # without its features
        case Direction(layer=layer):
            return f"direction {layer}"  # wherever it turns
        case _:
            return repr(part)
