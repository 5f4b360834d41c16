"""What a transform is: a record of its help, knobs, and warp or filter; and the frame that it is made for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from dreamstream.knobs import TRANSFORM_CHAIN, Knobs, param
from dreamstream.pictures import HOST, Picture, Pictures
from dreamstream.size import Size
from dreamstream.transforms.warp import Field, Warp


@dataclass(frozen=True)
class Tick:
    """The dreamed frame of the moment: its number from 1, the show's seed, and the frame's own generator.

    What is random draws from `rng`, what moves by itself follows `index` and `seed`: so the same seed and
    params give the same frames. `pictures` is where the canvas is: there fields are made.
    """

    index: int
    seed: int
    rng: np.random.Generator
    pictures: Pictures = HOST

    @staticmethod
    def of(seed: int, index: int, pictures: Pictures = HOST) -> "Tick":
        """Return the tick of a frame of a show."""
        return Tick(index, seed, np.random.default_rng((seed, index)), pictures)

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
    border: str = param(
        "mirror",
        "what a transform draws in at the border: a mirror image, or fresh colours that are dreamt on",
        choices=("mirror", "fresh"),
        group="picture",
    )
    zoom: float = knob(0.02, "share cut away", -0.5, 0.5, 0.005)
    stretch: float = knob(0.02, "share of the height or width", -0.5, 0.5, 0.005)
    angle: float = knob(1.0, "turn", -180, 180, 0.25, "°")
    cycle: int = knob(90, "time to go once through", 2, 10000, 10, "frames")
    period: float = knob(90.0, "length of a wave", 2, 4096, 10, "px", length=True)


MakeWarp = Callable[[Size, Any, Tick], Warp]
Filter = Callable[[Picture, Any, Tick], Picture]
"""Each reads the knobs of its own module; Params has those of all."""


@dataclass(frozen=True)
class Transform:
    """One distortion: `knobs` names the params that are its own. One of warp and filter is set.

    A filter on the `host` wants the canvas there, wherever it is. `fault` says why it is off, where it is;
    an empty text else.
    """

    help: str
    knobs: tuple[str, ...] = ()
    warp: MakeWarp | None = None
    filter: Filter | None = None
    host: bool = False
    fault: Callable[[], str] = str


class Transforms(dict[str, Transform]):
    """A module's transforms by name: the function's below the declaration, with `-` for `_`."""

    def warp(self, help: str, *knobs: str, still: bool = False) -> Callable[[MakeWarp], MakeWarp]:
        """Declare a warp; one that is `still`, the same at each frame of a show, is made once and kept."""

        def declared(make: MakeWarp) -> MakeWarp:
            warp = partial(_still, make, knobs) if still else make
            self[_name(make)] = Transform(help, knobs, warp=warp)
            return make

        return declared

    def filter(self, help: str, *knobs: str, host: bool = False) -> Callable[[Filter], Filter]:
        """Declare a filter; one that only the `host` has gets an array there, as from a device."""

        def declared(function: Filter) -> Filter:
            self[_name(function)] = Transform(help, knobs, filter=function, host=host)
            return function

        return declared


def _name(function: Callable[..., Any]) -> str:
    return function.__name__.replace("_", "-")


STILL: dict[tuple[Any, ...], Warp] = {}
"""The newest still warps, the one used last behind: a field of 1920×1080 and its maps hold 33 MB."""


def _still(make: MakeWarp, knobs: tuple[str, ...], size: Size, params: CommonKnobs, tick: Tick) -> Warp:
    """Return a still warp, the same object for as long as few others are asked for."""
    key = (make, size, tick.pictures, tick.seed, params.amount, *(getattr(params, name) for name in knobs))
    warp = STILL.pop(key, None) or make(size, params, tick)
    if isinstance(warp, Field) and tick.pictures is HOST:
        warp.vectors.flags.writeable = False  # all who ask get this one
    STILL[key] = warp
    if len(STILL) > 8:
        STILL.pop(next(iter(STILL)))
    return warp
