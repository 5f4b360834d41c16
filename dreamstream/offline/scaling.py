"""Another size and quality: the params of a show -> those of the same show, larger or better.

Knobs that are lengths on the canvas go with it: the picture then moves the same way. `jitter` and `soften`
are lengths of the net's own, and `shear` and `roll` are shifts for each row or column: they stay.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dreamstream.params import TABLE, Params
from dreamstream.size import Size

Change = Callable[[float], float]
"""What becomes of a number: doubled, so many more, another."""

LENGTHS = (
    *("shake", "shift", "wave", "period", "random_low", "random_high", "roll_group", "ripple", "flow"),
    *("eddy", "blur", "median", "unsharp_radius", "offset"),
)
"""The params that are lengths in canvas pixels, beside the shifts of `matrix`."""


@dataclass(frozen=True)
class Scaling:
    """From a canvas to another, and what becomes of iterations and octaves."""

    before: Size
    after: Size
    iterations: Change | None = None
    octaves: Change | None = None

    @property
    def factor(self) -> float:
        """How much longer lengths are: between two shapes, as the root of the area is."""
        return math.sqrt(self.after.area / self.before.area)

    @property
    def same(self) -> bool:
        """Whether nothing is changed at all."""
        return self.before == self.after and self.iterations is None and self.octaves is None

    def __call__(self, params: Params) -> Params:
        """Return the params for the other canvas, each within its range."""
        if self.same:
            return params
        values: dict[str, Any] = {}
        if self.before != self.after:
            values = {name: _fitted(name, getattr(params, name) * self.factor) for name in LENGTHS}
            a, b, x, c, d, y = params.matrix
            values["matrix"] = (a, b, x * self.factor, c, d, y * self.factor)
        for name, change in (("iterations", self.iterations), ("octaves", self.octaves)):
            if change is not None:
                values[name] = _fitted(name, change(getattr(params, name)))
        return params.model_copy(update=values)


def _fitted(name: str, value: float) -> float | int:
    info = TABLE[name]
    assert info.low is not None and info.high is not None
    value = min(max(value, info.low), info.high)
    return round(value) if isinstance(info.default, int) else value
