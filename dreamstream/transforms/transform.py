"""What a transform is: a record of its help, knobs, and warp or filter; and the frame that it is made for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np

from dreamstream.knobs import TRANSFORM_CHAIN, Knobs, param
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


_dream = partial(param, group="dream")


def knob(default: Any, help: str, low: float, high: float, step: float, unit: str = "", **more: Any) -> Any:
    """Declare a number that transforms read; in the table its help begins with the names of those.

    It eases along when the transforms change, unless it is a whole number or says `eases=False`.
    """
    more = {"eases": isinstance(default, float), **more}
    return param(default, help, low, high, step, unit, group="transform", **more)


class CommonKnobs(Knobs):
    """Part of Params: what any transform may read. Rates are a dreamed frame each."""

    transform: str = _dream(
        "zoom",
        "the distortion between two dreams, or several in a row, as in zoom+rotate:0.5",
        example="zoom+rotate:0.5",
        stepped=TRANSFORM_CHAIN,
    )
    amount: float = _dream(1.0, "scales the transform", -4, 4, 0.1, "×", clamp=True, eases=True)
    every: int = _dream(1, "distort only each so many-th frame", 1, 60, 1, "frames")
    cubic: bool = param(
        True, "move the canvas by cubic interpolation (off: linear, as the article)", group="picture"
    )
    zoom: float = knob(0.02, "share cut away", -0.5, 0.5, 0.005)
    stretch: float = knob(0.02, "share of the height or width", -0.5, 0.5, 0.005)
    angle: float = knob(1.0, "turn", -180, 180, 0.25, "°")
    cycle: int = knob(90, "time to go once through", 2, 10000, 10, "frames")
    period: float = knob(90.0, "length of a wave", 2, 4096, 10, "px", length=True)


Needed = TypeVar("Needed", bound=CommonKnobs, contravariant=True)
"""The knobs that a transform reads: Params has those of all."""


@dataclass(frozen=True)
class TransformOf(Generic[Needed]):
    """One distortion: `knobs` names the params that are its own. Exactly one of warp and filter is set.

    `fault` says why it is off, where it is; an empty text else.
    """

    help: str
    knobs: tuple[str, ...]
    warp: Callable[[Size, Needed, Tick], Warp] | None = None
    filter: Callable[[Canvas, Needed, Tick], Canvas] | None = None
    fault: Callable[[], str] = str

    def __post_init__(self) -> None:
        if (self.warp is None) == (self.filter is None):
            raise ValueError("a transform is either a warp or a filter")
