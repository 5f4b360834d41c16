"""Faults: gradients that cannot be climbed, told at once where they are known, else as the frame lands."""

import math
from collections.abc import Callable, Sequence

from dreamstream.errors import DreamError
from dreamstream.pictures import Number, on


class Faults:
    """What is wrong with the gradients of one frame."""

    def __init__(self) -> None:
        self._unknown: list[tuple[Number, Sequence[str]]] = []

    def note(self, mean: Number, layers: Sequence[str]) -> None:
        """Note the mean |gradient| of some layers; DreamError where it is known to be 0 or not a number."""
        if isinstance(mean, float):
            _check(mean, layers)
        else:
            self._unknown.append((mean, layers))

    def landing(self) -> Callable[[], None]:
        """Begin to copy out what is not known yet; what comes back waits for it, and raises DreamError."""
        if not self._unknown:
            return lambda: None
        means, layers = zip(*self._unknown, strict=True)
        p = on(means[0])
        landed = p.out(p.stack(means))

        def check() -> None:
            for mean, names in zip(landed().tolist(), layers, strict=True):
                _check(mean, names)

        return check


def _check(mean: float, layers: Sequence[str]) -> None:
    if not math.isfinite(mean) or mean == 0:
        fault = "empty" if mean == 0 else "not a number"
        raise DreamError(f"the gradient of {'+'.join(layers)} is {fault}")
