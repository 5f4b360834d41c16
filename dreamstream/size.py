"""The size of a picture: width and height, always in this order; arrays have them the other way round."""

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

SMALLEST, LARGEST = 64, 4096
"""Pixels of the shorter side, and of the longer one, between which canvases go."""
_STEP = 2**0.5
_FINE = 8  # units of the shape, at least, for a canvas to be made of whole ones
_ALIKE = 0.99  # what a side may lack that whole pixels round away


class Shaped(Protocol):
    """An array or a tensor."""

    @property
    def shape(self) -> Sequence[int]:
        """Its dimensions."""
        ...


class Size(NamedTuple):
    """Width and height in pixels; as text `448x252`. OpenCV, pygame and OpenGL take it as it is."""

    width: int
    height: int

    @classmethod
    def of(cls, picture: Shaped) -> "Size":
        """Return the size of a picture that is an array: H×W, or H×W×C."""
        height, width = picture.shape[:2]
        return cls(width, height)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width, the first two dimensions of a picture's array."""
        return self.height, self.width

    @property
    def area(self) -> int:
        """The number of pixels."""
        return self.width * self.height

    def scaled(self, scale: float) -> "Size":
        """Return both sides times the scale, in whole pixels: at least one."""
        return Size(max(1, round(self.width * scale)), max(1, round(self.height * scale)))

    def scaled_even(self, scale: float) -> "Size":
        """Return both sides times the scale, rounded to even numbers; the size itself at 1."""
        if scale == 1:
            return self
        return Size(2 * round(self.width * scale / 2), 2 * round(self.height * scale / 2))

    def fitted(self, room: "Size") -> "Size":
        """Return the size scaled to fit into a room: all of the room where the shapes are alike."""
        size = self.scaled(min(room.width / self.width, room.height / self.height))
        alike = min(size.width / room.width, size.height / room.height) > _ALIKE
        return room if alike else size

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def neighbour(size: Size, steps: int, first: Size) -> Size:
    """Return a canvas so many steps larger (or smaller, below 0) than `size`, of the shape of `first`.

    A step is the root of 2 along each side: half, or double the pixels. The sizes are those of a ladder with
    `first` on it, so that up and down again is where it was. Beyond its ends it is the last that there is.
    """
    rung = round(math.log(size.area / first.area) / (2 * math.log(_STEP)))
    ladder = {n: _size_at(first, n) for n in range(-16, 17)}
    rungs = [n for n, each in ladder.items() if n == 0 or (min(each) >= SMALLEST and max(each) <= LARGEST)]
    nearest = rungs.index(min(rungs, key=lambda n: abs(n - rung)))
    return ladder[rungs[min(max(nearest + steps, 0), len(rungs) - 1)]]


def _size_at(first: Size, steps: int) -> Size:
    """Return the size so many steps from the first, in whole units of its shape if these are fine enough."""
    if steps == 0:
        return first
    unit, scale = math.gcd(first.width, first.height), _STEP**steps
    units = 2 * round(unit * scale / 2)  # even sides: most recordings need them
    if units >= _FINE:
        return Size(first.width // unit * units, first.height // unit * units)
    return first.scaled_even(scale)
