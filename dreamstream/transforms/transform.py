"""What a transform is: a record with its help, its knobs, and a warp or a filter; and what one is told."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms.warp import Canvas, Warp


@dataclass(frozen=True)
class Tick:
    """The dreamed frame of the moment: its number from 1, the show's seed, and the frame's own generator.

    What is random draws from `rng`, what moves by itself follows `index` and `seed`: so the same seed and
    params give the same frames.
    """

    index: int
    seed: int
    rng: np.random.Generator

    @staticmethod
    def of(seed: int, index: int) -> "Tick":
        """Return the tick of a frame of a show."""
        return Tick(index, seed, np.random.default_rng((seed, index)))

    def stream(self, number: int) -> np.random.Generator:
        """Return a generator of the frame's that no other number's has drawn from; numbers from 1."""
        return np.random.default_rng((self.seed, self.index, number))


MakeWarp = Callable[[Size, Params, Tick], Warp]
Filter = Callable[[Canvas, Params, Tick], Canvas]


@dataclass(frozen=True)
class Transform:
    """One distortion: `knobs` names the params that are its own. Exactly one of warp and filter is set.

    `fault` says why it is off, where it is; an empty text else.
    """

    help: str
    knobs: tuple[str, ...]
    warp: MakeWarp | None = None
    filter: Filter | None = None
    fault: Callable[[], str] = str

    def __post_init__(self) -> None:
        if (self.warp is None) == (self.filter is None):
            raise ValueError("a transform is either a warp or a filter")
