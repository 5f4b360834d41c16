"""Pictures on a device: tensors, by torch, each operation put into the device's queue without waiting.

A picture is a view, H×W×3, of three planes: so torch finds the layout that its resizing, its convolutions and
its reading at places work on, and whoever computes with it sees what the host's arrays are.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from dreamstream.frame import Canvas
from dreamstream.maths import LUMA
from dreamstream.pictures.copies import Copies
from dreamstream.pictures.measures import Measures
from dreamstream.pictures.pictures import Clock, Landing
from dreamstream.pictures.planes import (
    alike,
    counted,
    gaussian,
    grid_of,
    picture_of,
    planes_of,
    shares,
    smaller_by_half,
    twice_as_large,
    weights_of,
)
from dreamstream.pictures.reading import gathered, mirrored
from dreamstream.size import Size

_CONSTANTS = 32  # arrays that are kept on a device


class Device(Measures):
    """`device` is torch's name of it. For use by one thread at a time."""

    def __init__(self, device: str) -> None:
        self.device, self._device = device, torch.device(device)
        self._copies = Copies(self._device)
        self.ahead, self._fine = self._copies.ahead, self._copies.fine
        self.maths = torch
        self._constants: dict[int, tuple[NDArray[Any], Tensor]] = {}  # the one used last behind
        self._held = lru_cache(64)(self._hold)

    def of(self, array: NDArray[Any]) -> Tensor:
        there = self._copies.there(self._known(array))
        if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.float32:
            return there
        return picture_of(planes_of(there).contiguous())

    def constant(self, array: NDArray[Any]) -> Tensor:
        kept = self._constants.pop(id(array), None) or (array, self.of(array))
        self._constants[id(array)] = kept
        if len(self._constants) > _CONSTANTS:
            del self._constants[next(iter(self._constants))]
        return kept[1]

    def host(self, picture: Tensor) -> Canvas:
        return np.ascontiguousarray(picture.contiguous().cpu().numpy())

    def out(self, numbers: Tensor) -> Landing:
        return self._copies.landing(numbers)

    def pixels(self, picture: Tensor) -> Landing:
        return self.out(picture.round().clamp_(0, 255).to(torch.uint8))

    def dense(self, picture: Tensor) -> Tensor:
        return picture_of(planes_of(picture).contiguous())

    def timer(self, clock: Clock) -> Callable[[], Callable[[], float]]:
        return self._copies.timer(clock)

    def copy(self, picture: Tensor) -> Tensor:
        return picture.clone()

    def zeros(self, size: Size) -> Tensor:
        return picture_of(torch.zeros(1, 3, *size.shape, device=self._device))

    def resize(self, picture: Tensor, size: Size) -> Tensor:
        if picture.shape[:2] == size.shape:
            return picture
        planes = planes_of(picture)
        return picture_of(functional.interpolate(planes, size.shape, mode="bilinear", align_corners=False))

    def shrink(self, picture: Tensor, size: Size) -> Tensor:
        planes = planes_of(picture)
        height, width = planes.shape[2:]
        if height % size.height == width % size.width == 0:
            return picture_of(functional.avg_pool2d(planes, (height // size.height, width // size.width)))
        down, across = self._held(shares, height, size.height), self._held(shares, width, size.width)
        return picture_of(down @ (planes @ across.T))

    def pyramid_down(self, picture: Tensor) -> Tensor:
        planes = self._padded(planes_of(picture), (2, 2), (2, 2))
        return picture_of(_convolved(planes, self._held(smaller_by_half), stride=2))

    def pyramid_up(self, picture: Tensor, size: Size) -> Tensor:
        planes = self._padded(planes_of(picture), (1, 0), (1, 0))
        planes = functional.pad(planes, (0, 1, 0, 1), "replicate")  # as OpenCV does below and to the right
        large = functional.pixel_shuffle(_convolved(planes, self._held(twice_as_large)), 2)
        return picture_of(large[:, :, : size.height, : size.width].contiguous())

    def roll(self, picture: Tensor, offset: Sequence[int], clip: bool = False) -> Tensor:
        rolled = torch.roll(planes_of(picture), [int(by) for by in offset], (2, 3))
        return picture_of(rolled.clamp_(0, 255) if clip else rolled)

    def window(self, picture: Tensor, place: Sequence[int], size: Size) -> Tensor:
        planes = planes_of(picture)
        rows, columns = self._pixels(picture, place, size)
        return picture_of(planes.index_select(2, rows).index_select(3, columns))

    def put(self, picture: Tensor, place: Sequence[int], window: Tensor) -> None:
        rows, columns = self._pixels(picture, place, Size.of(window))
        planes_of(picture)[:, :, rows[:, None], columns] = planes_of(window)

    def move(self, picture: Tensor, matrix: NDArray[np.float64], cubic: bool = False) -> Tensor:
        x, y = self.coordinates(Size.of(picture))
        (a, b, c), (d, e, f) = matrix.tolist()
        return self.read(picture, (a * x + (b * y + c), d * x + (e * y + f)), cubic=cubic)

    def coordinates(self, size: Size) -> tuple[Tensor, Tensor]:
        return self._held(counted, size.width)[None], self._held(counted, size.height)[:, None]

    def complex(self, real: Tensor, imaginary: Tensor) -> Tensor:
        return torch.complex(real, imaginary)

    def pairs(self, numbers: Tensor) -> Tensor:
        return torch.view_as_real(numbers.to(torch.complex64))

    def moves(self, places: Tensor, matrix: NDArray[np.float64]) -> Tensor:
        (a, b, c), (d, e, f) = matrix.tolist()
        x, y = places.unbind(-1)
        return torch.stack([(a - 1) * x + (b * y + c), d * x + ((e - 1) * y + f)], -1)

    def places(self, vectors: Tensor, size: Size) -> tuple[Tensor, Tensor]:
        x, y = self.coordinates(size)
        return x + vectors[..., 0], y + vectors[..., 1]

    def read(
        self, picture: Tensor, places: tuple[Tensor, Tensor], wrap: bool = False, cubic: bool = False
    ) -> Tensor:
        planes = planes_of(picture)
        if wrap or self._device.type == "mps":
            return alike(gathered(planes, *places, wrap, cubic and not wrap), picture)
        grid, mode = grid_of(*places, Size.of(picture)), "bicubic" if cubic else "bilinear"
        return alike(functional.grid_sample(planes, grid, mode, "reflection", align_corners=True), picture)

    def blur(self, picture: Tensor, sigma: float) -> Tensor:
        weights = gaussian(sigma)
        return self.slide(picture, weights, weights)

    def slide(self, picture: Tensor, row: NDArray[np.float32], column: NDArray[np.float32]) -> Tensor:
        across, down = (self._held(weights_of, tuple(weights.tolist())) for weights in (row, column))
        planes = self._padded(planes_of(picture), (len(column) // 2,) * 2, (len(row) // 2,) * 2)
        planes = _convolved(planes, across[None, None, None])
        return alike(_convolved(planes, down[None, None, :, None]), picture)

    def correlate(self, picture: Tensor, weights: NDArray[Any]) -> Tensor:
        down, across = (count // 2 for count in weights.shape)
        planes = self._padded(planes_of(picture), (down, down), (across, across))
        return alike(_convolved(planes, self.of(weights.astype(np.float32))[None, None]), picture)

    def recolour(self, picture: Tensor, matrix: Any, over: bool = False) -> Tensor:
        there = self.of(matrix) if isinstance(matrix, np.ndarray) else matrix
        planes = planes_of(picture)
        return picture_of((there.float() @ planes.reshape(3, -1)).view_as(planes))

    def luma(self, picture: Tensor) -> Tensor:
        red, green, blue = picture.unbind(2)
        return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue

    def merge(self, channels: Sequence[Tensor]) -> Tensor:
        return torch.stack(list(channels)).permute(1, 2, 0)

    def add_scaled(self, picture: Tensor, other: Tensor, factor: Any, into: Tensor | None = None) -> Tensor:
        into = picture if into is None else into
        if isinstance(factor, Tensor):
            return torch.addcmul(picture, other, factor.to(picture.dtype), out=into)
        return torch.add(picture, other, alpha=float(factor), out=into)

    def clip(self, picture: Tensor, low: float = 0, high: float = 255) -> Tensor:
        return picture.clamp_(float(low), float(high))

    def round(self, picture: Tensor) -> Tensor:
        return picture.round()

    def above(self, picture: Tensor, level: float) -> Tensor:
        return (picture > level) * float(level)

    def centred(self, picture: Tensor) -> Tensor:
        return picture.sub_(picture.mean((0, 1)))

    def whole(self, numbers: Tensor) -> Tensor:
        return numbers.round().long()

    def root(self, picture: Tensor) -> Tensor:
        return picture.sqrt_()

    def larger(self, numbers: Tensor, least: Any) -> Tensor:
        return numbers.clamp(min=least)

    def smaller(self, numbers: Tensor, most: Any) -> Tensor:
        return numbers.clamp(max=most)

    def interpolate(self, numbers: Tensor, table: NDArray[np.float32]) -> Tensor:
        rows = self.of(table)
        first = numbers.floor().clamp(0, len(table) - 2)
        share, at = (numbers - first)[..., None], first.long()
        return rows[at] * (1 - share) + rows[at + 1] * share

    def _known(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return an array in a type that the device knows."""
        lesser = self._fine == torch.float32 and array.dtype == np.float64
        return array.astype(np.float32) if lesser else array

    def _hold(self, make: Callable[..., NDArray[Any]], *values: Any) -> Tensor:
        return self._copies.there(make(*values))

    def _pixels(self, picture: Tensor, place: Sequence[int], size: Size) -> list[Tensor]:
        """Return the rows and the columns of a window."""
        return [
            torch.arange(first, first + extent, device=self._device) % side
            for first, extent, side in zip(map(int, place), size.shape, picture.shape, strict=False)
        ]

    def _padded(self, planes: Tensor, down: tuple[int, int], across: tuple[int, int]) -> Tensor:
        """Return planes with rows before and behind them, and columns: reflected, however many."""
        if max(down) < planes.shape[2] and max(across) < planes.shape[3]:
            return functional.pad(planes, (*across, *down), "reflect")
        for axis, (before, after) in ((2, down), (3, across)):
            count = planes.shape[axis]
            numbers = torch.arange(-before, count + after, device=self._device)
            planes = planes.index_select(axis, mirrored(numbers, count))
        return planes


def _convolved(planes: Tensor, kernels: Tensor, stride: int = 1) -> Tensor:
    """Return planes (1×C×H×W) behind kernels (N×1×h×w), each plane by itself: 1×CN×H×W.

    As groups of one picture, not as so many pictures: for that torch has a kernel of its own on cards.
    """
    channels = planes.shape[1]
    return functional.conv2d(planes, kernels.repeat(channels, 1, 1, 1), stride=stride, groups=channels)
