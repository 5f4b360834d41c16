"""The interface: what may be done to a picture, wherever it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.size import Size

Picture = Any
"""H×W×3, or H×W, float32, RGB, 0..255: an array of NumPy's or a tensor of torch's, by where it is.

What both have by the same name needs no primitive: + - * /, also in place, and slices. A scalar of NumPy's
must not stand on the left of a tensor.
"""

Number = Any
"""A float on the host; on a device a tensor without axes, which nobody waits for."""

Numbers = Any
"""An array or a tensor of a few numbers, float64 where there is that."""

Landing = Callable[[], NDArray[Any]]
"""Waits until numbers are on the host, and returns them, read-only."""


Clock = Callable[[], float]
"""Seconds."""


def timed_by(clock: Clock) -> Callable[[], Callable[[], float]]:
    """Return a timer of work that is done when its call returns."""
    began = clock()

    def stop() -> Callable[[], float]:
        seconds = clock() - began
        return lambda: seconds

    return stop


class Pictures(ABC):
    """All that is done to pictures in one place. Nothing here waits for a device but what says so.

    Borders are reflected about the outermost pixels, where nothing else is said. Pictures that are returned
    are new, but those of functions that write over one.
    """

    device: str
    """What torch calls the place; empty on the host."""

    ahead = 0
    """How many frames may be begun before the one before has landed: it is copied out meanwhile."""

    maths: Any
    """NumPy or torch, for the functions that both have by one name: sin, exp, arctan2, sqrt ..."""

    # to and fro

    @abstractmethod
    def of(self, array: NDArray[Any]) -> Any:
        """Return an array of the host's here; on the host the same one."""

    @abstractmethod
    def constant(self, array: NDArray[Any]) -> Any:
        """Return an array that is asked for again and again, and never written to: it is kept here."""

    @abstractmethod
    def host(self, picture: Picture) -> NDArray[np.float32]:
        """Return the picture as an array; waits for it."""

    @abstractmethod
    def out(self, numbers: Any) -> Landing:
        """Begin to copy out any numbers, which nobody may write to any more."""

    @abstractmethod
    def pixels(self, picture: Picture) -> Landing:
        """Begin to copy out the picture as uint8, rounded to whole grey levels and cut to 0..255."""

    @abstractmethod
    def dense(self, picture: Picture) -> Picture:
        """Return the picture as pictures are laid out here; the same one where it is."""

    @abstractmethod
    def copy(self, picture: Picture) -> Picture:
        """Return a copy."""

    @abstractmethod
    def zeros(self, size: Size) -> Picture:
        """Return a black picture."""

    @abstractmethod
    def timer(self, clock: Clock) -> Callable[[], Callable[[], float]]:
        """Begin to take the time of what is done here from now on; what comes back ends that.

        What that returns gives the seconds, by the clock or the device's own; to be asked when what was done
        in between has landed.
        """

    # other sizes and places

    @abstractmethod
    def resize(self, picture: Picture, size: Size) -> Picture:
        """Return the picture at another size, by linear interpolation between pixel centres."""

    @abstractmethod
    def shrink(self, picture: Picture, size: Size) -> Picture:
        """Return the picture at a smaller size: each pixel is the mean of the area that it covers."""

    @abstractmethod
    def pyramid_down(self, picture: Picture) -> Picture:
        """Return the next level of the Gaussian pyramid (Burt and Adelson, 1983), half as large."""

    @abstractmethod
    def pyramid_up(self, picture: Picture, size: Size) -> Picture:
        """Return a level enlarged to the size of the one before."""

    @abstractmethod
    def roll(self, picture: Picture, offset: Sequence[int], clip: bool = False) -> Picture:
        """Return the picture rolled down and to the right, round the border; cut to 0..255 if to `clip`."""

    @abstractmethod
    def window(self, picture: Picture, place: Sequence[int], size: Size) -> Picture:
        """Return the window that begins at a row and a column; a picture goes on from its other side."""

    @abstractmethod
    def put(self, picture: Picture, place: Sequence[int], window: Picture) -> None:
        """Write a window into the picture."""

    @abstractmethod
    def move(self, picture: Picture, matrix: NDArray[np.float64], cubic: bool = False) -> Picture:
        """Return the picture, each (x, y) read from where a 2×3 matrix takes it, linearly or by cubics."""

    @abstractmethod
    def coordinates(self, size: Size) -> tuple[Any, Any]:
        """Return the x and the y of every pixel, or those of a row and of a column; not to be written to."""

    @abstractmethod
    def complex(self, real: Any, imaginary: Any) -> Any:
        """Return the complex numbers of two float32 arrays."""

    @abstractmethod
    def pairs(self, numbers: Any) -> Any:
        """Return complex numbers as pairs of float32 (H×W×2)."""

    @abstractmethod
    def moves(self, places: Any, matrix: NDArray[np.float64]) -> Any:
        """Return how far a 2×3 matrix moves places (H×W×2): displacements (x, y) of the same shape."""

    @abstractmethod
    def places(self, vectors: Any, size: Size) -> Any:
        """Return what `read` needs for displacements (x, y): H×W×2, or one for each column or row.

        It may be kept for as long as the displacements stay.
        """

    @abstractmethod
    def read(self, picture: Picture, places: Any, wrap: bool = False, cubic: bool = False) -> Picture:
        """Return the picture read from places, by linear or cubic interpolation.

        With `wrap` it goes on from the other side beyond its border, and is read linearly.
        """

    # values

    @abstractmethod
    def blur(self, picture: Picture, sigma: float) -> Picture:
        """Return the picture blurred by a Gaussian of this standard deviation in pixels."""

    @abstractmethod
    def slide(self, picture: Picture, row: NDArray[np.float32], column: NDArray[np.float32]) -> Picture:
        """Return the sums over each pixel's neighbours, by weights along the rows and along the columns."""

    @abstractmethod
    def correlate(self, picture: Picture, weights: NDArray[Any]) -> Picture:
        """Return the sums over each pixel's neighbours, by weights of odd height and width about it."""

    @abstractmethod
    def recolour(self, picture: Picture, matrix: Numbers, over: bool = False) -> Picture:
        """Return each colour times a 3×3 matrix; written over the picture if `over`."""

    @abstractmethod
    def luma(self, picture: Picture) -> Picture:
        """Return the brightness (H×W, Rec. 601: 0.299 R + 0.587 G + 0.114 B)."""

    @abstractmethod
    def merge(self, channels: Sequence[Picture]) -> Picture:
        """Return the picture of three channels (H×W)."""

    @abstractmethod
    def add_scaled(
        self, picture: Picture, other: Picture, factor: Number, into: Picture | None = None
    ) -> Picture:
        """Add another picture times a factor; written over the picture, or `into` one of both; returned."""

    @abstractmethod
    def clip(self, picture: Picture, low: float = 0, high: float = 255) -> Picture:
        """Cut the values to a range; the picture is written over, and returned."""

    @abstractmethod
    def round(self, picture: Picture) -> Picture:
        """Return the values rounded to whole numbers, halves to even ones."""

    @abstractmethod
    def above(self, picture: Picture, level: float) -> Picture:
        """Return the level where the picture is above it, and 0 elsewhere."""

    @abstractmethod
    def centred(self, picture: Picture) -> Picture:
        """Take off the mean of each channel; the picture is written over, and returned."""

    @abstractmethod
    def whole(self, numbers: Any) -> Any:
        """Return the numbers rounded to whole ones, which pick rows of what they index."""

    @abstractmethod
    def root(self, picture: Picture) -> Picture:
        """Return the square root of the values; written over the picture."""

    @abstractmethod
    def larger(self, numbers: Any, least: Any) -> Any:
        """Return the larger of each two; of two numbers a number."""

    @abstractmethod
    def smaller(self, numbers: Any, most: Any) -> Any:
        """Return the smaller of each two; of two numbers a number."""

    @abstractmethod
    def interpolate(self, numbers: Picture, table: NDArray[np.float32]) -> Picture:
        """Return for numbers (H×W) from 0 to N - 1 the row of a table (N×3) that is at that place, H×W×3."""

    # statistics

    @abstractmethod
    def mean_abs(self, picture: Picture) -> Number:
        """Return the mean of the absolute values."""

    @abstractmethod
    def most(self, picture: Picture) -> Number:
        """Return the greatest absolute value."""

    @abstractmethod
    def norm(self, picture: Picture) -> Number:
        """Return the root of the sum of the squares."""

    @abstractmethod
    def deviation(self, picture: Picture) -> Number:
        """Return the standard deviation of all values."""

    @abstractmethod
    def mean(self, picture: Picture) -> Number:
        """Return the mean of all values."""

    @abstractmethod
    def mean_colour(self, picture: Picture) -> Numbers:
        """Return the mean of each channel."""

    @abstractmethod
    def products(self, picture: Picture, step: int) -> Numbers:
        """Return the mean of the products of each two channels (3×3), over each `step`-th row."""

    @abstractmethod
    def either(self, number: Number, other: Number) -> Number:
        """Return the number, or the other where it is 0."""

    # a few numbers

    @abstractmethod
    def stack(self, numbers: Sequence[Numbers]) -> Numbers:
        """Return numbers of one shape as one, along a new first axis."""

    @abstractmethod
    def single(self, numbers: Numbers) -> Any:
        """Return the numbers in float32, as pictures have them."""

    @abstractmethod
    def inverse(self, matrices: Numbers) -> Numbers:
        """Return the inverses of N×3×3."""

    @abstractmethod
    def of_symmetric(self, matrices: Numbers, function: Callable[[Numbers], Numbers]) -> Numbers:
        """Return a function of symmetric matrices (N×3×3): of their eigenvalues (N×3), on the same axes."""
