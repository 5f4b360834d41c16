"""Another size and quality: the params of a show -> those of the same show, larger or better.

Params that are lengths on the canvas go with it: the picture then moves the same way. `jitter` and `soften`
are lengths of the net's own, and `shear` and `roll` are shifts for each row or column: they stay.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dreamstream.knobs import ParamInfo
from dreamstream.params import TABLE, Params
from dreamstream.size import Size

Change = Callable[[float], float]
"""What becomes of a number: doubled, so many more, another."""


@dataclass(frozen=True)
class Scaling:
    """From a canvas to another, and what becomes of iterations and octaves."""

    before: Size
    after: Size
    iterations: Change | None = None
    octaves: Change | None = None

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
            factor = math.sqrt(self.after.area / self.before.area)  # between two shapes, too
            values = {
                name: _longer(info, params[name], factor) for name, info in TABLE.items() if info.length
            }
        for name, change in (("iterations", self.iterations), ("octaves", self.octaves)):
            if change is not None:
                values[name] = _fitted(TABLE[name], change(getattr(params, name)))
        return params.model_copy(update=values)


def _longer(info: ParamInfo, value: Any, factor: float) -> Any:
    """Return a length for a canvas that is so many times as large; of several numbers, those that are one."""
    if isinstance(info.length, bool):
        return _fitted(info, value * factor)
    pairs = zip(value, info.length, strict=True)
    return tuple(each * factor if is_length else each for each, is_length in pairs)


def _fitted(info: ParamInfo, value: float) -> float | int:
    assert info.low is not None and info.high is not None
    value = min(max(value, info.low), info.high)
    return round(value) if isinstance(info.default, int) else value
