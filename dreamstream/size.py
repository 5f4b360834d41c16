"""The size of a picture: width and height, always in this order; arrays have them the other way round."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

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
