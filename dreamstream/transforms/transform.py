"""What a transform is: a record with its help, its knobs, and a warp or a filter."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dreamstream.params import Params
from dreamstream.transforms.warp import Canvas, Warp

Size = tuple[int, int]
"""Height and width of the canvas."""

MakeWarp = Callable[[Size, Params, np.random.Generator], Warp]
Filter = Callable[[Canvas, Params, np.random.Generator], Canvas]


@dataclass(frozen=True)
class Transform:
    """One distortion: `knobs` names the params that are its own. Exactly one of warp and filter is set."""

    help: str
    knobs: tuple[str, ...]
    warp: MakeWarp | None = None
    filter: Filter | None = None

    def __post_init__(self) -> None:
        if (self.warp is None) == (self.filter is None):
            raise ValueError("a transform is either a warp or a filter")
